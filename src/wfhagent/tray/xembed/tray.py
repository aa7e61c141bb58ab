"""Icon and menu in a panel without StatusNotifierItem."""

from collections.abc import Callable, Sequence

from wfhagent.tray.icons import Panel
from wfhagent.tray.look import Look
from wfhagent.tray.menu import Action, Line
from wfhagent.tray.xembed.display import Display
from wfhagent.tray.xembed.dock import Dock
from wfhagent.tray.xembed.layout import Box
from wfhagent.tray.xembed.popup import Opening, Popup


class XembedTray:
    """Shows icon and menu on the display; *fresh* gives the lines of the moment."""

    def __init__(
        self,
        look: Look,
        panel: Panel,
        fresh: Callable[[], Sequence[Line]],
        chosen: Callable[[Action], None],
    ) -> None:
        """Connect, and go into the tray that there is.

        Raises:
            TrayError: there is no display, or no library for it.
        """
        self._fresh = fresh
        self._chosen = chosen
        self._display = Display()
        self._popup: Popup | None = None
        self.dock = Dock(self._display, look, panel, self._open)
        self.pump()

    @property
    def descriptor(self) -> int:
        """What can be read when something has happened."""
        return self._display.descriptor

    def pump(self) -> None:
        """Deal with what has happened."""
        self._display.pump()

    def show(self, look: Look, panel: Panel) -> None:
        """Draw *look*, where it is another one."""
        self.dock.show(look, panel)

    def seek(self) -> None:
        """Ask the tray again that gave the icon back."""
        self.dock.seek()

    def close(self) -> None:
        """Take icon and menu away."""
        self._display.close()

    def _open(self, beside: Box, time: int) -> None:
        if self._popup is not None:
            return
        opening = Opening(beside=beside, panel=self.dock.panel, time=time)
        self._popup = Popup(self._display, self._fresh(), opening, self._ended)
        self._popup.open()

    def _ended(self, action: Action | None) -> None:
        self._popup = None
        if action is not None:
            self._chosen(action)
