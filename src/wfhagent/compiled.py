"""What the compiled program knows of itself: Nuitka leaves a mark in every module that is C."""

import sys
from dataclasses import dataclass
from pathlib import Path

from wfhagent.probe import is_file

PROGRAM = "wfhagent.exe" if sys.platform == "win32" else "wfhagent"
PACKED_PROGRAM = "wfhagent.bin"
"""What Nuitka calls it in the tree of a download, on systems without .exe."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Compiled:
    """One running compiled program.

    Attributes:
        folder: the unpacked tree; `program` in it needs nothing else.
        home: the folder of what was started: that of the download, or the tree itself.
    """

    folder: Path
    home: Path

    @property
    def program(self) -> Path:
        """The program in the tree, which starts without unpacking anything."""
        packed = self.folder / PACKED_PROGRAM
        return packed if is_file(packed) else self.folder / PROGRAM

    @property
    def is_onefile(self) -> bool:
        """Whether a download was started, whose tree lies in the user's cache."""
        return self.folder != self.home


def compiled() -> Compiled | None:
    """Return what this program is, or None when it runs from source."""
    mark = globals().get("__compiled__")
    if mark is None:
        return None
    # The modules are in the program, and say that they lie beside it.
    folder = Path(__file__).resolve().parents[1]
    return Compiled(folder=folder, home=Path(mark.containing_dir).resolve())
