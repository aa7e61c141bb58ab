"""Turns a decoded table into its type; every mistake is an error that says where it is."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from wfhagent.errors import SettingsError
from wfhagent.plugin.allowed import allowed, describe
from wfhagent.settings.suggest import suggest

StructT = TypeVar("StructT", bound=msgspec.Struct)


def convert_table(
    raw: Mapping[str, Any], table_type: type[StructT], *, file: Path | str, table: str
) -> StructT:
    """Return *raw* as *table_type*.

    Raises:
        SettingsError: a key is unknown or its value is wrong; names file, table and key.
    """
    where = f"{file}: [{table}]"
    refuse_unknown(raw, list(table_type.__struct_fields__), where, "key")
    try:
        return msgspec.convert(raw, table_type)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{where} {_explain(str(error), table_type)}") from error


def _explain(message: str, table_type: type[msgspec.Struct]) -> str:
    """Turn msgspec's "… - at `$.key`" into "key: …", with what is allowed and what it is for."""
    missing = re.fullmatch(r"Object missing required field `(.*)`", message)
    if missing is not None:
        return f"{missing[1]} is missing. ({_purpose(missing[1], table_type)})"
    match = re.fullmatch(r"(?s)(.*) - at `\$\.?(.*)`", message)
    if match is None:
        return f"is wrong: {message}."
    key = re.split(r"[.\[]", match[2])[0]
    return f"{match[2]}: {match[1]}. ({_purpose(key, table_type)})"


def _purpose(key: str, table_type: type[msgspec.Struct]) -> str:
    """Return what the value of *key* may be, and what it is for."""
    kinds = {field.encode_name: field.type for field in msgspec.structs.fields(table_type)}
    if key not in kinds:
        return "See agent.toml.example."
    about = describe(table_type).get(key, "")
    return f"Allowed: {allowed(kinds[key])}. {about}".strip()


def refuse_unknown(raw: Mapping[str, Any], known: list[str], where: str, noun: str) -> None:
    """Refuse a name in *raw* that is none of the *known*, and suggest the nearest."""
    for name in raw:
        if name in known:
            continue
        hint = suggest(name, known, otherwise="known are")
        raise SettingsError(f"{where} unknown {noun} {name!r}; {hint}")
