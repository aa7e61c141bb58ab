"""systemd-logind as the system bus shows it: its delay lock and its announcements."""

import logging
import os
from types import TracebackType
from typing import NamedTuple, Self

from wfhagent.desktop.bus import BusError, Signal, Signals, system_bus
from wfhagent.desktop.services import BUS, LOGIN1, Match, owner_of, properties_of
from wfhagent.os_session.watch import Ending

log = logging.getLogger(__name__)

ENDS = ("shutdown", "sleep")
"""Asked for one by one: a session over a network may get the lock of one of them only."""
SIGNALS = {"PrepareForShutdown": Ending.SHUTDOWN, "PrepareForSleep": Ending.SUSPEND}
PROPERTIES = {"PreparingForShutdown": Ending.SHUTDOWN, "PreparingForSleep": Ending.SUSPEND}


class Change(NamedTuple):
    """An end is announced (*begins*), or over: the machine woke up, the shutdown was cancelled."""

    ending: Ending
    begins: bool


class Login1:
    """A connection to the system bus on which logind's announcements arrive."""

    def __init__(self) -> None:
        """Connect and subscribe.

        Raises:
            BusError: there is no such bus.
        """
        self._bus = system_bus(descriptors=True)
        self._signals: Signals | None = None
        self._owner: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bus.__exit__(kind, error, traceback)

    def subscribe(self) -> None:
        """Have the announcements sent to this connection."""
        announced = [Match(LOGIN1.interface, member, sender=LOGIN1.name) for member in SIGNALS]
        self._signals = self._bus.signals(owner_of(LOGIN1.name), *announced)

    def hold(self) -> tuple[int, ...]:
        """Take a delay lock for each end; return the files to close when the system may go on.

        Those that logind does not give (there is no logind, the end is already under way, or the
        session has no seat) are missing; the announcements are heard all the same.
        """
        taken: list[int] = []
        try:
            for end in ENDS:
                lock = self._hold(end)
                if lock is not None:
                    taken.append(lock)
        except BaseException:
            # The bus went away: nobody would ever close those that are here already.
            for lock in taken:
                os.close(lock)
            raise
        return tuple(taken)

    def _hold(self, end: str) -> int | None:
        why = "Takes the detailed logs that are still owed today"
        arguments = (end, "wfhagent", why, "delay")
        try:
            (lock,) = self._bus.call(LOGIN1, "Inhibit", "ssss", *arguments)
        except BusError as error:
            if not error.name:
                raise
            log.warning("The %s cannot be held up: logind says %s", end, error)
            return None
        descriptor: int = lock.to_raw_fd()
        # A child process that inherited the lock would hold the system up after we let go.
        os.set_inheritable(descriptor, False)
        return descriptor

    def state(self) -> Change:
        """Return the end that was announced before anyone listened, if there is one."""
        try:
            (self._owner,) = self._bus.call(BUS, "GetNameOwner", "s", LOGIN1.name)
            (found,) = self._bus.call(properties_of(LOGIN1), "GetAll", "s", LOGIN1.interface)
        except BusError as error:
            if not error.name:
                raise
            log.debug("logind does not answer: %s", error)
            return Change(Ending.SHUTDOWN, begins=False)
        _type, granted = found.get("InhibitDelayMaxUSec", ("t", 0))
        log.debug("logind waits up to %g s at the end of the session", granted / 1e6)
        for name, ending in PROPERTIES.items():
            if found.get(name, ("b", False))[1]:
                return Change(ending, begins=True)
        return Change(Ending.SHUTDOWN, begins=False)

    def wait(self) -> Change:
        """Wait for what logind says next.

        Raises:
            BusError: the connection is gone, or `interrupt` was called.
        """
        signals = self._signals
        if signals is None:
            raise RuntimeError("subscribe comes first")
        while True:
            change = self._change(signals.next())
            if change is not None:
                return change

    def interrupt(self) -> None:
        """Make a `wait` in another thread, and every later one, end with an error."""
        self._bus.interrupt()

    def _change(self, signal: Signal) -> Change | None:
        if signal.member == "NameOwnerChanged":
            _name, _old, self._owner = signal.body
            return self.state() if self._owner else None
        # Any program may send us a signal by our own name; only logind's count.
        if signal.sender == self._owner and signal.member in SIGNALS:
            return Change(SIGNALS[signal.member], begins=bool(signal.body[0]))
        return None
