"""Notifications of the desktop, where no icon is seen or a notice must be."""

import logging
from pathlib import Path
from typing import Any

from wfhagent.desktop.portal_permission import QUESTION_SECONDS
from wfhagent.desktop.services import NOTIFICATIONS, Match
from wfhagent.desktop.serving_bus import ServingBus
from wfhagent.messages import N_, _
from wfhagent.notice.brief import CHANGED, in_brief
from wfhagent.system.probe import is_file
from wfhagent.tray.menu import NAMES, Action
from wfhagent.tray.source import Source
from wfhagent.tray.view import Look

log = logging.getLogger(__name__)

_WELCOME = N_("wfhagent is running on this device")
_WELCOME_TEXT = N_(
    "Twice each working day it takes a screenshot for your company. This desktop cannot show its "
    "icon. `wfhagent privacy` shows who sees what, `wfhagent journal` everything that was sent."
)
READ_IT = N_("Read it")
_NOTICE = N_("Please read your company's notice about wfhagent")
_NOTICE_TEXT = N_(
    "This program reports from this device to your company. Open the notice from the icon in the "
    "panel, or with `wfhagent notice`."
)
_PERMISSION = N_("wfhagent needs your permission to take screenshots")
_PERMISSION_TEXT = N_(
    "Twice each working day it takes a screenshot for your company. Choose Allow screenshots. "
    "Your desktop then asks you, and you have {seconds} seconds to answer."
)


class Notifications:
    """Sends them, and does what is clicked in them."""

    def __init__(self, bus: ServingBus, source: Source) -> None:
        self._bus = bus
        self._source = source
        self._shown_notice = ""
        self._asked = False
        bus.on_signal(Match(NOTIFICATIONS.interface, "ActionInvoked"), self._answered)

    def welcome(self) -> None:
        """Say that the program is here."""
        journal = (Action.JOURNAL, _(NAMES[Action.JOURNAL]))
        self._notify(_(_WELCOME), _(_WELCOME_TEXT), journal)

    def tell_of(self, look: Look) -> None:
        """Notify of a notice once per version; the icon goes on asking for attention."""
        if look.notice and look.notice != self._shown_notice:
            # Nothing here acknowledges it: it was not read yet.
            read_it = (Action.NOTICE, _(READ_IT))
            if look.changes:
                self._notify(_(CHANGED), "\n".join(in_brief(look.changes)), read_it)
            else:
                self._notify(_(_NOTICE), _(_NOTICE_TEXT), read_it)
        self._shown_notice = look.notice

    def ask_for_permission(self, shown: Path) -> None:
        """Point out once that the desktop does not allow screenshots yet; *shown* remembers it."""
        if self._asked or is_file(shown):
            return
        self._asked = True
        text = _(_PERMISSION_TEXT).format(seconds=QUESTION_SECONDS)
        self._notify(_(_PERMISSION), text, (Action.ALLOW, _(NAMES[Action.ALLOW])))
        try:
            shown.touch()
        except OSError as error:
            log.warning("That a notification was shown cannot be remembered: %s", error)

    def _notify(self, title: str, text: str, *actions: tuple[Action, str]) -> None:
        words = [word for action, label in actions for word in (f"wfhagent-{action}", label)]
        arguments: tuple[Any, ...] = ("wfhagent", 0, "", title, text, words, {}, -1)
        self._bus.send(NOTIFICATIONS, "Notify", "susssasa{sv}i", *arguments)

    def _answered(self, body: tuple[Any, ...]) -> None:
        """Do what was clicked in a notification; keys of other programs are none of ours."""
        _number, key = body
        name = key.removeprefix("wfhagent-")
        if name != key and name in list(Action):
            self._source.start(Action(name))
