"""Notifications of the desktop, where no icon is seen or a notice must be."""

from typing import Any

from jeepney import DBusAddress, MatchRule, new_method_call

from wfhagent.notice.brief import CHANGED, in_brief
from wfhagent.tray.look import Look
from wfhagent.tray.menu import Action
from wfhagent.tray.session_bus import SessionBus
from wfhagent.tray.source import Source

_NOTIFICATIONS = DBusAddress(
    "/org/freedesktop/Notifications",
    bus_name="org.freedesktop.Notifications",
    interface="org.freedesktop.Notifications",
)
_WELCOME = "wfhagent runs on this machine"
_WELCOME_TEXT = (
    "Twice each working day it takes a screenshot for your company. This desktop shows no icon of "
    "it: `wfhagent privacy` says who sees what, `wfhagent journal` shows all that it sends."
)
READ_IT = (Action.NOTICE, "Read it")
_NOTICE = "Please read what your company says about wfhagent"
_NOTICE_TEXT = (
    "This program reports from this machine to your company. The icon in the panel, and "
    "`wfhagent notice`, show what it says about that."
)


class Notifications:
    """Sends them, and does what is clicked in them."""

    def __init__(self, bus: SessionBus, source: Source) -> None:
        self._bus = bus
        self._source = source
        self._told = ""
        clicked = MatchRule(
            type="signal", interface=_NOTIFICATIONS.interface, member="ActionInvoked"
        )
        bus.hear(clicked, self._answered)

    def welcome(self) -> None:
        """Say that the program is here."""
        self._notify(_WELCOME, _WELCOME_TEXT, (Action.JOURNAL, "My journal"))

    def tell_of(self, look: Look) -> None:
        """Notify of a notice once per version; the icon goes on asking for attention."""
        if look.notice and look.notice != self._told:
            # Nothing here acknowledges it: it was not read yet.
            if look.changes:
                self._notify(CHANGED, "\n".join(in_brief(look.changes)), READ_IT)
            else:
                self._notify(_NOTICE, _NOTICE_TEXT, READ_IT)
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
