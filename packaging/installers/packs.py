"""Packs of plugins that a package brings: those in build/packs/, put there by whoever builds it.

They are installed as `wfhagent plugin install` does it, next to the program. An upgrade of the
package replaces them.
"""

import shutil
from pathlib import Path

from installers import tree
from wfhagent.errors import PluginError
from wfhagent.plugin_tools.install import install_pack
from wfhagent.plugin_tools.pack import PACK_SUFFIX
from wfhagent.settings import PluginsSettings

PACKS = tree.ROOT / "build" / "packs"


def add_packs(program: Path, packs: Path = PACKS) -> list[str]:
    """Install what is in the folder *packs* next to the program in *program*; return the names.

    Raises:
        PackageError: a pack is damaged, or two have one name.
    """
    names: list[str] = []
    for file in sorted(packs.glob(f"*{PACK_SUFFIX}")):
        try:
            done = install_pack(file, program / "plugins", PluginsSettings())
        except PluginError as error:
            raise tree.PackageError(str(error)) from error
        if done.name in names:
            raise tree.PackageError(f"{packs} has two packs of {done.name}; remove one.")
        names.append(done.name)
    return names


def with_packs(program: Path, scratch: Path, packs: Path = PACKS) -> Path:
    """Return *program*, or a copy of it in *scratch* with the packs in the folder *packs*.

    Raises:
        PackageError: a pack is damaged, or two have one name.
    """
    if not any(packs.glob(f"*{PACK_SUFFIX}")):
        return program
    copy = scratch / program.name
    shutil.copytree(program, copy, symlinks=True)
    add_packs(copy, packs)
    return copy
