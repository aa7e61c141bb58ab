"""The keyring of a Linux desktop (GNOME, KDE, KeePassXC), asked in a way that never prompts.

The usual client opens a dialog when the keyring is locked or missing. This one has no call that
could: https://specifications.freedesktop.org/secret-service/latest/. Secrets travel unencrypted on
the user's own bus, as the specification allows, so that no cryptography has to be loaded.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from wfhagent.desktop.services import Service, properties_of
from wfhagent.errors import KeyringDeniedError, KeyringError, MissingKeyringError

if TYPE_CHECKING:
    from wfhagent.desktop.bus import Bus, BusError

NAME = "org.freedesktop.secrets"
PREFIX = "org.freedesktop.Secret"
SERVICE = Service(NAME, "/org/freedesktop/secrets", f"{PREFIX}.Service")
NOTHING = "/"
"""The object path that means none."""
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
        with _connected() as keyring:
            unlocked, locked = keyring.call(SERVICE, "SearchItems", "a{ss}", _attributes(account))
            if not unlocked:
                if locked:
                    raise KeyringError("the keyring is locked")
                # Nothing found in no keyring is no answer.
                keyring.open_collection()
                return None
            (secrets,) = keyring.call(
                *(SERVICE, "GetSecrets", "aoo", unlocked[:1], keyring.session()),
                seconds=OWNER_SECONDS,
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
        with _connected() as keyring:
            item, _prompt = keyring.call(
                keyring.open_collection(),
                "CreateItem",
                "a{sv}(oayays)b",
                {
                    f"{PREFIX}.Item.Label": ("s", f"wfhagent: {account}"),
                    f"{PREFIX}.Item.Attributes": ("a{ss}", _attributes(account)),
                },
                (keyring.session(), b"", secret.encode(), "text/plain"),
                True,
            )
            if item == NOTHING:
                # The prompt that it offers instead is never shown.
                raise KeyringError("the keyring wants to ask its owner first")


def _attributes(account: str) -> Mapping[str, str]:
    # Those of Python's keyring, so that `keyring get wfhagent URL` finds the entry.
    return {"service": "wfhagent", "username": account, "application": "wfhagent"}


class _Keyring:
    """Calls of the Secret Service on the open connection *bus*, which ends with the block."""

    def __init__(self, bus: "Bus") -> None:
        self._bus = bus

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bus.__exit__(kind, error, traceback)

    def call(
        self,
        service: Service,
        method: str,
        signature: str,
        *body: Any,
        seconds: float = REPLY_SECONDS,
    ) -> Any:
        """Return the body of the answer."""
        from wfhagent.desktop.bus import BusError  # noqa: PLC0415 -- on Linux only

        try:
            return self._bus.call(service, method, signature, *body, seconds=seconds)
        except BusError as error:
            raise _keyring_error(method, error) from error

    def session(self) -> str:
        """Return a new session; it ends with the connection."""
        path: str
        _, path = self.call(SERVICE, "OpenSession", "sv", "plain", ("s", ""))
        return path

    def open_collection(self) -> Service:
        """Return the default keyring, which must be unlocked."""
        (path,) = self.call(SERVICE, "ReadAlias", "s", "default")
        if path == NOTHING:
            raise KeyringError("there is no default keyring")
        collection = Service(NAME, path, f"{PREFIX}.Collection")
        ((_signature, locked),) = self.call(
            properties_of(collection), "Get", "ss", collection.interface, "Locked"
        )
        if locked:
            raise KeyringError("the keyring is locked")
        return collection


def _keyring_error(method: str, error: "BusError") -> KeyringError:
    if error.name in NO_SERVICE:
        return MissingKeyringError("no keyring runs in this session")
    if error.name in {"", NO_REPLY}:
        return KeyringError("the keyring did not answer")
    if error.name.endswith(DENIED):
        return KeyringDeniedError("the keyring's owner did not allow access to the token")
    return KeyringError(f"{method}: {error.name} {error.detail}".rstrip())


def _connected() -> _Keyring:
    from wfhagent.desktop.bus import BusError, session_bus  # noqa: PLC0415 -- on Linux only

    try:
        return _Keyring(session_bus())
    except BusError as error:
        raise KeyringError("there is no session bus") from error
