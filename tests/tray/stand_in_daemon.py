"""A stand-in for the notification daemon of a desktop, and for a user who clicks."""

import queue
import threading
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    message_bus,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"


class StandInDaemon:
    """Shows nothing; `shown` gives each notification as title and keys of its actions."""

    def __init__(self, address: str) -> None:
        self.shown: queue.Queue[tuple[str, list[str]]] = queue.Queue()
        self._connection = open_dbus_connection(address)
        Proxy(message_bus, self._connection).RequestName(NAME)
        self._thread = threading.Thread(target=self._serve, args=(self._connection,))
        self._thread.start()

    def click(self, key: str) -> None:
        """Click the action *key*."""
        emitter = DBusAddress(PATH, interface=NAME)
        self._connection.send(new_signal(emitter, "ActionInvoked", "us", (1, key)))

    def close(self) -> None:
        self._connection.sock.shutdown(2)
        self._thread.join()
        self._connection.close()

    def _serve(self, connection: DBusConnection) -> None:
        while True:
            try:
                message = connection.receive()
                if message.header.message_type is MessageType.method_call:
                    self._notified(connection, message.header.fields, message)
            except OSError:
                # The test has ended, perhaps before it asked for this answer.
                return

    def _notified(self, connection: DBusConnection, fields: Any, message: Any) -> None:
        if fields[HeaderFields.member] == "Notify":
            body = message.body
            # In this order: a test that knows of it may end, and the connection with it.
            connection.send(new_method_return(message, "u", (1,)))
            self.shown.put((body[3], body[5][::2]))
