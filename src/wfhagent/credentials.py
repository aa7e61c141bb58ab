"""Keeps the identity of this machine: in the system's keyring, or in a private file."""

import logging
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from wfhagent.deliver.identity import Identity

log = logging.getLogger(__name__)

SERVICE = "wfhagent"
LIMIT_SECONDS = 5.0
"""A locked keyring with a display waits for its owner, for ever if need be."""

T = TypeVar("T")


class FileKeeper:
    """Keeps the identity in *file*, mode 0600, replaced whole."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def load(self) -> Identity | None:
        """Return the identity in the file; None when there is none or it cannot be read."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Identity)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            log.error("%s: the identity cannot be read (%s); enrolling anew", self._file, error)  # noqa: TRY400
            return None

    def save(self, identity: Identity) -> None:
        """Write *identity*; the file is whole at every moment."""
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # mkstemp makes it 0600 from the first moment.
        handle, temporary = tempfile.mkstemp(dir=self._file.parent, prefix=".credentials-")
        with os.fdopen(handle, "wb") as stream:
            stream.write(msgspec.json.encode(identity))
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(self._file)

    def delete(self) -> None:
        """Forget the identity."""
        self._file.unlink(missing_ok=True)


class KeyringKeeper:
    """Keeps the identity in the system's keyring, and in *fallback* where none answers in time.

    Attributes:
        where: "keyring" or "file", after the first load or save.
    """

    def __init__(self, fallback: FileKeeper, *, account: str) -> None:
        self.where = "file"
        self._fallback = fallback
        self._account = account

    def load(self) -> Identity | None:
        """Return the identity from the keyring, else from the file."""
        secret = _within_limit(lambda: _keyring_get(self._account), None)
        if secret is not None:
            try:
                identity = msgspec.json.decode(secret, type=Identity)
            except msgspec.DecodeError:
                log.error("The keyring's entry for wfhagent is damaged; enrolling anew")  # noqa: TRY400
            else:
                self.where = "keyring"
                return identity
        return self._fallback.load()

    def save(self, identity: Identity) -> None:
        """Store *identity* in the keyring, else in the file."""
        secret = msgspec.json.encode(identity).decode()
        if _within_limit(lambda: _keyring_set(self._account, secret), instead=False):
            self.where = "keyring"
            self._fallback.delete()
        else:
            self.where = "file"
            self._fallback.save(identity)


def _keyring_get(account: str) -> str | None:
    import keyring  # noqa: PLC0415 -- heavy, and asked once

    return keyring.get_password(SERVICE, account)


def _keyring_set(account: str, secret: str) -> bool:
    import keyring  # noqa: PLC0415

    keyring.set_password(SERVICE, account, secret)
    # A backend that forgets would lock the machine out at the next start.
    return keyring.get_password(SERVICE, account) == secret


def _within_limit(ask: Callable[[], T], instead: T) -> T:
    """Return what *ask* returns, or *instead* when it raises or takes too long."""
    results: list[T] = []

    def work() -> None:
        try:
            results.append(ask())
        except Exception as error:  # noqa: BLE001 -- every keyring backend has errors of its own
            log.info("No keyring: %s: %s", type(error).__name__, error)

    thread = threading.Thread(target=work, name="keyring", daemon=True)
    thread.start()
    thread.join(LIMIT_SECONDS)
    return results[0] if results else instead
