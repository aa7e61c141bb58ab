"""Notifications of the desktop, where no icon is seen or a notice must be."""

import logging
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, MatchRule, new_method_call

from wfhagent.desktop.portal_permission import QUESTION_SECONDS
from wfhagent.notice.brief import CHANGED, in_brief
from wfhagent.system.probe import is_file
from wfhagent.tray.menu import NAMES, Action
from wfhagent.tray.session_bus import SessionBus
from wfhagent.tray.source import Source
from wfhagent.tray.view import Look

log = logging.getLogger(__name__)

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


_PERMISSION = "wfhagent needs your permission for screenshots"
_PERMISSION_TEXT = (
    "Twice each working day it takes a screenshot for your company, and this desktop asks you "
    f"first. Choose Allow screenshots: the desktop asks then, and you have {QUESTION_SECONDS} "
    "seconds to answer."
)


class Notifications:
    """Sends them, and does what is clicked in them."""

    def __init__(self, bus: SessionBus, source: Source) -> None:
        self._bus = bus
        self._source = source
        self._told = ""
        self._asked = False
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

    def ask_for_permission(self, shown: Path) -> None:
        """Point out once that the desktop does not allow screenshots yet; *shown* remembers it."""
        if self._asked or is_file(shown):
            return
        self._asked = True
        self._notify(_PERMISSION, _PERMISSION_TEXT, (Action.ALLOW, NAMES[Action.ALLOW]))
        try:
            shown.touch()
        except OSError as error:
            log.warning("That a notification was shown cannot be remembered: %s", error)

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
