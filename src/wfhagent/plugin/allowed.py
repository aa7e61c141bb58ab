"""The settings of a plugin as people read them: what each is for, and what it may be."""

import json
import re
from collections.abc import Mapping
from typing import Any, get_type_hints

import msgspec
from msgspec import Meta

from wfhagent.plugin.config import Config

_TYPES = {
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
    """One key of `[plugins.<name>]`: *default* is JSON, empty when the key is required."""

    key: str
    about: str
    allowed: str
    default: str

    @property
    def choices(self) -> frozenset[str]:
        """The words among which a value is chosen; empty where it is free."""
        if not self.allowed.startswith(_ONE_OF):
            return frozenset()
        return frozenset(re.findall(r'"([^"\\]*)"', self.allowed))


def settings_of(config_type: type[Config]) -> tuple[Setting, ...]:
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
        )
        for field in fields
    )


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
        return _in_words(msgspec.json.schema(kind))
    except (TypeError, NameError):
        return getattr(kind, "__name__", str(kind))


def _in_words(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return _ONE_OF + ", ".join(json.dumps(value) for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_in_words(one) for one in schema["anyOf"])
    text = _TYPES.get(schema.get("type", ""), "any value")
    if isinstance(schema.get("items"), dict):
        text += f" ({_in_words(schema['items'])})"
    bounds = [f"{words} {schema[key]}" for key, words in _BOUNDS.items() if key in schema]
    return ", ".join([text, *bounds])


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.default_factory is not msgspec.NODEFAULT:
        return _json(field.default_factory())
    return "" if field.default is msgspec.NODEFAULT else _json(field.default)


def _json(value: Any) -> str:
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
