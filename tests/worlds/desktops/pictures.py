"""Pictures that the tests of desktops take. Run as a program, it copies those of docs there."""

import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from tests.waiting import wait_until
from tests.worlds.laptop import HOME, Laptop
from tests.worlds.roots import REPOSITORY, cache

IN_DOCS = ("gnome-menu.png", "gnome-question.png", "plasma-menu.png")
MARGIN = 8


class Box(NamedTuple):
    """A rectangle of the monitor, in pixels."""

    x: int
    y: int
    width: int
    height: int

    def widened(self) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom with a margin around it."""
        right, bottom = self.x + self.width, self.y + self.height
        return self.x - MARGIN, self.y - MARGIN, right + MARGIN, bottom + MARGIN


def folder() -> Path:
    """Return where the pictures are."""
    return cache() / "pictures"


def keep(laptop: Laptop, name: str, part: tuple[int, int, int, int] | None = None) -> None:
    """Keep the picture *name* that was written to alice's folder, or *part* of it.

    *part* is left, top, right and bottom in pixels; what is outside of the picture does not count.
    """
    taken = laptop.tree / HOME.lstrip("/") / name
    wait_until(taken.exists, "the picture")
    folder().mkdir(parents=True, exist_ok=True)
    with Image.open(taken) as picture:
        whole = (0, 0, *picture.size)
        left, top, right, bottom = part or whole
        inside = (max(left, 0), max(top, 0), min(right, whole[2]), min(bottom, whole[3]))
        picture.convert("RGB").crop(inside).save(folder() / name, optimize=True)
    taken.unlink()


def main() -> int:
    """Copy the pictures of the documentation into it."""
    for name in IN_DOCS:
        shutil.copyfile(folder() / name, REPOSITORY / "docs" / "pictures" / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
