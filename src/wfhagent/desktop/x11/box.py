"""A rectangle on the display."""

from typing import NamedTuple


class Box(NamedTuple):
    """A place on the display."""

    x: int
    y: int
    width: int
    height: int

    def holds(self, x: int, y: int) -> bool:
        """Whether the point is in it."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height
