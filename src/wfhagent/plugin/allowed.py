"""The settings of a plugin as people read them: what each is for, and what it may be."""

import json
import re
from collections.abc import Mapping
from typing import Any, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from wfhagent.plugin.secret import Secret, encode_hidden

_SECRET = "secret"  # noqa: S105 -- the name of a type
_TYPES = {
    _SECRET: 'text, { env = "NAME" } or { keyring = "NAME" }',
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "array": "list",
    "object": "table",
}
_ONE_OF = "one of "
_BOUNDS = {
    "minimum": "at least",
    "exclusiveMinimum": "above",
    "maximum": "at most",
    "exclusiveMaximum": "below",
    "minLength": "length at least",
    "maxLength": "length at most",
    "pattern": "matching",
}


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One key of `[plugins.<name>]`: *default* is JSON, empty when the key is required.

    The value of a *secret* one is never shown, nor a hash of it.
    """

    key: str
    about: str
    allowed: str
    default: str
    secret: bool = False

    @property
    def choices(self) -> frozenset[str]:
        """The words among which a value is chosen; empty where it is free."""
        return choices_in(self.allowed)


def choices_in(words: str) -> frozenset[str]:
    """Return the choices that *words*, the text of `allowed`, names; empty where there are none."""
    listed = words.removeprefix(f"{_TYPES['array']} (")
    if not listed.startswith(_ONE_OF):
        return frozenset()
    return frozenset(re.findall(r'"([^"\\]*)"', listed))


def settings_of(config_type: type[msgspec.Struct]) -> tuple[Setting, ...]:
    """Return the settings that *config_type* declares, in its order."""
    fields = msgspec.structs.fields(config_type)
    if not fields:
        return ()
    about = describe(config_type)
    return tuple(
        Setting(
            key=field.encode_name,
            about=about.get(field.name, ""),
            allowed=allowed(field.type),
            default=_default(field),
            secret=has_secret(field.type),
        )
        for field in fields
    )


def is_secret_type(kind: Any) -> bool:
    """Tell whether *kind* is Secret, or Secret[str]."""
    return (get_origin(kind) or kind) is Secret


def has_secret(kind: Any) -> bool:
    """Tell whether a value of the type *kind* is or holds a Secret."""
    found = False

    def hook(inner: type) -> dict[str, Any]:
        nonlocal found
        found = found or is_secret_type(inner)
        return {}

    try:
        msgspec.json.schema(kind, schema_hook=hook)
    except (TypeError, NameError):
        return found
    return found


def describe(table_type: type[msgspec.Struct]) -> Mapping[str, str]:
    """Return each key of a table with its one line of explanation."""
    hints = get_type_hints(table_type, include_extras=True)
    return {
        name: meta.description
        for name, hint in hints.items()
        for meta in getattr(hint, "__metadata__", ())
        if isinstance(meta, Meta) and meta.description
    }


def allowed(kind: Any) -> str:
    """Return in words what a value of the type *kind* may be; the type's name when it is new."""
    try:
        schema = msgspec.json.schema(kind, schema_hook=_schema_of_secret)
        return _in_words(schema, schema.get("$defs", {}))
    except (TypeError, NameError):
        return getattr(kind, "__name__", str(kind))


def _schema_of_secret(kind: type) -> dict[str, Any]:
    if is_secret_type(kind):
        return {"type": _SECRET}
    raise NotImplementedError


def _in_words(schema: Mapping[str, Any], named: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        schema = named[schema["$ref"].rpartition("/")[2]]
    if "enum" in schema:
        return _ONE_OF + ", ".join(json.dumps(value) for value in schema["enum"])
    if "anyOf" in schema:
        # TOML has no null: a key that may be None is left out.
        kinds = (one for one in schema["anyOf"] if one.get("type") != "null")
        return " or ".join(_in_words(one, named) for one in kinds)
    text = _TYPES.get(schema.get("type", ""), "any value")
    if isinstance(schema.get("items"), dict):
        text += f" ({_in_words(schema['items'], named)})"
    bounds = [f"{words} {schema[key]}" for key, words in _BOUNDS.items() if key in schema]
    return ", ".join([text, *bounds])


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.default_factory is not msgspec.NODEFAULT:
        return _json(field.default_factory())
    return "" if field.default is msgspec.NODEFAULT else _json(field.default)


def _json(value: Any) -> str:
    return json.dumps(msgspec.to_builtins(value, enc_hook=encode_hidden), ensure_ascii=False)
