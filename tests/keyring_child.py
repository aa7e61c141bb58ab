"""What a test has done in a session of its own: `keyring_child.py STEPS FILE`, JSON on stdout.

STEPS are names of methods of `Session`.
"""

import json
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from jeepney import DBusAddress, HeaderFields, MessageType, message_bus, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from wfhagent.deliver.identity import Identity
from wfhagent.errors import KeyringError
from wfhagent.identity.plugin_secrets import read_plugin_secret, store_plugin_secret
from wfhagent.identity.store import FileKeeper, KeyringKeeper

URL = "https://wfh.example.com"
IDENTITY = Identity(
    server_url=URL, agent_id=UUID(int=7), username="alice", hostname="laptop-7", token="wfha_secret"
)
SERVICE = DBusAddress(
    "/org/freedesktop/secrets", "org.freedesktop.secrets", "org.freedesktop.Secret.Service"
)
PROMPTER = "org.gnome.keyring.SystemPrompter"


class Session:
    """One session of a laptop, and what happened in it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.keeper = KeyringKeeper(FileKeeper(file), account=URL)
        self.bus: DBusConnection | None = None

    def save(self) -> str:
        self.keeper.save(IDENTITY)
        return self.keeper.where

    def load(self) -> str:
        try:
            identity = self.keeper.load()
        except KeyringError as error:
            return f"closed: {error}"
        return f"{identity.token} from the {self.keeper.where}" if identity else "nothing"

    def why(self) -> str:
        return str(self.keeper.why_not() or "")

    def store_secret(self) -> str:
        """Store a secret of a plugin."""
        try:
            return store_plugin_secret("jira.token", "hunter2\nünter the bed")
        except KeyringError as error:
            return f"closed: {error}"

    def read_secret(self) -> str | None:
        try:
            return read_plugin_secret("jira.token")
        except KeyringError as error:
            return f"closed: {error}"

    def file_exists(self) -> bool:
        return self.file.exists()

    def entries(self) -> int:
        """Return how many entries the keyring has for this server."""
        with open_dbus_connection(bus="SESSION") as bus:
            attributes = {"service": "wfhagent", "username": URL}
            unlocked, _ = self._call(bus, "SearchItems", "a{ss}", (attributes,))
        return len(unlocked)

    def lock(self) -> str:
        """Lock the login keyring as a screen lock or an automatic log-in leaves it."""
        with open_dbus_connection(bus="SESSION") as bus:
            (path,) = self._call(bus, "ReadAlias", "s", ("default",))
            self._call(bus, "Lock", "ao", ([path],))
        return "locked"

    def unlock(self) -> str:
        """Unlock it as a log-in with the password does; the interface is gnome-keyring's own."""
        interface = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
        private = DBusAddress(SERVICE.object_path, SERVICE.bus_name, interface)
        with open_dbus_connection(bus="SESSION") as bus:
            (path,) = self._call(bus, "ReadAlias", "s", ("default",))
            _, session = self._call(bus, "OpenSession", "sv", ("plain", ("s", "")))
            secret = (session, b"", b"pw", "text/plain")
            reply = bus.send_and_get_reply(
                new_method_call(private, "UnlockWithMasterPassword", "o(oayays)", (path, secret))
            )
            assert reply.header.message_type is MessageType.method_return, reply.body
        return "unlocked"

    def _call(self, bus: DBusConnection, method: str, signature: str, body: tuple[Any, ...]) -> Any:
        reply = bus.send_and_get_reply(new_method_call(SERVICE, method, signature, body))
        assert reply.header.message_type is MessageType.method_return, reply.body
        return reply.body

    def watch(self) -> str:
        """Stand in for the program that shows the keyring's dialog."""
        self.bus = open_dbus_connection(bus="SESSION")
        self.bus.send_and_get_reply(message_bus.RequestName(PROMPTER))
        return "watching"

    def prompts(self) -> int:
        """Return how many dialogs were asked for since `watch`."""
        assert self.bus is not None
        # The bus delivers in order: this comes after everything that was asked before it.
        me = DBusAddress("/", PROMPTER, "org.freedesktop.DBus.Peer")
        self.bus.send_message(new_method_call(me, "Ping"))
        seen = 0
        while self._next_call() != "Ping":
            seen += 1
        return seen

    def demand(self) -> str:
        """Ask for the dialog as other clients do, and return what the watch then sees."""
        with open_dbus_connection(bus="SESSION") as bus:
            (path,) = self._call(bus, "ReadAlias", "s", ("default",))
            _, prompt = self._call(bus, "Unlock", "ao", ([path],))
            dialog = DBusAddress(prompt, SERVICE.bus_name, "org.freedesktop.Secret.Prompt")
            bus.send_message(new_method_call(dialog, "Prompt", "s", ("",)))
            return self._next_call()

    def _next_call(self) -> str:
        assert self.bus is not None
        while True:
            message = self.bus.receive(timeout=10)
            if message.header.message_type is MessageType.method_call:
                return str(message.header.fields[HeaderFields.member])


def main() -> None:
    session = Session(Path(sys.argv[2]))
    print(json.dumps([getattr(session, step)() for step in sys.argv[1].split()]))  # noqa: T201


if __name__ == "__main__":
    main()
