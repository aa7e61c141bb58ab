"""Icon and menu in a panel without StatusNotifierItem."""

import math
from collections.abc import Callable, Sequence

from wfhagent.desktop.x11.box import Box
from wfhagent.desktop.x11.events import EventDisplay
from wfhagent.tray.icons import Panel
from wfhagent.tray.menu import Action, Line
from wfhagent.tray.view import Look
from wfhagent.tray.xembed.dock import Dock, title
from wfhagent.tray.xembed.hint import Hint
from wfhagent.tray.xembed.popup import Opening, Popup

HINT_SECONDS = 0.6


class XembedTray:
    """Shows icon and menu on the display; *fresh* gives the lines of the moment."""

    def __init__(
        self,
        look: Look,
        panel: Panel,
        fresh: Callable[[], Sequence[Line]],
        chosen: Callable[[Action], None],
        elapsed: Callable[[], float],
    ) -> None:
        """Connect, and go into the tray that there is.

        Raises:
            DisplayError: there is no display, or no library for it.
        """
        self._fresh = fresh
        self._chosen = chosen
        self._display = EventDisplay()
        self._popup: Popup | None = None
        self._hint: Hint | None = None
        self._rests: tuple[Box, float] | None = None
        self._look = look
        self._elapsed = elapsed
        self.dock = Dock(self._display, look, panel, self._open, self._rested)
        self.pump()

    @property
    def descriptor(self) -> int:
        """What can be read when something has happened."""
        return self._display.descriptor

    def pump(self) -> None:
        """Deal with what has happened, and with a pointer that has rested long enough."""
        self._display.pump()
        if self._rests is not None and self.seconds_to_wait() <= 0:
            (icon, _since), self._rests = self._rests, None
            self._hint = Hint(self._display, title(self._look), icon, self.dock.panel)
            self._display.pump()

    def seconds_to_wait(self) -> float:
        """Return in how many seconds `pump` has something to do, if nothing happens."""
        if self._rests is None:
            return math.inf
        return self._rests[1] + HINT_SECONDS - self._elapsed()

    def show(self, look: Look, panel: Panel) -> None:
        """Draw *look*, where it is another one."""
        self._look = look
        self.dock.show(look, panel)

    def seek(self) -> None:
        """Ask the tray again that gave the icon back."""
        self.dock.seek()

    def close(self) -> None:
        """Take icon and menu away."""
        self._display.close()

    def _open(self, icon: Box, time: int) -> None:
        self._rested(None)
        if self._popup is not None:
            return
        opening = Opening(icon=icon, panel=self.dock.panel, time=time)
        self._popup = Popup(self._display, self._fresh(), opening, self._ended)
        self._popup.open()

    def _rested(self, icon: Box | None) -> None:
        if self._hint is not None:
            self._hint.close()
        self._hint = None
        self._rests = None if icon is None else (icon, self._elapsed())

    def _ended(self, action: Action | None) -> None:
        self._popup = None
        if action is not None:
            self._chosen(action)
