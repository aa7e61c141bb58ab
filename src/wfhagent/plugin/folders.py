"""The two folders of a collector: its state, which is kept, and its cache, which may be emptied."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from wfhagent.errors import PluginError

MOST_BYTES = 50 << 20
"""Of each folder."""
LEAST_FILE_BYTES = 4096
"""What each file counts at least: many empty ones fill a disk, too."""


class Folders:
    """Opens the folders of one collector, which are made, private, when they are first used.

    *state* and *cache* are `<base>/<plugin>/<collector>`.
    """

    def __init__(self, state: Path, cache: Path) -> None:
        self._state = state
        self._cache = cache
        self._opened: set[Path] = set()

    def open_state(self) -> Path:
        """Return the folder of the state.

        Raises:
            PluginError: it has more than `MOST_BYTES`, or cannot be made.
        """
        folder = self._state
        if folder in self._opened:
            return folder
        _make_private(folder)
        if size_of(folder) > MOST_BYTES:
            raise PluginError(
                f"{folder}: the state of this collector has more than {MOST_BYTES >> 20} MiB. "
                "Delete files there, or the folder."
            )
        self._opened.add(folder)
        return folder

    def open_cache(self) -> Path:
        """Return the folder of the cache, emptied where it has more than `MOST_BYTES`.

        Raises:
            PluginError: it cannot be made or emptied.
        """
        folder = self._cache
        if folder in self._opened:
            return folder
        _make_private(folder)
        if size_of(folder) > MOST_BYTES:
            try:
                shutil.rmtree(folder)
            except OSError as error:
                raise _unusable(folder, error) from error
            _make_private(folder)
        self._opened.add(folder)
        return folder


def size_of(folder: Path) -> int:
    """Return how many bytes the files in *folder* have; counting ends beyond `MOST_BYTES`."""
    total = 0
    for size in _sizes(folder):
        total += max(size, LEAST_FILE_BYTES)
        # There may be millions of them.
        if total > MOST_BYTES:
            break
    return total


def _sizes(folder: Path) -> Iterator[int]:
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            try:
                yield os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118 -- many files
            except OSError:
                # It was removed meanwhile.
                continue


def _make_private(folder: Path) -> None:
    """Make *folder* with that of its plugin, and that of all plugins; nobody else can read them."""
    try:
        folder.parents[2].mkdir(parents=True, exist_ok=True, mode=0o700)
        for place in (folder.parents[1], folder.parents[0], folder):
            place.mkdir(exist_ok=True, mode=0o700)
            found = place.lstat()
            if not stat.S_ISDIR(found.st_mode):
                raise PluginError(f"{place}: is a link, and no folder; remove it.")
            if os.name == "posix" and found.st_mode & 0o077:
                place.chmod(0o700)
    except OSError as error:
        raise _unusable(folder, error) from error


def _unusable(folder: Path, error: OSError) -> PluginError:
    return PluginError(f"{folder}: cannot be used: {error.strerror or error}.")
