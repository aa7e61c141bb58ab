"""What the compiled program knows of itself: Nuitka leaves a mark in every module that is C."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wfhagent.system.probe import is_file

WINDOWS_PROGRAM = "wfhagent.exe"
PROGRAM = WINDOWS_PROGRAM if sys.platform == "win32" else "wfhagent"
WINDOWLESS_PROGRAM = "wfhagentw.exe"
"""The same program without a console, in the same folder on Windows; log-on starts it."""
PACKED_PROGRAM = "wfhagent.bin"
"""What Nuitka calls it in the tree of a download, on systems without .exe."""
BUNDLE = "wfhagent.app"
"""What the program is on macOS: the tree is in Contents/MacOS."""
BUNDLE_IDENTIFIER = "org.wfhagent.agent"
"""What permissions of macOS belong to. It never changes: another one would be another program."""
IN_BUNDLE = Path("Contents", "MacOS")
SETTLED = (Path("/Applications"), Path("/Library"))
"""Where a bundle is put by an administrator or a package, for all users."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Compiled:
    """One running compiled program.

    Attributes:
        folder: the unpacked tree; `program` in it needs nothing else.
        home: the folder of what was started: of the download or the bundle, or the tree itself.
        bundle: the application bundle that holds the tree, on macOS; None elsewhere.
    """

    folder: Path
    home: Path
    bundle: Path | None = None

    @property
    def program(self) -> Path:
        """The program in the tree, which starts without unpacking anything."""
        packed = self.folder / PACKED_PROGRAM
        return packed if is_file(packed) else self.folder / PROGRAM

    def is_download(self, installed: Path) -> bool:
        """Tell whether a service needs a copy of it in the folder *installed*.

        It does of a download, whose tree is in the user's cache, and of a bundle that somebody
        has unpacked somewhere.
        """
        if self.bundle is None:
            return self.folder != self.home
        places = (*SETTLED, installed)
        return not any(self.bundle.is_relative_to(place) for place in places)


def compiled() -> Compiled | None:
    """Return what this program is, or None when it runs from source."""
    mark = globals().get("__compiled__")
    if mark is None:
        return None
    # The modules are in the program, but name files next to it. Only their folder is
    # resolved: in a bundle they may be links to its resources.
    tree = Path(os.path.abspath(__file__)).parents[__name__.count(".")]  # noqa: PTH100
    return describe(tree.resolve(), mark)


def describe(folder: Path, mark: Any) -> Compiled:
    """Return the program whose tree is *folder*, with Nuitka's *mark* (`__compiled__`)."""
    if not getattr(mark, "macos_bundle_mode", False):
        return Compiled(folder=folder, home=Path(mark.containing_dir).resolve())
    # The mark's own folder is wrong when the program is started by a link.
    bundle = folder.parents[1]
    return Compiled(folder=folder, home=bundle.parent, bundle=bundle)


def program_in(installed: Path, *, bundled: bool) -> Path:
    """Return the program that is laid out in the folder *installed*."""
    return installed / BUNDLE / IN_BUNDLE / PROGRAM if bundled else installed / PROGRAM
