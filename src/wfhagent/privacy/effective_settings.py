"""The settings in force in one canonical form, and its fingerprint, to compare laptops.

The form is the same wherever the same holds: for any order of keys, comments, defaults that are
written out or not, and whichever way a path is written. Secrets are no part of it. It is ASCII with
line feeds, so that the SHA-256 of what `wfhagent settings` prints is the fingerprint.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import msgspec

from wfhagent.assembly import Assembly
from wfhagent.notice.collected import plugins_in_use
from wfhagent.plugin.allowed import has_secret
from wfhagent.plugins.declared import AnyPlugin
from wfhagent.settings.tables import TABLES, Weekday
from wfhagent.system.proxy import MASK, without_password

HEAD = "# Settings in force on this device, form 1. Secrets are left out.\n"
SECRET = "secret, left out"  # noqa: S105 -- what is shown in its place
NOT_SET = "not set"
_CORE_SECRETS = {("server", "auth_token")}
_UNORDERED = {("plugins", "disabled"), ("plugins", "enabled"), ("plugins", "trusted_keys")}
_WORKING_DAYS = ("detailed_log", "working_days")
_SECRET_WORDS = {
    *("password", "passwd", "passphrase", "secret", "token", "credential", "credentials"),
    *("authorization", "apikey", "api_key", "private_key"),
}
_WINDOWS_PATH = re.compile(r"([A-Za-z]:[\\/]|\\\\)")
_PLAIN_KEY = re.compile(r"[\w-]+", re.ASCII)


class _Secret:
    """The type of the mark of a value that is left out."""


_LEFT_OUT = _Secret()


def effective_settings(assembly: Assembly) -> str:
    """Return the canonical form of the settings of *assembly*, whose SHA-256 is compared."""
    tables = dict(_core_tables(assembly))
    for name, one in plugins_in_use(assembly):
        tables[f"plugins.{_key(name)}"] = dict(_plugin_settings(name, one, assembly))
    folders = _folders(assembly)
    lines = [line for name in sorted(tables) for line in _table(name, tables[name], folders)]
    return HEAD + "".join(f"{line}\n" for line in lines)


def fingerprint_of(form: str) -> str:
    """Return the SHA-256 of the canonical *form*, as 64 hexadecimal digits."""
    return hashlib.sha256(form.encode("ascii")).hexdigest()


def _core_tables(assembly: Assembly) -> Iterator[tuple[str, dict[str, Any]]]:
    for table in TABLES:
        found = msgspec.to_builtins(getattr(assembly.settings, table))
        for key, value in found.items():
            if (table, key) in _CORE_SECRETS:
                found[key] = _LEFT_OUT
            elif (table, key) in _UNORDERED:
                found[key] = sorted(set(value))
            elif (table, key) == _WORKING_DAYS:
                found[key] = [day for day in get_args(Weekday) if day in value]
        yield table, found


def _plugin_settings(name: str, one: AnyPlugin, assembly: Assembly) -> Iterator[tuple[str, Any]]:
    table = assembly.settings.plugin_tables.get(name, {})
    if not isinstance(one, type):
        for setting in one.settings:
            written = msgspec.to_builtins(table.get(setting.key))
            default = json.loads(setting.default) if setting.default else None
            value = default if setting.key not in table else written
            yield setting.key, _LEFT_OUT if setting.secret else value
        return
    config = assembly.config_of(name, one.config_type)
    for field in msgspec.structs.fields(one.config_type):
        if has_secret(field.type):
            yield field.encode_name, _LEFT_OUT
        else:
            yield field.encode_name, msgspec.to_builtins(getattr(config, field.name))


def _table(name: str, values: Mapping[str, Any], folders: Mapping[str, str]) -> Iterator[str]:
    yield ""
    yield f"[{name}]"
    for key in sorted(values):
        value = values[key]
        if value is _LEFT_OUT or _is_secret(key):
            yield f"# {_key(key)}: {SECRET}"
        elif value is None:
            # TOML has no null.
            yield f"# {_key(key)}: {NOT_SET}"
        else:
            yield f"{_key(key)} = {_value(value, folders)}"


def _is_secret(key: str) -> bool:
    """Tell whether a plugin keeps a secret under *key*, though it does not declare it as one."""
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", key).lower().replace("-", "_")
    return words in _SECRET_WORDS or any(words.endswith(f"_{end}") for end in _SECRET_WORDS)


def _value(value: Any, folders: Mapping[str, str]) -> str:
    """Return *value* as TOML, in the one way that it has here."""
    if isinstance(value, dict):
        inner = (
            f"{json.dumps(key)} = "
            + (json.dumps(MASK) if _is_secret(key) else _value(value[key], folders))
            for key in sorted(value)
            if value[key] is not None
        )
        return "{ " + ", ".join(inner) + " }" if value else "{}"
    if isinstance(value, list):
        return f"[{', '.join(_value(each, folders) for each in value)}]"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(_portable(value, folders) if isinstance(value, str) else value)


def _portable(text: str, folders: Mapping[str, str]) -> str:
    """Return *text* as every laptop may have it: a path from a known folder, and with slashes."""
    text = without_password(text)
    slashed = text.replace("\\", "/") if _WINDOWS_PATH.match(text) else text
    for folder, sign in folders.items():
        if slashed == folder or slashed.startswith(f"{folder}/"):
            return sign + slashed[len(folder) :]
    return slashed


def _folders(assembly: Assembly) -> Mapping[str, str]:
    """Return the folders that differ between laptops, each with its sign in the form."""
    folders = {assembly.settings.file.absolute().parent.as_posix(): "."}
    with suppress(RuntimeError):  # a user without a home
        folders.setdefault(Path.home().as_posix(), "~")
    return folders


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else json.dumps(key)
