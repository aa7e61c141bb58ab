"""Takes the secrets of agent.toml out of what is given to somebody else."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from wfhagent.settings import TABLES
from wfhagent.system.proxy import MASK, secrets_in
from wfhagent.system.redact import Redactor

_ADDRESS = re.compile(r"(?i)[a-z][a-z0-9+.-]*://\S+")
_TRUSTED = ("plugins", "trusted")


def settings_secrets(raw: Mapping[str, Any], choices: Collection[str] = ()) -> Iterator[str]:
    """Yield every string in agent.toml that may be a secret, and is none of the *choices*.

    One of those, such as `url`, is in every other line of a report.
    """
    for path, text in _strings(raw, ()):
        if not _is_shown(path) and text not in choices:
            yield text
        if _ADDRESS.fullmatch(text):
            yield from secrets_in(text)


def _strings(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(inner, (*path, key))
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, path)


def _is_shown(path: tuple[str, ...]) -> bool:
    """Tell whether the text at *path* is one of the core's own settings, and no secret."""
    if len(path) == len(_TRUSTED) + 1 and path[: len(_TRUSTED)] == _TRUSTED:
        return True
    match path:
        case (table, key) if table in TABLES:
            return key in TABLES[table].__struct_fields__ and key != "auth_token"
    return False


def masked(raw: Mapping[str, Any], redact: Redactor) -> str:
    """Return agent.toml *raw* as TOML: every string of a plugin is masked, for nobody knows
    which of them is a password.
    """
    return "\n".join(_tables(raw, (), redact)) + "\n"


def _tables(table: Mapping[str, Any], path: tuple[str, ...], redact: Redactor) -> Iterator[str]:
    if path:
        yield f"[{'.'.join(_key(part) for part in path)}]"
    inner = {key: value for key, value in table.items() if isinstance(value, dict)}
    for key, value in table.items():
        if key not in inner:
            yield f"{_key(key)} = {_value(value, (*path, key), redact)}"
    for key, value in inner.items():
        yield from _tables(value, (*path, key), redact)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[\w-]+", key, re.ASCII) else json.dumps(key)


def _value(value: Any, path: tuple[str, ...], redact: Redactor) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_value(inner, path, redact) for inner in value)}]"
    if isinstance(value, dict):
        pairs = (f"{_key(key)} = {_value(inner, path, redact)}" for key, inner in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, str):
        return json.dumps(redact(value) if _is_shown(path) else MASK)
    return json.dumps(value, default=str)
