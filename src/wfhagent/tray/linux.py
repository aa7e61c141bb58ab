"""Linux: the icon on the session bus, and notifications where no panel shows it."""

import logging
from typing import Any

from jeepney import DBusAddress, MatchRule, MessageFlag, message_bus, new_method_call

from wfhagent.tray.dbusmenu import Menu
from wfhagent.tray.icons import Panel
from wfhagent.tray.item import Item
from wfhagent.tray.look import Look
from wfhagent.tray.menu import Action, Line, menu_of
from wfhagent.tray.session_bus import SessionBus
from wfhagent.tray.source import Source

log = logging.getLogger(__name__)

WATCHER = "org.kde.StatusNotifierWatcher"
LOOK_SECONDS = 60.0
NO_HOST_SECONDS = 15.0
"""A panel that starts with the session is there by then."""

_PORTAL = DBusAddress(
    "/org/freedesktop/portal/desktop",
    bus_name="org.freedesktop.portal.Desktop",
    interface="org.freedesktop.portal.Settings",
)
_APPEARANCE = "org.freedesktop.appearance"
_PREFERS_LIGHT = 2
_NOTIFICATIONS = DBusAddress(
    "/org/freedesktop/Notifications",
    bus_name="org.freedesktop.Notifications",
    interface="org.freedesktop.Notifications",
)
_WELCOME = "wfhagent runs on this machine"
_WELCOME_TEXT = (
    "It tells your company that this machine is on. This desktop shows no icon of it; "
    "`wfhagent journal` shows all that it sends."
)
_NOTICE = "Please read what your company says about wfhagent"
_NOTICE_TEXT = (
    "This program reports from this machine to your company. The icon in the panel, and "
    "`wfhagent notice`, show what it says about that."
)


class LinuxTray:
    """Serves icon and menu until the bus is gone. One thread; it wakes once a minute."""

    def __init__(self, bus: SessionBus, source: Source) -> None:
        self._bus = bus
        self._source = source
        self._panel = Panel.DARK
        self._watcher = False
        self._told = ""
        self.item = Item(bus, source.look(), self._panel, lambda: source.start(Action.JOURNAL))
        # Before anything is shown: a click must not come before somebody hears it.
        self._join()
        self.menu = Menu(bus, self._fresh, source.start)

    def run(self) -> None:
        """Work until the bus is gone.

        Raises:
            OSError: it is.
        """
        self._serve(NO_HOST_SECONDS)
        if not self._watcher:
            self._notify(_WELCOME, _WELCOME_TEXT, (Action.JOURNAL, "My journal"))
        while True:
            self.look()
            self._serve(LOOK_SECONDS)

    def look(self) -> None:
        """Look at the status once, and show what has changed."""
        self.menu.refresh()

    def _fresh(self) -> tuple[Line, ...]:
        """Look at the status, also when somebody opens the menu: then it is of that moment."""
        look = self._source.look()
        self.item.show(look, self._panel)
        self._tell_of(look)
        return menu_of(look)

    def _serve(self, seconds: float) -> None:
        """Answer for *seconds*; a host asks a lot in its first second and nothing afterwards."""
        until = self._source.elapsed() + seconds
        while (left := until - self._source.elapsed()) > 0 and self._bus.wait(left):
            pass

    def _join(self) -> None:
        owner = MatchRule(
            type="signal",
            sender=message_bus.bus_name,
            interface=message_bus.interface,
            member="NameOwnerChanged",
        )
        owner.add_arg_condition(0, WATCHER)
        self._bus.hear(owner, self._owner_changed)
        clicked = MatchRule(
            type="signal", interface=_NOTIFICATIONS.interface, member="ActionInvoked"
        )
        self._bus.hear(clicked, self._answered)
        changed = MatchRule(type="signal", interface=_PORTAL.interface, member="SettingChanged")
        changed.add_arg_condition(0, _APPEARANCE)
        self._bus.hear(changed, self._appearance_changed)
        self._bus.own(self._source.bus_name)
        self._bus.ask(message_bus.NameHasOwner(WATCHER), self._watcher_is)
        read = new_method_call(_PORTAL, "Read", "ss", (_APPEARANCE, "color-scheme"))
        # A portal that does not run is not started for a colour.
        read.header.flags |= MessageFlag.no_auto_start
        self._bus.ask(read, lambda body: self._appear(body[0]))

    def _watcher_is(self, body: tuple[Any, ...]) -> None:
        if body[0]:
            self._register()

    def _owner_changed(self, body: tuple[Any, ...]) -> None:
        _name, _old, new = body
        self._watcher = False
        if new:
            self._register()

    def _register(self) -> None:
        # Without waiting: some watchers ask the item before they answer.
        self._watcher = True
        watcher = DBusAddress("/StatusNotifierWatcher", bus_name=WATCHER, interface=WATCHER)
        name = (self._source.bus_name,)
        self._bus.send(new_method_call(watcher, "RegisterStatusNotifierItem", "s", name))

    def _appearance_changed(self, body: tuple[Any, ...]) -> None:
        _namespace, key, value = body
        if key == "color-scheme":
            self._appear(value)

    def _appear(self, value: Any) -> None:
        """Take the scheme that people prefer for that of their panel; variants may be nested."""
        while isinstance(value, tuple):
            value = value[1]
        self._panel = Panel.LIGHT if value == _PREFERS_LIGHT else Panel.DARK
        self.item.show(self._source.look(), self._panel)

    def _tell_of(self, look: Look) -> None:
        """Notify of a notice once per version; the icon goes on asking for attention."""
        if look.notice and look.notice != self._told:
            actions = ((Action.NOTICE, "Read it"), (Action.ACKNOWLEDGE, "I have read it"))
            self._notify(_NOTICE, _NOTICE_TEXT, *actions)
        self._told = look.notice

    def _notify(self, title: str, text: str, *actions: tuple[Action, str]) -> None:
        words = [word for action, label in actions for word in (f"wfhagent-{action}", label)]
        arguments: tuple[Any, ...] = ("wfhagent", 0, "", title, text, words, {}, -1)
        self._bus.send(new_method_call(_NOTIFICATIONS, "Notify", "susssasa{sv}i", arguments))

    def _answered(self, body: tuple[Any, ...]) -> None:
        """Do what was clicked in a notification; keys of other programs are none of ours."""
        _number, key = body
        name = key.removeprefix("wfhagent-")
        if name != key and name in list(Action):
            self._source.start(Action(name))
