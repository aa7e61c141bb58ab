"""Asks the person at the screen a question that is answered by yes or no."""

import os
import sys
from typing import Any

from wfhagent.clock import SystemClock
from wfhagent.desktop.notify import NotifyError, can_show, run_tool, session_bus_address

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
        raise NotifyError("there is no desktop session")
    return _ask(title, text, yes, no)


if sys.platform == "win32":
    import ctypes

    # Yes and no, a question mark, in front of all windows.
    _STYLE = 0x4 | 0x20 | 0x10000 | 0x40000
    _YES = 6

    def _ask(title: str, text: str, yes: str, no: str) -> bool:
        words = f"{text}\n\nYes: {yes}. No: {no}."
        box = ctypes.windll.user32.MessageBoxTimeoutW
        answer = box(None, words, title, _STYLE, 0, int(ANSWER_SECONDS * 1000))
        if not answer:
            raise NotifyError("this session shows no dialog")
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
        from jeepney import MatchRule  # noqa: PLC0415 -- not for the agent that waits
        from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415

        signals = MatchRule(type="signal", interface=_NAME, path=_PATH)
        try:
            with open_dbus_connection(session_bus_address()) as bus, bus.filter(signals) as heard:
                number = _show(bus, signals, (title, text), ("yes", yes, "no", no))
                return _answer(bus, heard, number)
        except NotifyError:
            raise
        except Exception as error:
            # A bus answers in as many ways as there are to break one.
            name = type(error).__name__
            raise NotifyError(f"the session shows no notifications ({name}: {error})") from error

    _NAME = "org.freedesktop.Notifications"
    _PATH = "/org/freedesktop/Notifications"

    def _show(bus: Any, signals: Any, words: tuple[str, str], buttons: tuple[str, ...]) -> int:
        from html import escape  # noqa: PLC0415

        from jeepney import DBusAddress, message_bus, new_method_call  # noqa: PLC0415
        from jeepney.wrappers import unwrap_msg  # noqa: PLC0415

        def call(message: Any) -> Any:
            return unwrap_msg(bus.send_and_get_reply(message, timeout=_CALL_SECONDS))

        service = DBusAddress(_PATH, bus_name=_NAME, interface=_NAME)
        (able,) = call(new_method_call(service, "GetCapabilities"))
        if "actions" not in able:
            raise NotifyError("the desktop shows notifications without buttons")
        call(message_bus.AddMatch(signals))
        hints = {"urgency": ("y", 2)}
        # Daemons read the text as markup.
        body = ("wfhagent", 0, "dialog-question", words[0], escape(words[1], quote=False),
                list(buttons), hints, int(ANSWER_SECONDS * 1000))  # fmt: skip
        (number,) = call(new_method_call(service, "Notify", "susssasa{sv}i", body))
        return int(number)

    def _answer(bus: Any, heard: Any, number: int) -> bool:
        """Return whether the notification *number* was answered by yes."""
        from jeepney import HeaderFields  # noqa: PLC0415

        clock = SystemClock()
        give_up = clock.elapsed() + ANSWER_SECONDS
        while (left := give_up - clock.elapsed()) > 0:
            try:
                signal = bus.recv_until_filtered(heard, timeout=left)
            except TimeoutError:
                return False
            member = signal.header.fields.get(HeaderFields.member)
            if signal.body[:1] != (number,):
                continue
            if member == "ActionInvoked":
                return bool(signal.body[1] == "yes")
            if member == "NotificationClosed":
                return False
        return False
