"""Packages that a plugin brings in its folder `_vendor`, as they are found by their full name.

What is pure Python is in `_vendor` itself. What is compiled is in a folder of its platform there,
such as `_vendor/linux-x86_64-cp311`, so one plugin can be for several systems.
"""

import platform
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path, PurePath

from wfhagent.system.probe import is_folder

VENDOR = "_vendor"
SYSTEMS = {"linux": "linux", "win32": "windows", "darwin": "macos"}
"""The names of systems, by sys.platform."""
_MACHINES = {"amd64": "x86_64", "aarch64": "arm64"}
_INSTALLED = frozenset({"site-packages", "dist-packages"})


def platform_name(system: str, machine: str, python: str) -> str:
    """Return the name of a platform, such as `linux-x86_64-cp311` for Python `3.11`."""
    return f"{system}-{machine}-cp{python.replace('.', '')}"


def this_system() -> tuple[str, str]:
    """Return system and machine of this program, such as linux and x86_64."""
    machine = platform.machine().lower()
    if sys.platform == "win32":
        # An x86_64 program on an ARM machine is one for x86_64.
        machine = sysconfig.get_platform().removeprefix("win-")
    return SYSTEMS.get(sys.platform, sys.platform), _MACHINES.get(machine, machine)


def this_platform() -> str:
    """Return the name of the platform of this program."""
    return platform_name(*this_system(), f"{sys.version_info.major}.{sys.version_info.minor}")


def vendor_folders(plugin: Path) -> list[Path]:
    """Return the folders of packages of the plugin at *plugin* that this program can use."""
    vendor = plugin / VENDOR
    return [folder for folder in (vendor / this_platform(), vendor) if is_folder(folder)]


def is_for_another_platform(name: str) -> bool:
    """Tell whether the file *name* of a plugin, relative to it, is for another platform."""
    match PurePath(name).parts:
        case (vendor, folder, _, *_) if vendor == VENDOR and "-cp" in folder:
            return folder != this_platform()
    return False


def find_vendored(plugin: Path, search_path: list[str]) -> None:
    """Put the packages of the plugin at *plugin* on *search_path*.

    Python's own modules come before them. Packages that are installed come after them, as the
    compiled agent does not have those.
    """
    folders = [str(folder) for folder in vendor_folders(plugin)]
    new = [folder for folder in folders if folder not in search_path]
    place = _end_of_standard_library(search_path)
    search_path[place:place] = new


def _end_of_standard_library(search_path: Sequence[str]) -> int:
    for place, folder in enumerate(search_path):
        if PurePath(folder).name in _INSTALLED:
            return place
    return len(search_path)
