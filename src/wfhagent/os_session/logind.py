"""Linux: systemd-logind announces shutdown and suspend, and its delay lock holds them up.

logind grants 5 seconds as it comes (`InhibitDelayMaxSec=` in logind.conf). A log-out is not
announced here: the user's systemd stops the service, and the agent hears of it by SIGTERM.
"""

import logging
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from wfhagent.os_session.announcement import Announcement
from wfhagent.os_session.attendance import employee_is_logged_in
from wfhagent.os_session.watch import Ending, SessionWatch

if TYPE_CHECKING:
    from wfhagent.os_session.login1 import Login1

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 300.0
CLOSE_SECONDS = 2.0
"""The thread ends at once, unless the bus has stopped in the middle of a greeting."""


class LogindWatch(SessionWatch):
    """Holds logind's delay locks; after a resume, new ones."""

    def __init__(
        self,
        *,
        first_pause_seconds: float = FIRST_PAUSE_SECONDS,
        follows_session: bool = False,
    ) -> None:
        """*first_pause_seconds* lie between the first two tries to reach the bus.

        With *follows_session* the agent reports only while its user is logged in.
        """
        self._follows_session = follows_session
        self._first_pause_seconds = first_pause_seconds
        self._announcement = Announcement()
        self._wake: Callable[[], None] = _nobody
        self._failures = 0
        self._stop = threading.Event()
        self._lock = threading.Lock()
        """Guards the two below; and the lock goes in one step with the answer."""
        self._held: tuple[int, ...] = ()
        self._login1: Login1 | None = None
        self._thread = threading.Thread(target=self._run, name="logind", daemon=True)

    def start(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._thread.start()

    def ending(self) -> Ending | None:
        return self._announcement.ending

    def attended(self) -> bool:
        return not self._follows_session or employee_is_logged_in()

    def done(self) -> None:
        with self._lock:
            # A lock taken after a resume is kept, however late the answer comes.
            if self._announcement.settle():
                self._replace_held(())

    def close(self) -> None:
        self._stop.set()
        with self._lock:
            self._announcement.settle()
            self._replace_held(())
            if self._login1 is not None:
                self._login1.interrupt()
        if self._thread.is_alive():
            self._thread.join(CLOSE_SECONDS)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except Exception as error:  # noqa: BLE001 -- the bus and jeepney fail in many ways
                self._say(error)
                self._failures += 1
            doublings = min(self._failures - 1, 30)
            self._stop.wait(min(LONGEST_PAUSE_SECONDS, self._first_pause_seconds * 2**doublings))

    def _say(self, error: Exception) -> None:
        """Say once for each time the bus is away that nothing is heard."""
        if not self._stop.is_set():
            level = logging.DEBUG if self._failures else logging.WARNING
            log.log(
                level, "The end of the session is not heard for now: %s", str(error) or repr(error)
            )

    def _listen(self) -> None:
        from wfhagent.os_session.login1 import Login1  # noqa: PLC0415 -- jeepney, and off the start

        with Login1() as login1:
            self._connected(login1)
            try:
                login1.subscribe()
                change = login1.state()
                self._failures = 0
                while not self._stop.is_set():
                    if change.begins:
                        self._announce(change.ending)
                    else:
                        self._hold(login1)
                    change = login1.wait()
            finally:
                self._connected(None)

    def _connected(self, login1: "Login1 | None") -> None:
        with self._lock:
            self._login1 = login1
            if login1 is not None and self._stop.is_set():
                login1.interrupt()

    def _announce(self, ending: Ending) -> None:
        log.info("The system announces: %s", ending)
        self._announcement.make(ending)
        self._wake()

    def _hold(self, login1: "Login1") -> None:
        """Hold the next end up; what was announced is over."""
        self._announcement.settle()
        held = login1.hold()
        with self._lock:
            if self._stop.is_set():
                _close(held)
            elif held:
                self._replace_held(held)

    def _replace_held(self, held: tuple[int, ...]) -> None:
        old, self._held = self._held, held
        _close(old)


def _close(descriptors: tuple[int, ...]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _nobody() -> None:
    """Nobody waits yet."""
