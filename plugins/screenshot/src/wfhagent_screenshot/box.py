"""Rectangles on the desktop."""

import math
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle in the desktop's own units: pixels, or points on macOS."""

    left: int
    top: int
    width: int
    height: int

    def within(self, area: "Box", size: tuple[int, int]) -> tuple[int, int, int, int] | None:
        """Return the part of this box that is in *area*, in pixels of a screenshot of *area*.

        *size* is that of the screenshot, which may be scaled. What comes is
        (left, top, right, bottom) as Pillow has it, rounded outwards; None for no part.
        """
        across, down = size[0] / area.width, size[1] / area.height
        left = max(0, math.floor((self.left - area.left) * across))
        top = max(0, math.floor((self.top - area.top) * down))
        right = min(size[0], math.ceil((self.left + self.width - area.left) * across))
        bottom = min(size[1], math.ceil((self.top + self.height - area.top) * down))
        return (left, top, right, bottom) if left < right and top < bottom else None
