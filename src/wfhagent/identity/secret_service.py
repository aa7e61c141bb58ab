"""The keyring of a Linux desktop (GNOME, KDE, KeePassXC), asked in a way that never prompts.

The usual client opens a dialog when the keyring is locked or missing. This one has no call that
could: https://specifications.freedesktop.org/secret-service/latest/. Secrets travel unencrypted on
the user's own bus, as the specification allows, so that no cryptography has to be loaded.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from wfhagent.errors import KeyringDeniedError, KeyringError, MissingKeyringError

PATH = "/org/freedesktop/secrets"
PREFIX = "org.freedesktop.Secret"
NOTHING = "/"
"""The object path that stands for none."""
NO_SERVICE = frozenset(
    f"org.freedesktop.DBus.Error.{name}"
    for name in ("ServiceUnknown", "NameHasNoOwner", "Spawn.ExecFailed")
)
NO_REPLY = "org.freedesktop.DBus.Error.NoReply"
DENIED = ("AccessDenied", "NotAllowed", "NotAuthorized", "Cancelled")
"""How the names of errors end that mean a no."""
REPLY_SECONDS = 15.0
OWNER_SECONDS = 86_400.0
"""A keyring that asks its owner before it gives a secret is not asked twice meanwhile."""


class SecretService:
    """Keeps secrets by account in the default keyring of the session."""

    name = "Secret Service"

    def get(self, account: str) -> str | None:
        """Return the secret of *account*; None when there is none.

        Raises:
            KeyringDeniedError: its owner did not allow it.
            MissingKeyringError: there is no keyring.
            KeyringError: it does not answer, or is locked.
        """
        with _connected() as bus:
            unlocked, locked = bus.call(
                PATH, f"{PREFIX}.Service", "SearchItems", "a{ss}", _attributes(account)
            )
            if not unlocked:
                if locked:
                    raise KeyringError("the keyring is locked")
                # Nothing found in no keyring is no answer.
                _open_collection(bus)
                return None
            (secrets,) = bus.call(
                *(PATH, f"{PREFIX}.Service", "GetSecrets", "aoo", unlocked[:1], bus.session()),
                timeout=OWNER_SECONDS,
            )
            if unlocked[0] not in secrets:
                raise KeyringDeniedError("the keyring's owner did not allow access to the token")
            _session, _parameters, value, _type = secrets[unlocked[0]]
            return bytes(value).decode()

    def set(self, account: str, secret: str) -> None:
        """Store the *secret* of *account* in place of the one before.

        Raises:
            MissingKeyringError: there is no keyring.
            KeyringError: it does not answer, or is locked.
        """
        with _connected() as bus:
            item, _prompt = bus.call(
                _open_collection(bus),
                f"{PREFIX}.Collection",
                "CreateItem",
                "a{sv}(oayays)b",
                {
                    f"{PREFIX}.Item.Label": ("s", f"wfhagent: {account}"),
                    f"{PREFIX}.Item.Attributes": ("a{ss}", _attributes(account)),
                },
                (bus.session(), b"", secret.encode(), "text/plain"),
                True,
            )
            if item == NOTHING:
                # The prompt that it offers instead is never shown.
                raise KeyringError("the keyring wants to ask its owner first")


def _attributes(account: str) -> Mapping[str, str]:
    # Those of Python's keyring, so that `keyring get wfhagent URL` finds the entry.
    return {"service": "wfhagent", "username": account, "application": "wfhagent"}


def _open_collection(bus: "_Bus") -> str:
    path: str
    (path,) = bus.call(PATH, f"{PREFIX}.Service", "ReadAlias", "s", "default")
    if path == NOTHING:
        raise KeyringError("there is no default keyring")
    ((_signature, locked),) = bus.call(
        path, "org.freedesktop.DBus.Properties", "Get", "ss", f"{PREFIX}.Collection", "Locked"
    )
    if locked:
        raise KeyringError("the keyring is locked")
    return path


class _Bus:
    """Calls of the Secret Service on one open *connection*."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def call(
        self,
        path: str,
        interface: str,
        method: str,
        signature: str,
        *body: Any,
        timeout: float = REPLY_SECONDS,
    ) -> Any:
        """Return the body of the answer."""
        from jeepney import DBusAddress, DBusErrorResponse, MessageType, new_method_call  # noqa: PLC0415 -- on Linux only

        address = DBusAddress(path, "org.freedesktop.secrets", interface)
        reply = self._connection.send_and_get_reply(
            new_method_call(address, method, signature, body), timeout=timeout
        )
        if reply.header.message_type is MessageType.error:
            error = DBusErrorResponse(reply)
            if error.name in NO_SERVICE:
                raise MissingKeyringError("no keyring runs in this session")
            if error.name == NO_REPLY:
                raise KeyringError("the keyring did not answer")
            if error.name.endswith(DENIED):
                raise KeyringDeniedError("the keyring's owner did not allow access to the token")
            raise KeyringError(f"{method}: {error}")
        return reply.body

    def session(self) -> str:
        """Return a new session; it ends with the connection."""
        path: str
        _, path = self.call(PATH, f"{PREFIX}.Service", "OpenSession", "sv", "plain", ("s", ""))
        return path


@contextmanager
def _connected() -> Iterator[_Bus]:
    from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415 -- on Linux only

    try:
        connection = open_dbus_connection(bus="SESSION")
    except Exception as error:  # an address that jeepney cannot use has errors of many kinds
        raise KeyringError("there is no session bus") from error
    with connection:
        yield _Bus(connection)
