"""macOS: IOKit announces the sleep and waits up to 30 seconds for the answer.

A log-out or shutdown is not announced here: launchd stops the agent with SIGTERM, and waits.
"""

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from wfhagent.os_session.announcement import Announcement
from wfhagent.os_session.macos_wake import is_dark_wake
from wfhagent.os_session.watch import Ending, SessionWatch

log = logging.getLogger(__name__)

CAN_SLEEP = 0xE0000270  # kIOMessageCanSystemSleep
WILL_SLEEP = 0xE0000280  # kIOMessageSystemWillSleep
HAS_POWERED_ON = 0xE0000300  # kIOMessageSystemHasPoweredOn

OnMessage = Callable[[int, int], None]
"""Takes the kind of message and its number, which the answer names."""


class Power(Protocol):
    """IOKit's messages about the power of the system; `iokit.py` has the real ones."""

    def listen(self) -> None:
        """Begin to hand messages over, from a thread of the system; raise OSError if it cannot."""

    def allow(self, number: int) -> None:
        """Answer the message of that *number*."""

    def capabilities(self) -> int | None:
        """Return the bits of what is powered now; None where the system does not say."""

    def close(self) -> None:
        """Hand over no more messages."""


class MacWatch(SessionWatch):
    """Answers the message of the sleep once the agent has done its work."""

    def __init__(self, power: Callable[[OnMessage], Power]) -> None:
        self._announcement = Announcement()
        self._wake: Callable[[], None] | None = None
        self._lock = threading.Lock()
        self._unanswered: int | None = None
        self._power = power(self.on_message)

    def start(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        try:
            self._power.listen()
        except OSError as error:
            log.warning("The end of the session is not heard: %s", error)

    def ending(self) -> Ending | None:
        return self._announcement.ending

    def is_dark(self) -> bool:
        return is_dark_wake(self._power.capabilities())

    def done(self) -> None:
        with self._lock:
            unanswered, self._unanswered = self._unanswered, None
            self._announcement.settle()
        if unanswered is not None:
            self._power.allow(unanswered)

    def close(self) -> None:
        self.done()
        self._power.close()

    def on_message(self, kind: int, number: int) -> None:
        """Take a message of the system, in its thread."""
        if kind == CAN_SLEEP:
            # Whether it sleeps is the system's affair; WILL_SLEEP follows.
            self._power.allow(number)
        elif kind == WILL_SLEEP:
            self._will_sleep(number)
        elif kind == HAS_POWERED_ON:
            with self._lock:
                self._unanswered = None
                self._announcement.settle()

    def _will_sleep(self, number: int) -> None:
        log.info("The system announces: %s", Ending.SUSPEND)
        with self._lock:
            self._unanswered = number
            self._announcement.make(Ending.SUSPEND)
        if self._wake is not None:
            self._wake()
