"""D-Bus: one open connection, calls with a time limit, and signals as they arrive.

All D-Bus code of the agent and its plugins goes through here. It is imported on Linux only, and
only when something is called: it loads jeepney.
"""

import logging
import socket
from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import Any, NamedTuple, Self

from jeepney import (
    DBusAddress,
    DBusErrorResponse,
    HeaderFields,
    MatchRule,
    Message,
    MessageFlag,
    new_method_call,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import unwrap_msg

from wfhagent.clock import SystemClock
from wfhagent.desktop.services import BUS, Match, Service

log = logging.getLogger(__name__)

CALL_SECONDS = 10.0
"""The first call of a service may start it."""
SESSION, SYSTEM = "SESSION", "SYSTEM"


class BusError(Exception):
    """There is no bus, nobody there answers in time, or the answer is an error.

    Attributes:
        name: that of the error in the answer, such as org.freedesktop.DBus.Error.AccessDenied;
            empty when there was no answer.
        detail: what the answer says about it, for people.
    """

    def __init__(self, text: str, name: str = "", detail: str = "") -> None:
        super().__init__(text)
        self.name = name
        self.detail = detail


class Signal(NamedTuple):
    """A signal that arrived; *sender* is the unique name of the program that sent it."""

    sender: str
    member: str
    body: tuple[Any, ...]


class Bus:
    """One open connection, for one thread.

    Attributes:
        name: the unique name of this connection, such as :1.42.
    """

    def __init__(self, address: str = SESSION, *, descriptors: bool = False) -> None:
        """Connect to the bus at *address*; with *descriptors* answers may hold open files.

        Raises:
            BusError: there is no such bus.
        """
        try:
            self._connection: DBusConnection = open_dbus_connection(address, enable_fds=descriptors)
        except Exception as error:  # an address that jeepney cannot use has errors of many kinds
            which = "system" if address == SYSTEM else "session"
            raise BusError(f"there is no {which} bus") from error
        self.name: str = self._connection.unique_name

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def call(
        self,
        service: Service,
        method: str,
        signature: str = "",
        *body: Any,
        seconds: float = CALL_SECONDS,
        start: bool = True,
    ) -> tuple[Any, ...]:
        """Return the body of the answer; with *start* the service is started where it can be.

        *signature* has the D-Bus types of *body*, such as "sa{sv}". A variant is a pair of its
        signature and its value, in answers too.

        Raises:
            BusError: no answer came within *seconds*, or it is an error.
        """
        message = method_call(service, method, signature, body, start=start)
        what = f"{service.interface}.{method}"
        try:
            reply = self._connection.send_and_get_reply(message, timeout=seconds)
            answer: tuple[Any, ...] = unwrap_msg(reply)
        except DBusErrorResponse as error:
            detail = error.data[0] if error.data and isinstance(error.data[0], str) else ""
            raise BusError(f"{what}: {error.name}", error.name, detail) from error
        except (OSError, EOFError, ValueError, RuntimeError) as error:
            raise BusError(f"{what}: {type(error).__name__} {error}".rstrip()) from error
        return answer

    def signals(self, *matches: Match) -> "Signals":
        """Receive what *matches* name from now on, also while an answer is awaited.

        Raises:
            BusError: as for `call`.
        """
        received = Signals(self._connection, matches)
        for match in matches:
            self.call(BUS, "AddMatch", "s", rule_of(match))
        return received

    def interrupt(self) -> None:
        """Make every wait end with an error, in other threads too."""
        try:
            self._connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError as error:
            log.debug("The bus was already gone: %s", error)


class Signals:
    """Signals of a connection, in the order in which they arrived."""

    def __init__(self, connection: DBusConnection, matches: Sequence[Match]) -> None:
        self._connection = connection
        self._matches = matches
        self._queue: deque[Message] = deque()
        connection.filter(MatchRule(type="signal"), queue=self._queue)

    def next(self, seconds: float | None = None) -> Signal:
        """Return the next one; without *seconds* however long that takes.

        Raises:
            TimeoutError: none came within *seconds*.
            BusError: the bus is gone, or was interrupted.
        """
        clock = SystemClock()
        until = None if seconds is None else clock.elapsed() + seconds
        while True:
            left = None if until is None else max(0.0, until - clock.elapsed())
            try:
                message = self._connection.recv_until_filtered(self._queue, timeout=left)
            except TimeoutError:
                raise
            except (OSError, EOFError, ValueError) as error:
                raise BusError(f"the bus is gone: {error}") from error
            # Any program may send this connection a signal that it did not ask for.
            if any(fits(match, message) for match in self._matches):
                fields = message.header.fields
                sender, member = fields.get(HeaderFields.sender, ""), fields[HeaderFields.member]
                return Signal(sender, member, message.body)


def session_bus(address: str = SESSION) -> Bus:
    """Return a connection to the session bus, by default the one of the environment.

    Raises:
        BusError: there is none.
    """
    return Bus(address)


def system_bus(*, descriptors: bool = False) -> Bus:
    """Return a connection to the system bus; with *descriptors* answers may hold open files.

    Raises:
        BusError: there is none.
    """
    return Bus(SYSTEM, descriptors=descriptors)


def method_call(
    service: Service, method: str, signature: str, body: tuple[Any, ...], *, start: bool = True
) -> Message:
    """Return a call of *service*, which is not started for it unless *start*."""
    address = DBusAddress(service.path, service.name, service.interface)
    message = new_method_call(address, method, signature or None, body)
    if not start:
        message.header.flags |= MessageFlag.no_auto_start
    return message


def rule_of(match: Match) -> str:
    """Return *match* as the bus reads it."""
    names = ("interface", "member", "path", "sender")
    given = {name: value for name in names if (value := getattr(match, name))}
    rule = MatchRule(type="signal", **given)
    if match.first:
        rule.add_arg_condition(0, match.first)
    text: str = rule.serialise()
    return text


def fits(match: Match, message: Message) -> bool:
    """Tell whether *message* is a signal that *match* names.

    A service is *sender* under its unique name, which only its user can compare.
    """
    fields = message.header.fields
    return (
        fields.get(HeaderFields.interface) == match.interface
        and match.member in {"", fields.get(HeaderFields.member)}
        and match.path in {"", fields.get(HeaderFields.path)}
        and (match.sender != BUS.name or fields.get(HeaderFields.sender) == BUS.name)
        and (not match.first or message.body[:1] == (match.first,))
    )
