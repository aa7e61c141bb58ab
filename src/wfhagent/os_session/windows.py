"""Windows: a window that is never shown hears of shutdown, log-out and suspend.

The system waits for the answer to each message: with a reason given, as long as the user lets it.
The owed work is done while WM_QUERYENDSESSION waits, because afterwards the session is taken apart
and new processes, which the collectors need, may not start any more.
"""

import logging
import signal
import threading
from collections.abc import Callable
from typing import Protocol

from wfhagent.os_session.announcement import Announcement
from wfhagent.os_session.watch import Ending, SessionWatch

log = logging.getLogger(__name__)

REASON = "Takes the detailed logs that are still owed today"
"""What Windows shows if the user has to wait for more than five seconds."""

WM_CLOSE = 0x0010
WM_QUERYENDSESSION = 0x0011
WM_ENDSESSION = 0x0016
WM_POWERBROADCAST = 0x0218
ENDSESSION_CLOSEAPP = 0x00000001
ENDSESSION_LOGOFF = 0x80000000
PBT_APMSUSPEND = 0x0004
PBT_APMRESUMESUSPEND = 0x0007
PBT_APMRESUMEAUTOMATIC = 0x0012

QUERY_SECONDS = 4.0
"""After 5 s without an answer Windows covers the screen with a list of programs that block it."""
END_SECONDS = 15.0
SUSPEND_SECONDS = 1.8
"""Windows grants about 2 s before a suspend."""
CLOSE_SECONDS = 2.0

TRUE = 1
OnMessage = Callable[[int, int, int], int | None]
"""Takes message, wParam and lParam; returns the answer, or None for what Windows does itself."""


class Window(Protocol):
    """The window and its message loop; `window.py` makes the real one."""

    def run(self) -> None:
        """Make the window and hand over its messages until `stop`; raise OSError if it cannot."""

    def stop(self) -> None:
        """End `run`, from another thread."""

    def block(self, reason: str) -> None:
        """Tell Windows why it has to wait; only while a message is answered."""

    def unblock(self) -> None:
        """Take the reason back; only while a message is answered."""


def stop_this_process() -> None:
    """End the agent in order, as `taskkill` without /F and other programs ask it to."""
    signal.raise_signal(signal.SIGTERM)


class WindowsWatch(SessionWatch):
    """Answers the messages that end a session once the agent has done its work."""

    def __init__(
        self,
        window: Callable[[OnMessage], Window],
        stop: Callable[[], None] = stop_this_process,
    ) -> None:
        """Watch by *window*; *stop* asks the agent to end, and returns at once."""
        self._stop = stop
        self._announcement = Announcement()
        self._wake: Callable[[], None] | None = None
        self._closed = False
        self._window = window(self.on_message)
        self._thread = threading.Thread(target=self._run, name="session", daemon=True)

    def start(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._thread.start()

    def ending(self) -> Ending | None:
        return self._announcement.ending

    def done(self) -> None:
        self._announcement.settle()

    def close(self) -> None:
        self._closed = True
        self._announcement.settle()
        self._window.stop()
        if self._thread.is_alive():
            self._thread.join(CLOSE_SECONDS)

    def on_message(self, message: int, wparam: int, lparam: int) -> int | None:
        """Answer a message of the window, in its own thread, after the agent's answer."""
        if message == WM_QUERYENDSESSION:
            return self._query(lparam)
        if message == WM_ENDSESSION and lparam & ENDSESSION_CLOSEAPP:
            return self._close_for_an_installer(ending=bool(wparam))
        if message == WM_ENDSESSION:
            return self._end(ending=bool(wparam))
        if message == WM_POWERBROADCAST:
            return self._power(wparam)
        if message == WM_CLOSE and not self._closed:
            # The window stays until the agent has ended: the session may end meanwhile.
            self._stop()
            return 0
        return None

    def _run(self) -> None:
        try:
            self._window.run()
        except OSError as error:
            log.warning("The end of the session is not heard: %s", error)

    def _announce(self, ending: Ending) -> None:
        if self._closed:
            return
        log.info("The system announces: %s", ending)
        self._announcement.make(ending)
        if self._wake is not None:
            self._wake()

    def _query(self, lparam: int) -> int:
        if lparam & ENDSESSION_CLOSEAPP:
            # The Restart Manager asks for an installer that wants our files; the session goes on.
            return TRUE
        self._announce(Ending.LOGOUT if lparam & ENDSESSION_LOGOFF else Ending.SHUTDOWN)
        self._window.block(REASON)
        if self._announcement.wait(QUERY_SECONDS):
            self._window.unblock()
        return TRUE

    def _end(self, *, ending: bool) -> int:
        if ending:
            self._announcement.wait(END_SECONDS)
        # Else another program or the user has cancelled the shutdown.
        self._announcement.settle()
        self._window.unblock()
        return 0

    def _close_for_an_installer(self, *, ending: bool) -> int:
        # False when another program has refused. The installer waits for our process to end.
        if ending and not self._closed:
            self._stop()
        return 0

    def _power(self, event: int) -> int:
        if event == PBT_APMSUSPEND:
            self._announce(Ending.SUSPEND)
            self._announcement.wait(SUSPEND_SECONDS)
        elif event in {PBT_APMRESUMEAUTOMATIC, PBT_APMRESUMESUSPEND}:
            self._announcement.settle()
        return TRUE
