"""A logind that ends no session: it has the real interface on a real bus.

tests/worlds/systemd/test_agent.py proves it against the real logind.
"""

import os
import queue
import select
import threading
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
MANAGER = DBusAddress(
    "/org/freedesktop/login1",
    bus_name="org.freedesktop.login1",
    interface="org.freedesktop.login1.Manager",
)


class DelayLock:
    """logind's end of a delay lock: it hangs up when the other side lets go."""

    def __init__(self, arguments: tuple[str, str, str, str]) -> None:
        self.arguments = arguments
        self._ours, self.theirs = os.pipe()

    def close(self) -> None:
        os.close(self._ours)

    def is_held(self) -> bool:
        return not self._hung_up(0)

    def is_released_in_time(self) -> bool:
        return self._hung_up(LIMIT_SECONDS)

    def _hung_up(self, seconds: float) -> bool:
        readable, _, _ = select.select([self._ours], [], [], seconds)
        return bool(readable)


class DelayLocks:
    """All locks that one agent holds at a time."""

    def __init__(self, *locks: DelayLock) -> None:
        self.arguments = [lock.arguments for lock in locks]
        self._locks = locks

    def is_held(self) -> bool:
        return all(lock.is_held() for lock in self._locks)

    def is_released_in_time(self) -> bool:
        return all(lock.is_released_in_time() for lock in self._locks)


class StandInLogind:
    """Grants delay locks, and makes announcements on demand."""

    def __init__(self, address: str) -> None:
        self.refuses: tuple[str, ...] = ()
        self.refused = threading.Event()
        self._properties: dict[str, tuple[str, Any]] = {
            "InhibitDelayMaxUSec": ("t", 5_000_000),
            "PreparingForShutdown": ("b", False),
            "PreparingForSleep": ("b", False),
        }
        self.sessions: list[dict[str, str]] = []
        self._granted: queue.Queue[DelayLock] = queue.Queue()
        self._locks: list[DelayLock] = []
        self._connection = open_dbus_connection(address, enable_fds=True)
        Proxy(message_bus, self._connection).RequestName(MANAGER.bus_name)
        self._thread = threading.Thread(target=self._serve, args=(self._connection,))
        self._thread.start()

    def close(self) -> None:
        self._connection.sock.shutdown(2)
        self._thread.join(LIMIT_SECONDS)
        self._connection.close()
        for lock in self._locks:
            lock.close()

    def granted(self) -> DelayLocks:
        """Return the next locks that were asked for: one for each end that is not refused."""
        count = 2 - len(self.refuses)
        return DelayLocks(*(self._granted.get(timeout=LIMIT_SECONDS) for _ in range(count)))

    def announce(self, signal: str, *, begins: bool) -> None:
        """Send PrepareForShutdown or PrepareForSleep to all clients."""
        self._properties[signal.replace("Prepare", "Preparing")] = ("b", begins)
        self._connection.send(new_signal(MANAGER, signal, "b", (begins,)))

    def prepares_already(self, name: str) -> None:
        """Be in the middle of an end that was announced to nobody here."""
        self._properties[name] = ("b", True)

    def _serve(self, connection: DBusConnection) -> None:
        while True:
            try:
                message = connection.receive()
                if message.header.message_type is MessageType.method_call:
                    self._answer(connection, message)
            except OSError:
                # The test has ended, perhaps before it asked for this answer.
                return

    def _answer(self, connection: DBusConnection, message: Message) -> None:
        member = message.header.fields[HeaderFields.member]
        if member == "ListSessions":
            rows = [(str(n), int(each["uid"]), "", "", f"/session/{n}")
                    for n, each in enumerate(self.sessions)]  # fmt: skip
            connection.send(new_method_return(message, "a(susso)", (rows,)))
        elif member == "GetAll" and message.body[0].endswith(".Session"):
            path = message.header.fields[HeaderFields.path]
            found = self.sessions[int(path.rpartition("/")[2])]
            properties = {name: ("s", found[name]) for name in ("Type", "Class", "State")}
            properties["Seat"] = ("(so)", (found["Seat"], "/"))
            connection.send(new_method_return(message, "a{sv}", (properties,)))
        elif member == "GetAll":
            connection.send(new_method_return(message, "a{sv}", (dict(self._properties),)))
        elif member == "Inhibit" and message.body[0] in self.refuses:
            refusal = "org.freedesktop.DBus.Error.AccessDenied"
            connection.send(new_error(message, refusal, "s", ("Permission denied",)))
            self.refused.set()
        elif member == "Inhibit":
            lock = DelayLock(message.body)
            self._locks.append(lock)
            connection.send(new_method_return(message, "h", (lock.theirs,)))
            os.close(lock.theirs)
            self._granted.put(lock)
