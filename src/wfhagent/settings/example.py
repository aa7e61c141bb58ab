"""An agent.toml with every setting, made from their declarations, so that it cannot drift."""

import json
from collections.abc import Iterator, Mapping

import msgspec

from wfhagent.plugin import Config
from wfhagent.plugin.allowed import describe
from wfhagent.settings.tables import TABLES

HEAD = """\
# wfhagent: every setting with its default. Lines without # have to be filled in.
# The agent does not start with an unknown or invalid key, and names it.
# Relative paths in [server], [agent] and [plugins] start at the folder of this file.
"""

REQUIRED = {"url": "https://wfh.example.com", "auth_token": "wfhe_..."}


def render(plugin_tables: Mapping[str, type[Config]]) -> str:
    """Return an agent.toml with all settings: of the core, then of *plugin_tables* by plugin."""
    plugins = {f"plugins.{name}": table for name, table in sorted(plugin_tables.items())}
    tables: dict[str, type[msgspec.Struct]] = {**TABLES, **plugins}
    return HEAD + "".join("\n".join(_table(name, table)) + "\n" for name, table in tables.items())


def _table(name: str, table: type[msgspec.Struct]) -> Iterator[str]:
    descriptions = describe(table)
    yield ""
    yield f"[{name}]"
    for field in msgspec.structs.fields(table):
        yield f"# {descriptions[field.name]}"
        if field.name in REQUIRED and name == "server":
            yield f"{field.name} = {json.dumps(REQUIRED[field.name])}"
        else:
            yield f"# {field.name} = {_toml(_default(field))}"


def _default(field: msgspec.structs.FieldInfo) -> object:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


def _toml(value: object) -> str:
    """Return *value* as TOML: for what a default may be, JSON is TOML but for tables."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    return json.dumps(msgspec.to_builtins(value))
