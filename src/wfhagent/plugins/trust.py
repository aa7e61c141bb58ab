"""Whether a drop-in may be loaded: who can write it, and whether it is the one that IT named."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from wfhagent.errors import PluginError
from wfhagent.plugins.tree import files_of, read_tree
from wfhagent.system.ownership import FOREIGN, HOW_TO_FIX, mistrust
from wfhagent.system.probe import is_file, is_folder


def check_trust(path: Path, trusted: Mapping[str, str]) -> str:
    """Refuse the drop-in at *path* unless only its owner can write it and its hash is known.

    Return its hash.

    Raises:
        PluginError: somebody else may write it, or *trusted* is not empty and says otherwise.
    """
    _check_owner(path.parent, f"chmod go-w {path.parent}")
    check_files(path)
    digest = read_tree(path).digest
    if trusted and trusted.get(path.name) != digest:
        raise PluginError(
            f"{path}: its SHA-256 is {digest}, and [plugins.trusted] does not name it; if this "
            f'is the plugin you want, add "{path.name}" = "{digest}".'
        )
    return digest


def check_files(path: Path) -> None:
    """Refuse the plugin at *path* when it holds anything but files and folders, or somebody else
    may write it.

    Raises:
        PluginError: it does, or may.
    """
    for part in files_of(path):
        if os.path.islink(part):  # noqa: PTH114 -- raises nothing
            raise PluginError(
                f"{path}: {part} is a symbolic link, and what it points to cannot be vouched for; "
                "copy the file itself."
            )
        if not (is_file(part) or is_folder(part)):
            raise PluginError(f"{path}: {part} is neither a file nor a folder; remove it.")
    for part in files_of(path):
        _check_owner(part, f"chmod {'-R ' if is_folder(path) else ''}go-w {path}")


def _check_owner(path: Path, remedy: str) -> None:
    """Refuse a file that anybody but its owner can write, or that a third person owns."""
    why = mistrust(path)
    if why and sys.platform == "win32":
        remedy = HOW_TO_FIX
    elif why == FOREIGN:
        remedy = f"chown {path}"
    if why:
        raise PluginError(f"{path}: {why}, so others could run code as you; {remedy}.")
