"""Which names a plugin cannot have, and why."""

import importlib.util
import keyword
import sys

from wfhagent import plugin as public
from wfhagent.errors import PluginError
from wfhagent.messages import _
from wfhagent.plugin_tools.imports import promised
from wfhagent.plugin_tools.scaffold import class_name
from wfhagent.plugins.first_party import FIRST_PARTY
from wfhagent.plugins.reserved import RESERVED
from wfhagent.system.compiled import compiled

_OF_TESTS = frozenset({"conftest", "pytest"})
_OF_SCAFFOLDS = frozenset({"Annotated", "Any", "Mapping"})
"""What the module of a new plugin imports besides the names of `wfhagent.plugin`."""


def check_name(name: str) -> None:
    """Raise PluginError unless *name* can be that of a new plugin."""
    problem = _form(name) or _taken(name) or shadowing(name)
    if problem:
        raise PluginError(problem)


def _form(name: str) -> str:
    if not (name.isidentifier() and name.isascii() and name == name.lower()):
        text = _(
            "{name!r} cannot be the name of a plugin. Take lower-case letters, digits and "
            "underscores, such as 'battery' or 'docking_station'."
        )
    elif name.startswith("_"):
        text = _("{name!r}: the agent ignores names with a leading underscore.")
    elif keyword.iskeyword(name):
        text = _("{name!r} is a keyword of Python. Take another name.")
    else:
        return ""
    return text.format(name=name)


def _taken(name: str) -> str:
    if name in RESERVED:
        text = _("{name!r} is a key of [plugins] in agent.toml. Take another name.")
    elif name in FIRST_PARTY:
        text = _("{name!r} is a plugin of wfhagent. Take another name.")
    elif importlib.util.find_spec(f"wfhagent_{name}"):
        text = _("{name!r} is a plugin that is installed here. Take another name.")
    elif class_name(name) in {*public.__all__, *_OF_SCAFFOLDS}:
        text = _(
            "{name!r} would give its class the name {class_name}, which a plugin imports. Take "
            "another name."
        )
    else:
        return ""
    return text.format(name=name, class_name=class_name(name))


def shadowing(name: str) -> str:
    """Return which module the tests of a plugin *name* could not import; empty when none.

    The agent itself loads a drop-in under a private name, so there it replaces nothing.
    """
    if name == "wfhagent" or name.startswith("wfhagent_"):
        text = _("{name!r}: names that begin with wfhagent are those of its own packages.")
    elif name in sys.stdlib_module_names:
        text = _(
            "{name!r} is a module of Python: in its tests, one of the two could not be imported. "
            "Take another name."
        )
    elif name in _OF_TESTS or _is_promised(name):
        text = _(
            "{name!r} is a module that plugins import: in its tests, one of the two could not be "
            "imported. Take another name."
        )
    else:
        return ""
    return text.format(name=name)


def _is_promised(name: str) -> bool:
    if compiled() is not None:
        # It holds all of them, and not the file that lists them.
        return importlib.util.find_spec(name) is not None
    return name in {module.partition(".")[0] for module in promised()}
