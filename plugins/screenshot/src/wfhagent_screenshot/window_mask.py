"""Hides windows in what the monitors show; where that cannot be done, nothing may be recognized."""

from collections.abc import Sequence

from wfhagent_screenshot.desktop import View
from wfhagent_screenshot.hiding import to_hide
from wfhagent_screenshot.imaging import paint_over
from wfhagent_screenshot.window import Role, Window, WindowsUnknownError
from wfhagent_screenshot.window_list import windows


class WindowMask:
    """Covers the windows that are like *patterns*, in one view after the other.

    Made before the first screenshot and asked after each, it looks at the windows before and after,
    and covers where one was and where it is. *failure* says why windows could not be hidden; then
    the screenshot must be made unreadable.
    """

    def __init__(self, patterns: Sequence[str], *, has_windows: bool) -> None:
        self.failure = ""
        self._patterns = patterns
        self._covered: set[int] = set()
        if patterns and not has_windows:
            self.failure = "this desktop does not tell which windows there are"
        self._before = self._look()

    @property
    def count(self) -> int | None:
        """How many windows were covered; None when that failed."""
        return None if self.failure else len(self._covered)

    def cover(self, view: View) -> None:
        """Paint over in *view*, in place."""
        before, self._before = self._before, self._look()
        for window in [*before, *self._before]:
            part = window.box.within(view.area, view.image.size)
            if part is not None:
                paint_over(view.image, part)
                if window.role is not Role.PANEL:
                    self._covered.add(window.number)

    def _look(self) -> list[Window]:
        if self.failure or not self._patterns:
            return []
        try:
            return to_hide(windows(), self._patterns)
        except WindowsUnknownError as error:
            self.failure = str(error)
            return []
