"""A notification of the desktop, for the person at the screen."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from wfhagent.desktop.services import NOTIFICATIONS
from wfhagent.messages import N_
from wfhagent.system.no_window import NO_WINDOW
from wfhagent.system.probe import may_be_there

SHOW_SECONDS = 5.0
LONGEST_TEXT = 1000
UNCONFIRMED = N_("macOS does not say whether it was shown: the program is not in its bundle")
"""It was handed over, so it is not shown again and again."""


class NotifyError(Exception):
    """It could not be shown; the text says why, in English: the server gets it, too."""


if sys.platform == "win32":
    from wfhagent.desktop import toast
    from wfhagent.system.powershell import powershell

    def show(title: str, text: str, *, symbol: str = "dialog-information") -> None:  # noqa: ARG001
        """Show a notification; only Linux shows the *symbol*.

        Raises:
            NotifyError: this system shows none, or the person does not see it now.
        """
        try:
            toast.register()
        except OSError as error:
            raise NotifyError(f"its sender cannot be registered: {error}") from error
        command = powershell(toast.command(title, text))
        printed = run_tool(*command, seconds=toast.SECONDS)
        if problem := toast.problem_of(printed, toast.notification_state()):
            raise NotifyError(problem)

elif sys.platform == "darwin":
    # Not `words`: AppleScript knows that one as the plural of a class.
    _SCRIPT = """\
on run argv
display notification (item 2 of argv) with title (item 1 of argv)
end run"""

    def show(title: str, text: str, *, symbol: str = "dialog-information") -> None:  # noqa: ARG001
        """Show a notification; only Linux shows the *symbol*.

        Raises:
            NotifyError: this system shows none, or does not say whether it does.
        """
        from wfhagent.desktop import macos_notification as notification  # noqa: PLC0415 -- not for the agent that waits

        problem = notification.show(title, text)
        if problem is None:
            # osascript succeeds even when Script Editor may show no notifications.
            run_tool("osascript", "-e", _SCRIPT, title, text)
            problem = UNCONFIRMED
        if problem:
            raise NotifyError(problem)

else:

    def show(title: str, text: str, *, symbol: str = "dialog-information") -> None:
        """Show a notification.

        Raises:
            NotifyError: nobody in this session shows any.
        """
        from html import escape  # noqa: PLC0415 -- not for the agent that waits

        from wfhagent.desktop.bus import BusError, session_bus  # noqa: PLC0415

        hints = {"category": ("s", "device"), "urgency": ("y", 1)}
        # Daemons read the text as markup.
        words = (title, escape(text, quote=False))
        body: tuple[Any, ...] = ("wfhagent", 0, symbol, *words, [], hints, -1)
        problem = N_("there is no session bus")
        for address in session_bus_addresses():
            try:
                with session_bus(address) as bus:
                    bus.call(
                        *(NOTIFICATIONS, "Notify", "susssasa{sv}i", *body), seconds=SHOW_SECONDS
                    )
            except BusError as error:
                problem = f"the session shows no notifications ({error})"
            else:
                return
        raise NotifyError(problem)


def session_bus_addresses() -> list[str]:
    """Return where this user's session bus may be on Linux, the likeliest first.

    A service that was started without the variable, or with a wrong one, finds the bus where
    systemd puts it.
    """
    named = os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    usual = usual_bus()
    there = f"unix:path={usual}" if usual is not None and may_be_there(usual) else ""
    return list(dict.fromkeys(address for address in (named, there) if address))


def usual_bus() -> Path | None:
    """Return the socket of the session bus as systemd has it; None on other systems."""
    if sys.platform == "linux":
        return Path(f"/run/user/{os.getuid()}/bus")
    else:  # noqa: RET505 -- mypy reads each system's branch alone
        return None


def session_bus_address() -> str:
    """Return the likeliest address of this user's session bus; empty where there is none."""
    return next(iter(session_bus_addresses()), "")


def can_show() -> bool:
    """Tell, without asking anybody, whether there may be something that shows notifications."""
    return sys.platform != "linux" or bool(session_bus_address())


def run_tool(program: str, *arguments: str, seconds: float = SHOW_SECONDS) -> str:
    """Run a tool of the system that shows something, and return what it prints.

    Raises:
        NotifyError: it is not there, or it did not show it.
    """
    found = shutil.which(program)
    if found is None:
        raise NotifyError(f"there is no {program}")
    try:
        done = subprocess.run(  # noqa: S603
            [found, *arguments],
            check=True,
            timeout=seconds,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            creationflags=NO_WINDOW,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NotifyError(f"{program} did not show it: {type(error).__name__}") from error
    return done.stdout
