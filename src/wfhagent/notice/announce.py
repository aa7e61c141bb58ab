"""Tells the person at the screen, from the agent itself, that it runs and what it took.

A child process shows the notification, so that the agent that waits loads nothing for it.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from wfhagent.desktop.notify import UNCONFIRMED, NotifyError, can_show, show
from wfhagent.messages import N_
from wfhagent.process.child.call import call

log = logging.getLogger(__name__)

TASK = "notify"
LIMIT_SECONDS = 15.0
"""A notification daemon that is started for it takes some seconds."""
TRY_AGAIN_SECONDS = (10.0, 20.0, 60.0, 300.0)
"""After the first try, which may come before the desktop is there; then once an hour."""
HOURLY_SECONDS = 3600.0
UNCONFIRMED_SECONDS = 86_400.0
"""When the system took it and does not say whether it was shown: most likely it was."""
NO_DESKTOP = N_("there is no session bus, so no desktop that shows notifications")


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown."""

    title: str
    text: str
    symbol: str = "dialog-information"


Show = Callable[[Notification], str]
"""Shows a notification; returns why it could not be shown, else nothing."""


def show_in_child(program: Sequence[str]) -> Show:
    """Return what shows notifications with *program*, which starts wfhagent."""

    def show_one(notification: Notification) -> str:
        if not can_show():
            return NO_DESKTOP
        body = msgspec.msgpack.encode(notification)
        answer = call(program, TASK, body, limit_seconds=LIMIT_SECONDS)
        return answer.problem or answer.body.decode(errors="replace")

    return show_one


def do_in_child(body: bytes) -> bytes:
    """Show the notification of a request; the answer says why it could not be shown."""
    wanted = msgspec.msgpack.decode(body, type=Notification)
    try:
        show(wanted.title, wanted.text, symbol=wanted.symbol)
    except NotifyError as error:
        return str(error).encode()
    return b""


class StartAnnouncement:
    """What is shown at each start: tried again until it was, and on record when it was not.

    Attributes:
        shown_at: when it was shown; None until then.
        problem: why the last try failed.
    """

    def __init__(self, show: Show) -> None:
        self._show = show
        self._tries = 0
        self._next_at: float | None = None
        self.shown_at: datetime | None = None
        self.problem = ""

    def show_if_due(
        self,
        make: Callable[[], Notification],
        now: datetime,
        elapsed: float,
        *,
        at_once: bool = False,
    ) -> None:
        """Try at *elapsed* seconds of some clock if it is time to; *at_once* if it is not, too.

        *make* returns what is shown.
        """
        if self.shown_at is not None:
            return
        if not at_once and self._next_at is not None and elapsed < self._next_at:
            return
        tries = self._tries
        pause = TRY_AGAIN_SECONDS[tries] if tries < len(TRY_AGAIN_SECONDS) else HOURLY_SECONDS
        self._tries, self._next_at = tries + 1, elapsed + pause
        problem = self._show(make())
        if problem == UNCONFIRMED:
            self._next_at = elapsed + UNCONFIRMED_SECONDS
        if not problem:
            self.shown_at = now
        elif problem != self.problem:
            log.warning(
                "The person at this machine could not be notified that it runs: %s", problem
            )
        self.problem = problem

    def report(self) -> dict[str, Any]:
        """Return what the server and the status get of it."""
        if self.shown_at is not None:
            return {"shown_at": self.shown_at}
        return {"problem": self.problem} if self.problem else {}
