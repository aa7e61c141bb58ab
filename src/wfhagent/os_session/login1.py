"""systemd-logind as the system bus shows it: its delay lock and its announcements."""

import logging
import os
import socket
from collections import deque
from types import TracebackType
from typing import Any, NamedTuple, Self

from jeepney import DBusAddress, HeaderFields, MatchRule, Message, message_bus, new_method_call
from jeepney.io.blocking import Proxy, open_dbus_connection
from jeepney.wrappers import DBusErrorResponse, unwrap_msg

from wfhagent.os_session.watch import Ending

log = logging.getLogger(__name__)

NAME = "org.freedesktop.login1"
MANAGER = DBusAddress(
    "/org/freedesktop/login1", bus_name=NAME, interface="org.freedesktop.login1.Manager"
)
REPLY_SECONDS = 10.0
"""A system bus that takes longer to answer is taken for gone."""

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
            Exception: of many kinds, when there is no such bus.
        """
        self._connection = open_dbus_connection("SYSTEM", enable_fds=True)
        self._bus = Proxy(message_bus, self._connection, timeout=REPLY_SECONDS)
        self._signals: deque[Message] = deque()
        # Every signal is queued, also those that arrive while a reply is awaited.
        self._connection.filter(MatchRule(type="signal"), queue=self._signals)
        self._owner: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def subscribe(self) -> None:
        """Have the announcements sent to this connection."""
        restarted = MatchRule(type="signal", sender=message_bus.bus_name, member="NameOwnerChanged")
        restarted.add_arg_condition(0, NAME)
        announced = [
            MatchRule(type="signal", sender=NAME, interface=MANAGER.interface, member=member)
            for member in SIGNALS
        ]
        for rule in (restarted, *announced):
            self._bus.AddMatch(rule)

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
            (lock,) = self._ask(new_method_call(MANAGER, "Inhibit", "ssss", arguments))
        except DBusErrorResponse as error:
            log.warning("The %s cannot be held up: logind says %s", end, error)
            return None
        descriptor: int = lock.to_raw_fd()
        # A child process that inherited the lock would hold the system up after we let go.
        os.set_inheritable(descriptor, False)
        return descriptor

    def state(self) -> Change:
        """Return the end that was announced before anyone listened, if there is one."""
        properties = MANAGER.with_interface("org.freedesktop.DBus.Properties")
        try:
            (self._owner,) = self._bus.GetNameOwner(NAME)
            (found,) = self._ask(new_method_call(properties, "GetAll", "s", (MANAGER.interface,)))
        except DBusErrorResponse as error:
            log.debug("logind says nothing of itself: %s", error)
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
            OSError: the connection is gone, or `interrupt` was called.
        """
        while True:
            message = self._connection.recv_until_filtered(self._signals)
            change = self._change(message)
            if change is not None:
                return change

    def interrupt(self) -> None:
        """Make a `wait` in another thread, and every later one, end with an error."""
        try:
            self._connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError as error:
            log.debug("The system bus was already gone: %s", error)

    def _change(self, message: Message) -> Change | None:
        fields = message.header.fields
        sender = fields.get(HeaderFields.sender)
        member = fields.get(HeaderFields.member)
        if sender == message_bus.bus_name and member == "NameOwnerChanged":
            name, _old, self._owner = message.body
            return self.state() if name == NAME and self._owner else None
        # Anyone may send us a signal by our own name; only logind's count.
        if sender == self._owner and member in SIGNALS:
            return Change(SIGNALS[member], begins=bool(message.body[0]))
        return None

    def _ask(self, message: Message) -> tuple[Any, ...]:
        reply = self._connection.send_and_get_reply(message, timeout=REPLY_SECONDS)
        body: tuple[Any, ...] = unwrap_msg(reply)
        return body
