"""Asks the person at the screen a question that is answered by yes or no."""

import os
import sys
from typing import TYPE_CHECKING

from wfhagent.clock import SystemClock
from wfhagent.desktop.notify import NotifyError, can_show, run_tool, session_bus_address
from wfhagent.desktop.services import NOTIFICATIONS, Match
from wfhagent.messages import N_, _

if TYPE_CHECKING:
    from wfhagent.desktop.bus import Bus, Signals

ANSWER_SECONDS = 60.0
"""Who has not answered by then is not there, or does not want it."""
_CALL_SECONDS = 5.0


def has_screen() -> bool:
    """Tell whether this user may have a screen that somebody looks at."""
    named = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.platform != "linux" or bool(named)


def ask_at_screen(title: str, text: str, *, yes: str, no: str) -> bool:
    """Return whether the person at the screen says *yes*; no answer is a no.

    Raises:
        NotifyError: nobody can be asked there; the text says why.
    """
    if not can_show():
        raise NotifyError(N_("there is no desktop session"))
    return _ask(title, text, yes, no)


if sys.platform == "win32":
    import ctypes

    # Yes and no, a question mark, in front of all windows.
    _STYLE = 0x4 | 0x20 | 0x10000 | 0x40000
    _YES = 6

    def _ask(title: str, text: str, yes: str, no: str) -> bool:
        words = _("{text}\n\nYes: {yes}. No: {no}.").format(text=text, yes=yes, no=no)
        box = ctypes.windll.user32.MessageBoxTimeoutW
        answer = box(None, words, title, _STYLE, 0, int(ANSWER_SECONDS * 1000))
        if not answer:
            raise NotifyError(N_("this session cannot show a dialog"))
        return bool(answer == _YES)

elif sys.platform == "darwin":
    _SCRIPT = """\
on run argv
set asked to display dialog (item 2 of argv) with title (item 1 of argv) \
buttons {item 4 of argv, item 3 of argv} giving up after 60
return button returned of asked
end run"""

    def _ask(title: str, text: str, yes: str, no: str) -> bool:
        given = run_tool("osascript", "-e", _SCRIPT, title, text, yes, no, seconds=90.0)
        return given.strip() == yes

else:

    def _ask(title: str, text: str, yes: str, no: str) -> bool:
        from wfhagent.desktop.bus import BusError, session_bus  # noqa: PLC0415 -- not for the agent that waits

        try:
            with session_bus(session_bus_address()) as bus:
                closed = bus.signals(Match(NOTIFICATIONS.interface, path=NOTIFICATIONS.path))
                number = _show(bus, (title, text), ("yes", yes, "no", no))
                return _answer(closed, number)
        except BusError as error:
            raise NotifyError(f"the session shows no notifications ({error})") from error

    def _show(bus: "Bus", words: tuple[str, str], buttons: tuple[str, ...]) -> int:
        from html import escape  # noqa: PLC0415 -- as above

        (able,) = bus.call(NOTIFICATIONS, "GetCapabilities", seconds=_CALL_SECONDS)
        if "actions" not in able:
            raise NotifyError(N_("the desktop cannot show buttons in notifications"))
        hints = {"urgency": ("y", 2)}
        # Daemons read the text as markup.
        text = escape(words[1], quote=False)
        body = ("wfhagent", 0, "dialog-question", words[0], text, list(buttons), hints)
        (number,) = bus.call(
            *(NOTIFICATIONS, "Notify", "susssasa{sv}i", *body, int(ANSWER_SECONDS * 1000)),
            seconds=_CALL_SECONDS,
        )
        return int(number)

    def _answer(closed: "Signals", number: int) -> bool:
        """Return whether the notification *number* was answered by yes."""
        clock = SystemClock()
        give_up = clock.elapsed() + ANSWER_SECONDS
        while (left := give_up - clock.elapsed()) > 0:
            try:
                signal = closed.next(left)
            except TimeoutError:
                return False
            if signal.body[:1] != (number,):
                continue
            if signal.member == "ActionInvoked":
                return bool(signal.body[1] == "yes")
            if signal.member == "NotificationClosed":
                return False
        return False
