"""The icon on a panel that supports the StatusNotifierItem specification."""

from collections.abc import Callable, Mapping
from typing import Any

from wfhagent.desktop.serving_bus import NOTHING, Answer, Property, ServingBus
from wfhagent.tray.icons import Panel, icon
from wfhagent.tray.view import Look, State

PATH = "/StatusNotifierItem"
MENU_PATH = "/MenuBar"
_CLICKS = {"Activate", "SecondaryActivate", "ContextMenu", "Scroll", "ProvideXdgActivationToken"}


class Item:
    """Draws a look; says what has changed, and nothing else.

    Attributes:
        drawn: how often the icon was drawn again.
    """

    path = PATH
    interface = "org.kde.StatusNotifierItem"

    def __init__(
        self, bus: ServingBus, look: Look, panel: Panel, clicked: Callable[[], None]
    ) -> None:
        self.drawn = 0
        self._bus = bus
        self._look = look
        self._panel = panel
        self._clicked = clicked
        bus.serve(self)

    def show(self, look: Look, panel: Panel) -> None:
        """Draw *look*, where it is another one."""
        before, self._look = self._look, look
        redrawn = look.state is not before.state or panel is not self._panel
        self._panel = panel
        if redrawn:
            self.drawn += 1
            self._bus.emit(self, "NewIcon")
            self._bus.emit(self, "NewAttentionIcon")
        if look.state is not before.state:
            self._bus.emit(self, "NewStatus", "s", self._status())
        if look.sentence != before.sentence:
            self._bus.emit(self, "NewToolTip")

    def properties(self) -> Mapping[str, Property]:
        pixmap = icon(self._look.state, self._panel)
        return {
            "Category": ("s", "ApplicationStatus"),
            "Id": ("s", "wfhagent"),
            "Title": ("s", "wfhagent"),
            "Status": ("s", self._status()),
            "WindowId": ("i", 0),
            "IconName": ("s", ""),
            "IconThemePath": ("s", ""),
            "IconPixmap": ("a(iiay)", pixmap),
            "OverlayIconName": ("s", ""),
            "OverlayIconPixmap": ("a(iiay)", []),
            "AttentionIconName": ("s", ""),
            "AttentionIconPixmap": ("a(iiay)", pixmap),
            "AttentionMovieName": ("s", ""),
            "ToolTip": ("(sa(iiay)ss)", ("", [], "wfhagent", self._look.sentence)),
            "ItemIsMenu": ("b", True),
            "Menu": ("o", MENU_PATH),
        }

    def call(self, member: str, _body: tuple[Any, ...]) -> Answer | None:
        if member == "Activate":
            self._clicked()
        return NOTHING if member in _CLICKS else None

    def _status(self) -> str:
        return "NeedsAttention" if self._look.state is State.ATTENTION else "Active"
