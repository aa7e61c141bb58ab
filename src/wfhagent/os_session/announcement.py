"""The end of the session that is announced and not yet answered; safe between threads."""

import threading

from wfhagent.os_session.watch import Ending


class Announcement:
    """One announcement at a time: the system makes it, the agent answers it.

    The system may also withdraw it: it woke up again, or the user cancelled the shutdown.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ending: Ending | None = None
        self._over = threading.Event()
        self._over.set()

    @property
    def ending(self) -> Ending | None:
        """What is announced and neither answered nor withdrawn."""
        return self._ending

    def make(self, ending: Ending) -> None:
        """Announce *ending*."""
        with self._lock:
            self._ending = ending
            self._over.clear()

    def settle(self) -> bool:
        """Answer or withdraw what is announced; return whether anything was."""
        with self._lock:
            announced = self._ending is not None
            self._ending = None
            self._over.set()
            return announced

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is announced (true) or *seconds* have passed (false)."""
        return self._over.wait(seconds)
