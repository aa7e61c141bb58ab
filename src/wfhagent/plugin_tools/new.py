"""Makes the folder of a new plugin."""

import importlib.util
import keyword
import sys
from pathlib import Path

from wfhagent.errors import PluginError
from wfhagent.plugin_tools.templates import FILES


def make_plugin(name: str, into: Path) -> Path:
    """Make the folder *name* of a working plugin in *into*, and return it.

    Raises:
        PluginError: the name cannot be used, the folder is there already or cannot be made.
    """
    check_name(name)
    folder = into / name
    words = {
        "name": name,
        "dashed": name.replace("_", "-"),
        "class_name": "".join(word.capitalize() for word in name.split("_")),
    }
    try:
        folder.mkdir(parents=True)
        # Whatever the umask lets others do: what they may write the agent refuses.
        folder.chmod(0o755)
        for name_of, template in FILES.items():
            file = folder / name_of.format(**words)
            file.write_text(template.format(**words), encoding="utf-8")
            file.chmod(0o644)
    except FileExistsError as error:
        raise PluginError(
            f"{folder}: is there already; take another name, or remove it first."
        ) from error
    except OSError as error:
        raise PluginError(f"{folder}: cannot be made: {error.strerror}.") from error
    return folder


def check_name(name: str) -> None:
    """Raise PluginError unless *name* can be that of a new plugin."""
    if not (name.isidentifier() and name.isascii() and name == name.lower()):
        raise PluginError(
            f"{name!r} cannot be the name of a plugin: take lower-case letters, digits and "
            "underscores, such as 'battery' or 'disk_space'."
        )
    if name.startswith("_"):
        raise PluginError(f"{name!r}: names with a leading underscore are passed over.")
    if keyword.iskeyword(name):
        raise PluginError(f"{name!r} is a word of Python; take another name.")
    if name in sys.stdlib_module_names or importlib.util.find_spec(f"wfhagent_{name}"):
        raise PluginError(f"{name!r} is the name of another module; take another name.")
