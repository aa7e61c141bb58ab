"""The session bus of a Linux desktop: calls with a time limit."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from jeepney import (
    DBusAddress,
    DBusErrorResponse,
    MatchRule,
    Message,
    MessageFlag,
    message_bus,
    new_method_call,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import unwrap_msg

CALL_SECONDS = 3.0


class BusError(Exception):
    """There is no session bus, nobody there answers, or the answer is an error."""


class Service(NamedTuple):
    """An object on the bus, and the interface of it that is spoken to."""

    name: str
    path: str
    interface: str


class SessionBus:
    """One open connection."""

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection
        self.name: str = connection.unique_name

    def call(
        self, service: Service, method: str, signature: str, *body: Any, start: bool = True
    ) -> tuple[Any, ...]:
        """Return the body of the answer; with *start* the service is started where it can be.

        Raises:
            BusError: there is none.
        """
        address = DBusAddress(service.path, service.name, service.interface)
        message = new_method_call(address, method, signature or None, body)
        if not start:
            message.header.flags |= MessageFlag.no_auto_start
        return self._ask(message, f"{service.interface}.{method}")

    @contextmanager
    def signals(self, rule: MatchRule) -> Iterator["Signals"]:
        """Listen to what *rule* names."""
        self._ask(message_bus.AddMatch(rule), "AddMatch")
        queue: deque[Message] = deque()
        with self._connection.filter(rule, queue=queue):
            yield Signals(self._connection, queue)

    def _ask(self, message: Message, what: str) -> tuple[Any, ...]:
        try:
            reply = self._connection.send_and_get_reply(message, timeout=CALL_SECONDS)
            body: tuple[Any, ...] = unwrap_msg(reply)
        except DBusErrorResponse as error:
            raise BusError(f"{what}: {error.name}") from error
        except (OSError, EOFError, ValueError) as error:
            raise BusError(f"{what}: {type(error).__name__} {error}") from error
        return body


class Signals:
    """Signals of one kind, as they arrive."""

    def __init__(self, connection: DBusConnection, queue: deque[Message]) -> None:
        self._connection = connection
        self._queue = queue

    def next(self, seconds: float) -> tuple[Any, ...]:
        """Return the body of the next one.

        Raises:
            TimeoutError: none came in *seconds*.
            BusError: the bus is gone.
        """
        try:
            message = self._connection.recv_until_filtered(self._queue, timeout=seconds)
        except TimeoutError:
            raise
        except (OSError, EOFError, ValueError) as error:
            raise BusError(f"the session bus is gone: {error}") from error
        body: tuple[Any, ...] = message.body
        return body


@contextmanager
def session_bus() -> Iterator[SessionBus]:
    """Yield a connection.

    Raises:
        BusError: there is no session bus.
    """
    try:
        connection = open_dbus_connection("SESSION")
    except Exception as error:  # an address that jeepney cannot use has errors of many kinds
        raise BusError("there is no session bus") from error
    with connection:
        yield SessionBus(connection)
