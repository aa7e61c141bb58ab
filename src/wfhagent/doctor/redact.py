"""Takes secrets out of what is given to somebody else."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from wfhagent.settings import TABLES
from wfhagent.system.proxy import MASK, SHORTEST_SECRET, secrets_in, without_password

_TOKEN = re.compile(r"\bwfh[a-z]_[\w-]+")
_CREDENTIALS = re.compile(r"(?i)\b(bearer|basic|digest|negotiate)\s+[\w.~+/=-]{3,}")
_NAMED = re.compile(
    r"(?i)\b([\w-]*(?:token|passw(?:or[dt]|d)|pwd|passphrase|secret|signature|api[_-]?key))"
    r"(\\?[\"']?\s*[:=]\s*\\?[\"']?)[^\s\"',;]+"
)
_HEADER = re.compile(r"(?i)((?:authorization|cookie)\\?[\"']?\s*[:=]\s*\\?[\"']?)[^\n\"']+")
_QUERY = re.compile(r"([?&#][\w.~-]+=)[^\s&#\"'<>]+")
_ADDRESS = re.compile(r"(?i)[a-z][a-z0-9+.-]*://\S+")
_TRUSTED = ("plugins", "trusted")
_KEY_BLOCK = re.compile(r"-----BEGIN[^-]*-----.*?(?:-----END[^-]*-----|\Z)", re.DOTALL)


class Redactor:
    """Masks the *secrets* that are known, and what looks like one."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}
        # The longest first: one may be part of another.
        self._known = sorted(known, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """Return *text* without secrets."""
        for secret in self._known:
            text = text.replace(secret, MASK).replace(json.dumps(secret)[1:-1], MASK)
        text = _KEY_BLOCK.sub(MASK, text)
        text = _TOKEN.sub(MASK, text)
        text = without_password(text)
        text = _QUERY.sub(rf"\1{MASK}", text)
        text = _HEADER.sub(rf"\1{MASK}", text)
        text = _CREDENTIALS.sub(rf"\1 {MASK}", text)
        return _NAMED.sub(rf"\1\2{MASK}", text)


def settings_secrets(raw: Mapping[str, Any], choices: Collection[str] = ()) -> Iterator[str]:
    """Yield every string in agent.toml that may be a secret, and is none of the *choices*.

    One of those, such as `url`, stands in every other line of a report.
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
