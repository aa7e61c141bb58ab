"""Where the folders of each collector are, and the end of those whose plugin was removed."""

import hashlib
import logging
import re
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

from wfhagent.assembly import Assembly
from wfhagent.plugin.folders import Folders

log = logging.getLogger(__name__)


def folders_of(assembly: Assembly, collector: str) -> tuple[Path, Path]:
    """Return the folders of state and cache of *collector*; nothing is made."""
    source = assembly.catalog.sources.get(collector)
    plugin = _folder_name(collector if source is None else source.name)
    paths = assembly.paths
    return paths.plugin_state / plugin / collector, paths.plugin_cache / plugin / collector


def open_folders(assembly: Assembly, collector: str) -> Folders:
    """Return what makes and opens the folders of *collector*."""
    return Folders(*folders_of(assembly, collector))


def delete_folders_of_removed_plugins(assembly: Assembly) -> None:
    """Delete state and cache of each plugin that is not installed any more.

    One that is disabled, or cannot be used, keeps them. All do while the folder of drop-ins is
    missing or cannot be read: it may be on a disk that is not there yet.
    """
    try:
        list(assembly.drop_ins.iterdir())
    except OSError:
        return
    known = {_folder_name(entry.name) for entry in assembly.catalog.entries}
    for base in (assembly.paths.plugin_state, assembly.paths.plugin_cache):
        for folder in _folders_in(base):
            if folder.name not in known:
                _delete(folder)


def _folder_name(plugin: str) -> str:
    """Return the name of the folder of *plugin*, whose own name may be no name for one."""
    if re.fullmatch(r"\w+", plugin):
        return plugin
    return hashlib.sha256(plugin.encode(errors="replace")).hexdigest()[:16]


def _folders_in(base: Path) -> Iterable[Path]:
    try:
        return sorted(base.iterdir())
    except OSError:
        # Most laptops have none.
        return ()


def _delete(folder: Path) -> None:
    try:
        if stat.S_ISDIR(folder.lstat().st_mode):
            shutil.rmtree(folder)
        else:
            folder.unlink()
    except OSError as error:
        log.warning("%s: belongs to no plugin, and cannot be deleted: %s", folder, error)
    else:
        log.info("Deleted %s: its plugin is not installed any more", folder)
