"""Unpacks wheels, as a folder for `sys.path` needs them: without scripts, the same each time."""

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import msgspec

from wfhagent.errors import PluginError
from wfhagent.messages import _

_LIBRARIES = frozenset({"purelib", "platlib"})
"""The parts of a `.data` folder that are modules; the others are scripts, headers and data."""


class Wheel(msgspec.Struct, frozen=True, kw_only=True):
    """One wheel: *distribution* is name and version, *is_pure* that it fits every platform."""

    file: Path
    distribution: str
    is_pure: bool


def wheel(file: Path) -> Wheel:
    """Return what the name of the wheel *file* says."""
    name, version, *_build, _python, abi, platform = file.stem.split("-")
    return Wheel(
        file=file, distribution=f"{name} {version}", is_pure=(abi, platform) == ("none", "any")
    )


def modules_of(file: Path) -> set[str]:
    """Return the top-level modules and packages of the wheel *file*."""
    with zipfile.ZipFile(file) as archive:
        names = [place for place, _name in _members(archive, file)]
    tops = {place.parts[0] for place in names if not place.parts[0].endswith(".dist-info")}
    return {top.partition(".")[0] for top in tops}


def unpack(file: Path, folder: Path) -> None:
    """Unpack the modules of the wheel *file* into *folder*.

    Raises:
        PluginError: it has a file outside.
    """
    with zipfile.ZipFile(file) as archive:
        for place, name in _members(archive, file):
            target = folder / place
            for parent in reversed(target.relative_to(folder).parents):
                (folder / parent).mkdir(parents=True, exist_ok=True)
                # Whatever the umask is: what others may write, the agent refuses.
                (folder / parent).chmod(0o755)
            with archive.open(name) as source, target.open("wb") as copy:
                shutil.copyfileobj(source, copy)
            target.chmod(0o644)


def _members(archive: zipfile.ZipFile, file: Path) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield where each file of a wheel goes, and its name in *archive*."""
    for info in archive.infolist():
        if info.is_dir():
            continue
        place = PurePosixPath(info.filename)
        if place.is_absolute() or ".." in place.parts or "\\" in info.filename:
            text = _("{file}: has a file outside of its folder: {name}.")
            raise PluginError(text.format(file=file.name, name=info.filename))
        if place.parts[0].endswith(".data"):
            if place.parts[1] not in _LIBRARIES:
                continue
            place = PurePosixPath(*place.parts[2:])
        yield place, info.filename
