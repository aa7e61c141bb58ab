"""Stand-ins for the services of a desktop, on a real bus."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

LIMIT_SECONDS = 30.0
Answer = tuple[str, tuple[Any, ...]]
"""A signature, and the values."""


class StandIn:
    """Owns *name*, answers each method with the entry in *methods*, and records the calls."""

    def __init__(
        self, address: str, name: str, methods: Mapping[str, Callable[..., Answer]]
    ) -> None:
        self.called: list[tuple[str, tuple[Any, ...]]] = []
        self._methods = methods
        self._connection = open_dbus_connection(address)
        Proxy(message_bus, self._connection).RequestName(name)
        self._thread = threading.Thread(target=self._serve, args=(self._connection,))
        self._thread.start()

    def close(self) -> None:
        self._connection.sock.shutdown(2)
        self._thread.join(LIMIT_SECONDS)
        self._connection.close()

    def emit(
        self, address: DBusAddress, signal: str, signature: str, body: tuple[Any, ...]
    ) -> None:
        self._connection.send(new_signal(address, signal, signature, body))

    def _serve(self, connection: DBusConnection) -> None:
        while True:
            try:
                call = connection.receive()
            except (OSError, EOFError):
                return
            if call.header.message_type is MessageType.method_call:
                connection.send(self._answer(call))

    def _answer(self, call: Message) -> Message:
        method = call.header.fields[HeaderFields.member]
        self.called.append((method, call.body))
        if method not in self._methods:
            return new_error(call, "org.freedesktop.DBus.Error.UnknownMethod")
        signature, values = self._methods[method](call)
        return new_method_return(call, signature, values)


class StandInPortal(StandIn):
    """A scripted desktop portal; *answer* None is a user who does not answer.

    *allowed* is what is stored by program. *back_end* is the version of the back end's interface;
    None is a back end without one, as that of Plasma 5.27. A question is answered with *stored*, as
    a user would; tests/worlds/desktops tries the portals of GNOME and Plasma.
    """

    def __init__(
        self,
        address: str,
        *,
        answer: int | None,
        results: dict[str, Any],
        allowed: dict[str, str],
        stored: str = "",
        version: int = 2,
        back_end: int | None = 2,
    ) -> None:
        self._answer_code = answer
        self._results = results
        self._stored = stored
        self.permissions = {app: [word] for app, word in allowed.items()}
        self.closed = threading.Event()
        super().__init__(
            address,
            "org.freedesktop.portal.Desktop",
            {
                "Screenshot": self._screenshot,
                "Close": self._close,
                "Get": lambda _call: ("v", (("u", version),)),
            },
        )
        get = {} if back_end is None else {"Get": lambda _call: ("v", (("u", back_end),))}
        self._back_end = StandIn(address, "org.freedesktop.impl.portal.desktop.test", get)
        self._store = StandIn(
            address,
            "org.freedesktop.impl.portal.PermissionStore",
            {
                "Lookup": lambda _call: ("a{sas}v", (self.permissions, ("s", ""))),
                "DeletePermission": self._delete,
            },
        )

    @property
    def screenshots(self) -> list[tuple[Any, ...]]:
        """The arguments of each call for a screenshot."""
        return [body for method, body in self.called if method == "Screenshot"]

    def close(self) -> None:
        self._store.close()
        self._back_end.close()
        super().close()

    def _screenshot(self, call: Message) -> Answer:
        _parent, options = call.body
        if self._stored:
            self.permissions[""] = [self._stored]
        sender = call.header.fields[HeaderFields.sender].removeprefix(":").replace(".", "_")
        path = f"/org/freedesktop/portal/desktop/request/{sender}/{options['handle_token'][1]}"
        if self._answer_code is not None:
            request = DBusAddress(path, interface="org.freedesktop.portal.Request")
            self.emit(request, "Response", "ua{sv}", (self._answer_code, self._results))
        return "o", (path,)

    def _delete(self, call: Message) -> Answer:
        table, entry, app = call.body
        assert (table, entry) == ("screenshot", "screenshot")
        del self.permissions[app]
        return "", ()

    def _close(self, _call: Message) -> Answer:
        self.closed.set()
        return "", ()
