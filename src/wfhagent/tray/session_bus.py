"""The session bus for a process that serves objects on it, and waits for little else."""

import logging
import selectors
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Protocol, Self

from jeepney import (
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageFlag,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import open_dbus_connection

log = logging.getLogger(__name__)

PROPERTIES = "org.freedesktop.DBus.Properties"
INTROSPECTABLE = "org.freedesktop.DBus.Introspectable"
ERRORS = "org.freedesktop.DBus.Error"


class Answer(NamedTuple):
    """What a method gives back."""

    signature: str
    body: tuple[Any, ...]


NOTHING = Answer("", ())
Property = tuple[str, Any]
"""Signature and value, as jeepney writes a variant."""


class Served(Protocol):
    """An object on the bus."""

    path: str
    interface: str

    def properties(self) -> Mapping[str, Property]:
        """Return all properties."""

    def call(self, member: str, body: tuple[Any, ...]) -> Answer | None:
        """Answer a method of the interface; None when there is no such one."""


class SessionBus:
    """A connection; what is asked for is answered later, by a call of *then*."""

    def __init__(self) -> None:
        """Connect.

        Raises:
            Exception: of many kinds, when there is no such bus.
        """
        self._connection = open_dbus_connection("SESSION")
        self._objects: dict[str, Served] = {}
        self._then: dict[int, Callable[[tuple[Any, ...]], None]] = {}
        self._signals: dict[tuple[str, str], Callable[[tuple[Any, ...]], None]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def own(self, name: str) -> None:
        """Ask for *name* on the bus."""
        self.send(message_bus.RequestName(name))

    def serve(self, served: Served) -> None:
        """Answer what is asked of *served*."""
        self._objects[served.path] = served

    def hear(self, rule: MatchRule, then: Callable[[tuple[Any, ...]], None]) -> None:
        """Call *then* with the body of each signal of *rule*, which names interface and member."""
        self._signals[rule.header_fields["interface"], rule.header_fields["member"]] = then
        self.send(message_bus.AddMatch(rule))

    def send(self, message: Message) -> None:
        """Send *message* and wait for no answer."""
        message.header.flags |= MessageFlag.no_reply_expected
        self._connection.send(message)

    def ask(self, message: Message, then: Callable[[tuple[Any, ...]], None]) -> None:
        """Send *message*; *then* is called with the answer, and never when it is an error."""
        serial = next(self._connection.outgoing_serial)
        self._then[serial] = then
        self._connection.send(message, serial=serial)

    def say(self, served: Served, signal: str, signature: str = "", *body: Any) -> None:
        """Send a signal of *served*."""
        emitter = DBusAddress(served.path, interface=served.interface)
        self._connection.send(new_signal(emitter, signal, signature or None, body))

    def wait_also_for(self, descriptor: int) -> None:
        """Let no wait go on once *descriptor* can be read."""
        self._connection.selector.register(descriptor, selectors.EVENT_READ)

    def wait_no_more_for(self, descriptor: int) -> None:
        """End that."""
        self._connection.selector.unregister(descriptor)

    def wait(self, seconds: float) -> bool:
        """Deal with the next message; false when none came within *seconds*, or something else.

        Raises:
            OSError: the bus is gone.
        """
        try:
            message = self._connection.receive(timeout=seconds)
        except TimeoutError:
            return False
        match message.header.message_type:
            case MessageType.method_call:
                self._answer(message)
            case MessageType.signal:
                self._heard(message)
            case MessageType.method_return:
                then = self._then.pop(_reply_serial(message), None)
                if then is not None:
                    then(message.body)
            case MessageType.error:
                self._then.pop(_reply_serial(message), None)
                log.debug("The bus says: %s", message.body)
        return True

    def _heard(self, message: Message) -> None:
        fields = message.header.fields
        key = (fields.get(HeaderFields.interface, ""), fields.get(HeaderFields.member, ""))
        then = self._signals.get(key)
        if then is not None:
            then(message.body)

    def _answer(self, call: Message) -> None:
        answer = self._found(call)
        if call.header.flags & MessageFlag.no_reply_expected:
            return
        if answer is None:
            reply = new_error(call, f"{ERRORS}.UnknownMethod")
        else:
            reply = new_method_return(call, answer.signature or None, answer.body)
        self._connection.send(reply)

    def _found(self, call: Message) -> Answer | None:
        fields = call.header.fields
        served = self._objects.get(fields[HeaderFields.path])
        interface, member = fields.get(HeaderFields.interface), fields[HeaderFields.member]
        if interface == INTROSPECTABLE:
            return Answer("s", ("<node/>",))
        if served is None:
            return None
        if interface == PROPERTIES:
            return _of_properties(served, member, call.body)
        return served.call(member, call.body) if interface in {served.interface, None} else None


def _of_properties(served: Served, member: str, body: tuple[Any, ...]) -> Answer | None:
    if not body or body[0] != served.interface:
        return None
    properties = served.properties()
    if member == "GetAll":
        return Answer("a{sv}", (properties,))
    if member == "Get" and body[1] in properties:
        return Answer("v", (properties[body[1]],))
    return None


def _reply_serial(message: Message) -> int:
    return int(message.header.fields.get(HeaderFields.reply_serial, 0))
