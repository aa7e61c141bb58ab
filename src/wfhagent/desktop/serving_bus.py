"""The session bus for a process that serves objects on it, and waits for little else."""

import logging
import selectors
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageFlag,
    MessageType,
    new_error,
    new_method_return,
    new_signal,
)

from wfhagent.desktop.bus import Bus, fits, method_call, rule_of
from wfhagent.desktop.services import BUS, PROPERTIES, Match, Service

log = logging.getLogger(__name__)

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


Then = Callable[[tuple[Any, ...]], None]
"""What is called with the body of an answer or a signal."""


class ServingBus(Bus):
    """A connection; what is asked is answered later, by a call of *then*."""

    def __init__(self) -> None:
        """Connect.

        Raises:
            BusError: there is no session bus.
        """
        super().__init__()
        self._objects: dict[str, Served] = {}
        self._pending: dict[int, Then] = {}
        self._handlers: list[tuple[Match, Then]] = []

    def own(self, name: str) -> None:
        """Ask for *name* on the bus."""
        self.send(BUS, "RequestName", "su", name, 0)

    def serve(self, served: Served) -> None:
        """Answer what is asked of *served*."""
        self._objects[served.path] = served

    def on_signal(self, match: Match, then: Then) -> None:
        """Call *then* with the body of each signal that fits *match*."""
        self._handlers.append((match, then))
        self.send(BUS, "AddMatch", "s", rule_of(match))

    def send(self, service: Service, method: str, signature: str, *body: Any) -> None:
        """Call a method of *service* and wait for no answer."""
        message = method_call(service, method, signature, body)
        message.header.flags |= MessageFlag.no_reply_expected
        self._connection.send(message)

    def ask(
        self,
        then: Then,
        service: Service,
        method: str,
        signature: str = "",
        *body: Any,
        start: bool = True,
    ) -> None:
        """Call a method; *then* is called with the answer, and never when it is an error."""
        serial = next(self._connection.outgoing_serial)
        self._pending[serial] = then
        message = method_call(service, method, signature, body, start=start)
        self._connection.send(message, serial=serial)

    def emit(self, served: Served, signal: str, signature: str = "", *body: Any) -> None:
        """Send a signal of *served*."""
        emitter = DBusAddress(served.path, interface=served.interface)
        self._connection.send(new_signal(emitter, signal, signature or None, body))

    def watch(self, descriptor: int) -> None:
        """End a wait as soon as *descriptor* can be read."""
        self._connection.selector.register(descriptor, selectors.EVENT_READ)

    def unwatch(self, descriptor: int) -> None:
        """Let waits go on again, whatever *descriptor* does."""
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
                self._dispatch(message)
            case MessageType.method_return:
                then = self._pending.pop(_reply_serial(message), None)
                if then is not None:
                    then(message.body)
            case MessageType.error:
                self._pending.pop(_reply_serial(message), None)
                log.debug("The bus says: %s", message.body)
        return True

    def _dispatch(self, message: Message) -> None:
        for match, then in self._handlers:
            if fits(match, message):
                then(message.body)

    def _answer(self, call: Message) -> None:
        answer = self._answer_to(call)
        if call.header.flags & MessageFlag.no_reply_expected:
            return
        if answer is None:
            reply = new_error(call, f"{ERRORS}.UnknownMethod")
        else:
            reply = new_method_return(call, answer.signature or None, answer.body)
        self._connection.send(reply)

    def _answer_to(self, call: Message) -> Answer | None:
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
