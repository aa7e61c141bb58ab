"""Whether a drop-in may be loaded: who can write it, and whether it is the one that IT named."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from wfhagent.errors import PluginError
from wfhagent.plugins.tree import files_of, read_tree
from wfhagent.system.ownership import FOREIGN, HOW_TO_FIX, mistrust
from wfhagent.system.probe import is_file, is_folder


def check_trust(path: Path, trusted: Mapping[str, str], keys: Sequence[str] = ()) -> str:
    """Refuse the drop-in at *path* unless only its owner can write it and IT named it.

    Return its hash. *trusted* are the hashes of drop-ins by name, *keys* the public keys that may
    sign packs; without both, any drop-in is taken.

    Raises:
        PluginError: somebody else may write it, or IT named neither its hash nor its signer.
    """
    check_folder(path.parent)
    check_files(path)
    digest = read_tree(path).digest
    if not (trusted or keys) or trusted.get(path.name) == digest:
        return digest
    unsigned = _why_unsigned(path, digest, keys) if keys else ""
    if unsigned or not keys:
        raise PluginError(
            f"{path}: its SHA-256 is {digest}, and [plugins.trusted] does not name it"
            f"{unsigned}; if this is the plugin you want, add "
            f'"{path.name}" = "{digest}".'
        )
    return digest


def _why_unsigned(path: Path, digest: str, keys: Sequence[str]) -> str:
    """Return why the drop-in at *path* is not signed by one of *keys*; empty when it is."""
    # Where no key is trusted the agent waits without it.
    from wfhagent.plugins.manifest import read_installed  # noqa: PLC0415
    from wfhagent.plugins.signer import why_not_signed  # noqa: PLC0415

    found = read_installed(path)
    if found is None:
        return "; it is not signed either"
    if why := why_not_signed(found, keys):
        return f"; {why}"
    if found.manifest.name != path.name:
        return f"; it is signed as {found.manifest.name!r}, which is another name"
    if found.manifest.sha256 != digest:
        return "; its files are not those that were signed"
    return ""


def check_folder(folder: Path) -> None:
    """Refuse a folder of drop-ins that somebody else may write.

    Raises:
        PluginError: it is one.
    """
    _check_owner(folder, f"chmod go-w {folder}")


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
