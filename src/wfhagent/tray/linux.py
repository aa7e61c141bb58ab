"""Linux: the icon on the session bus or in an XEmbed tray, and notifications without both."""

import logging
import os
from typing import TYPE_CHECKING, Any

from wfhagent.desktop.portal_permission import PortalPermission
from wfhagent.desktop.services import BUS, PORTAL_SETTINGS, Match, Service, owner_of
from wfhagent.desktop.serving_bus import ServingBus
from wfhagent.desktop.wayland import is_wayland_session
from wfhagent.system.memory import release
from wfhagent.tray.dbusmenu import Menu
from wfhagent.tray.icons import Panel
from wfhagent.tray.item import Item
from wfhagent.tray.menu import Action, Line, menu_of
from wfhagent.tray.notifications import Notifications
from wfhagent.tray.permission import ScreenshotPermission
from wfhagent.tray.source import Source
from wfhagent.tray.view import Look, with_permission

if TYPE_CHECKING:
    from wfhagent.tray.xembed.tray import XembedTray

log = logging.getLogger(__name__)

WATCHER = Service(
    "org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher"
)
LOOK_SECONDS = 60.0
SETTLE_SECONDS = 2.0
"""A panel that supports StatusNotifierItem is known by then; without one the display is asked."""
MOST_RETRIES = 3
"""For a watcher that drops the icon at once; after these the icon waits for the next look."""
NO_HOST_SECONDS = 13.0
"""A panel that starts with the session is there by then."""

_APPEARANCE = "org.freedesktop.appearance"
_PREFERS_LIGHT = 2


class LinuxTray:
    """Serves icon and menu until the bus is gone. One thread; it wakes once a minute.

    Attributes:
        item: the icon on the bus.
        embedded: the icon in an XEmbed tray; None while there is a host for the other.
    """

    def __init__(self, bus: ServingBus, source: Source) -> None:
        self._bus = bus
        self._source = source
        self._panel = Panel.DARK
        self._watcher = False
        self._dropped = False
        self._retries = 0
        self._has_display = True
        self.embedded: XembedTray | None = None
        self.item = Item(bus, source.look(), self._panel, lambda: source.start(Action.JOURNAL))
        # Before anything is shown: a click must not come before somebody hears it.
        self._notifications = Notifications(bus, source)
        self._permission = (
            ScreenshotPermission(bus) if source.permission_notice and is_wayland_session() else None
        )
        self._join()
        self.menu = Menu(bus, self._fresh, source.start)

    def run(self) -> None:
        """Work until the bus is gone.

        Raises:
            OSError: it is.
        """
        self._serve(SETTLE_SECONDS)
        self.look()
        self._serve(NO_HOST_SECONDS)
        if not self.is_shown:
            self._notifications.welcome()
        release()
        while True:
            self.look()
            self._serve(LOOK_SECONDS)

    @property
    def is_shown(self) -> bool:
        """Whether some panel shows the icon."""
        return self._watcher or (self.embedded is not None and self.embedded.dock.is_docked)

    def look(self) -> None:
        """Look at the status and for a panel once, and show what has changed."""
        if not self._watcher:
            self._embed()
        elif self._dropped:
            self._register()
        self.menu.refresh()

    def _fresh(self) -> tuple[Line, ...]:
        """Look at the status, also when somebody opens the menu: then it is of that moment."""
        look = self._source.look()
        self._show(look)
        self._notifications.tell_of(look)
        if self._permission is not None and self._source.permission_notice is not None:
            permission = self._permission.state
            look = with_permission(look, permission)
            if permission is PortalPermission.UNANSWERED:
                self._notifications.ask_for_permission(self._source.permission_notice)
        return menu_of(look)

    def _show(self, look: Look) -> None:
        self.item.show(look, self._panel)
        if self.embedded is not None:
            self.embedded.show(look, self._panel)

    def _serve(self, seconds: float) -> None:
        """Answer for *seconds*; a host asks a lot in its first second and nothing afterwards."""
        until = self._source.elapsed() + seconds
        while (left := until - self._source.elapsed()) > 0:
            if self.embedded is not None:
                # First: the library may have read already what no wait would be woken by.
                self.embedded.pump()
                left = min(left, self.embedded.seconds_to_wait())
            self._bus.wait(left)

    def _join(self) -> None:
        self._bus.on_signal(owner_of(WATCHER.name), self._owner_changed)
        dropped = Match(WATCHER.interface, "StatusNotifierItemUnregistered")
        self._bus.on_signal(dropped, self._unregistered)
        changed = Match(PORTAL_SETTINGS.interface, "SettingChanged", first=_APPEARANCE)
        self._bus.on_signal(changed, self._appearance_changed)
        self._bus.own(self._source.bus_name)
        self._bus.ask(self._watcher_is, BUS, "NameHasOwner", "s", WATCHER.name)
        read = (PORTAL_SETTINGS, "Read", "ss", _APPEARANCE, "color-scheme")
        # A portal that does not run is not started for a color.
        self._bus.ask(lambda body: self._appear(body[0]), *read, start=False)

    def _watcher_is(self, body: tuple[Any, ...]) -> None:
        if body[0]:
            self._register()

    def _owner_changed(self, body: tuple[Any, ...]) -> None:
        _name, _old, new = body
        self._watcher = False
        if new:
            self._register()

    def _unregistered(self, body: tuple[Any, ...]) -> None:
        """Register again: GNOME's extension drops an icon that it has read at a bad moment."""
        if str(body[0]).startswith(self._source.bus_name):
            self._dropped = True
            if self._retries < MOST_RETRIES:
                self._retries += 1
                self._register()

    def _register(self) -> None:
        # Without waiting: some watchers ask the item before they answer.
        self._watcher = True
        self._dropped = False
        self._leave_the_display()
        self._bus.send(WATCHER, "RegisterStatusNotifierItem", "s", self._source.bus_name)

    def _embed(self) -> None:
        """Go into the XEmbed tray of the display, or wait for one there."""
        if self.embedded is not None:
            self.embedded.seek()
        elif self._has_display and _is_x_session():
            # Libraries of X: of no use where a panel supports StatusNotifierItem.
            from wfhagent.desktop.x11.display import DisplayError  # noqa: PLC0415
            from wfhagent.tray.xembed.tray import XembedTray  # noqa: PLC0415

            look = self._source.look()
            try:
                tray = XembedTray(
                    *(look, self._panel, self._fresh), self._source.start, self._source.elapsed
                )
            except DisplayError as error:
                log.warning("No icon in panels without StatusNotifierItem: %s.", error)
                self._has_display = False
                return
            self.embedded = tray
            self._bus.watch(tray.descriptor)

    def _leave_the_display(self) -> None:
        if self.embedded is not None:
            self._bus.unwatch(self.embedded.descriptor)
            self.embedded.close()
            self.embedded = None

    def _appearance_changed(self, body: tuple[Any, ...]) -> None:
        _namespace, key, value = body
        if key == "color-scheme":
            self._appear(value)

    def _appear(self, value: Any) -> None:
        """Take the scheme that people prefer for that of their panel; variants may be nested."""
        while isinstance(value, tuple):
            value = value[1]
        self._panel = Panel.LIGHT if value == _PREFERS_LIGHT else Panel.DARK
        self._show(self._source.look())


def _is_x_session() -> bool:
    """Whether there is a display that is not a guest of Wayland; asking would start that one."""
    return "DISPLAY" in os.environ and not is_wayland_session()
