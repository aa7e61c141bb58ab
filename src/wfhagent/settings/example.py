"""An agent.toml with every setting, made from their declarations, so that it cannot drift."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from wfhagent.plugin.allowed import Setting, choices_in, settings_of
from wfhagent.settings.tables import TABLES

HEAD = """\
# wfhagent: every setting with its default. Lines without # have to be filled in.
# The agent does not start with an unknown or invalid key, and names it.
# Relative paths in [server], [agent] and [plugins] start at the folder of this file.
"""

REQUIRED = {"url": "https://wfh.example.com", "auth_token": "wfhe_..."}


def render(plugins: Mapping[str, Sequence[Setting]]) -> str:
    """Return an agent.toml with all settings: of the core, then of *plugins* by name."""
    tables = [(name, settings_of(table)) for name, table in TABLES.items()]
    tables += [(f"plugins.{_key(name)}", tuple(found)) for name, found in sorted(plugins.items())]
    return HEAD + "".join("\n".join(_table(name, found)) + "\n" for name, found in tables)


def _table(name: str, settings: Sequence[Setting]) -> Iterator[str]:
    yield ""
    yield f"[{name}]"
    for setting in settings:
        if name == "server" and setting.key in REQUIRED:
            yield f"# {setting.about}"
            yield f"{setting.key} = {json.dumps(REQUIRED[setting.key])}"
        else:
            yield from _lines(setting)


def _lines(setting: Setting) -> Iterator[str]:
    # What a plugin declares must not become a line of its own.
    about = " ".join(setting.about.split())
    if not setting.default:
        yield f"# {about} Required: {setting.allowed}.".replace("  ", " ")
        yield f"{_key(setting.key)} = {_placeholder(setting)}"
        return
    default = json.loads(setting.default)
    yield f"# {about or f'Allowed: {setting.allowed}.'}"
    # TOML has no null: what is None is left out.
    yield f"# {_key(setting.key)} = {'(not set)' if default is None else _toml(default)}"


def _placeholder(setting: Setting) -> str:
    """Return a value to be replaced; one that is wrong is named by the agent, with what may be."""
    if setting.secret:
        return '{ env = "NAME" }'
    return json.dumps(next(iter(sorted(choices_in(setting.allowed))), "..."))


def _key(key: str) -> str:
    return key if re.fullmatch(r"[\w-]+", key, re.ASCII) else json.dumps(key)


def _toml(value: object) -> str:
    """Return *value* as TOML: for what a default may be, JSON is TOML but for tables."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value)
