"""An agent.toml with every setting, from the settings themselves: it cannot drift from them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import msgspec

from wfhagent.assembly import load_catalog
from wfhagent.plugin import Config
from wfhagent.plugins.allowed import describe
from wfhagent.settings import TABLES, PluginsSettings

HEAD = """\
# wfhagent: every setting with its default. A line without # is one that you must fill in.
# An unknown or wrong key stops the agent with a sentence that names it.
# A path in [server], [agent] or [plugins] that is no full one starts at the folder of this file.
"""

REQUIRED = {"url": "https://wfh.example.com", "auth_token": "wfhe_..."}


def render(built_in: Mapping[str, ModuleType]) -> str:
    """Return an agent.toml with all settings, of the core and of the plugins that came with it.

    *built_in* are the plugins that are compiled in; without them the installed ones are taken.
    """
    catalog = load_catalog(built_in, PluginsSettings(disabled=()), Path("no-drop-ins"))
    in_use = {**catalog.collectors, **catalog.transports, **catalog.calendars}
    plugins: dict[str, type[Config]] = {
        f"plugins.{name}": plugin.config_type
        for name, plugin in sorted(in_use.items())
        if isinstance(plugin, type) and plugin.config_type.__struct_fields__
    }
    tables = {**TABLES, **plugins}
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
