"""Turns a decoded table into its type; every mistake is an error that says where it is."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from wfhagent.errors import SettingsError
from wfhagent.plugin.allowed import allowed, choices_in, describe, is_secret_type
from wfhagent.settings.secrets import ReadKeyring, make_secret, no_keyring
from wfhagent.settings.suggest import nearest, suggest

StructT = TypeVar("StructT", bound=msgspec.Struct)


def convert_table(
    raw: Mapping[str, Any],
    table_type: type[StructT],
    *,
    file: Path | str,
    table: str,
    read_keyring: ReadKeyring = no_keyring,
) -> StructT:
    """Return *raw* as *table_type*; its secrets ask *read_keyring* when they are revealed.

    Raises:
        SettingsError: a key is unknown or its value is wrong; names file, table and key.
    """
    where = f"{file}: [{table}]"
    refuse_unknown(raw, list(table_type.__struct_fields__), where, "key")
    try:
        return msgspec.convert(
            raw, table_type, dec_hook=_secrets_of(raw, where, table, read_keyring)
        )
    except msgspec.ValidationError as error:
        raise SettingsError(f"{where} {_explain(str(error), table_type)}") from error


def _secrets_of(
    raw: Mapping[str, Any], where: str, table: str, read_keyring: ReadKeyring
) -> Callable[[type, Any], Any]:
    """Return a hook of msgspec that makes the secrets in *raw*."""
    # The hook gets the very objects of *raw*, and no name of a key.
    keys = {id(value): key for key, value in raw.items()}

    def make(kind: type, value: Any) -> Any:
        if not is_secret_type(kind):
            # Another type of somebody's own: msgspec says that the value is none.
            return value
        key = keys.get(id(value), "")
        return make_secret(value, where=where, key=key, table=table, read_keyring=read_keyring)

    return make


def _explain(message: str, table_type: type[msgspec.Struct]) -> str:
    """Turn msgspec's "… - at `$.key`" into "key: …", with what is allowed and what it is for."""
    missing = re.fullmatch(r"Object missing required field `(.*)`", message)
    if missing is not None:
        return f"{missing[1]} is missing. ({_purpose(missing[1], table_type)})"
    match = re.fullmatch(r"(?s)(.*) - at `\$\.?(.*)`", message)
    if match is None:
        return f"is wrong: {message}."
    key = re.split(r"[.\[]", match[2])[0]
    hint = _meant(match[1], key, table_type)
    return f"{match[2]}: {match[1]}{hint} ({_purpose(key, table_type)})"


def _meant(problem: str, key: str, table_type: type[msgspec.Struct]) -> str:
    """Return the end of *problem*: the choice that looks most like the wrong one, if any does."""
    wrong = re.fullmatch(r"(?s)Invalid enum value '(.*)'", problem)
    if wrong is None:
        return "."
    near = nearest(wrong[1], choices_in(_allowed(key, table_type)))
    return f"; did you mean {near}?" if near else "."


def _purpose(key: str, table_type: type[msgspec.Struct]) -> str:
    """Return what the value of *key* may be, and what it is for."""
    words = _allowed(key, table_type)
    if not words:
        return "See agent.toml.example."
    about = describe(table_type).get(key, "")
    return f"Allowed: {words}. {about}".strip()


def _allowed(key: str, table_type: type[msgspec.Struct]) -> str:
    kinds = {field.encode_name: field.type for field in msgspec.structs.fields(table_type)}
    return allowed(kinds[key]) if key in kinds else ""


def refuse_unknown(raw: Mapping[str, Any], known: list[str], where: str, noun: str) -> None:
    """Refuse a name in *raw* that is none of the *known*, and suggest the nearest."""
    for name in raw:
        if name in known:
            continue
        hint = suggest(name, known, otherwise="known are")
        raise SettingsError(f"{where} unknown {noun} {name!r}; {hint}")
