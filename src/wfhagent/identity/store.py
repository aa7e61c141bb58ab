"""Keeps the identity of this machine: in the system's keyring, or in a private file."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from wfhagent.deliver.identity import Identity
from wfhagent.errors import KeyringError
from wfhagent.identity.keyring import Keyring, system_keyring
from wfhagent.identity.question import Question
from wfhagent.system.private import replace_private
from wfhagent.system.probe import may_be_there

log = logging.getLogger(__name__)

LIMIT_SECONDS = 20.0
"""A keyring that waits for its owner does so for ever; one of a busy device is late."""


class FileKeeper:
    """Keeps the identity in *file*, mode 0600, replaced whole.

    Attributes:
        file: where it is.
        where: what `KeyringKeeper.where` says of it.
        was_open: others could read the file, until the last load.
    """

    where = "file"

    def __init__(self, file: Path) -> None:
        self.was_open = False
        self.file = file

    def load(self) -> Identity | None:
        """Return the identity in the file; None when there is none, or the file is damaged.

        Raises:
            KeyringError: there may be one, and the system does not let it be read now.
        """
        try:
            if sys.platform != "win32":
                # On Windows the user's folders are closed to others, and modes mean nothing.
                self._tighten()
            return msgspec.json.decode(self.file.read_bytes(), type=Identity)
        except FileNotFoundError:
            return None
        except OSError as error:
            # A closed folder or a lost share: enrolling again would make another agent of this one.
            raise KeyringError(f"{self.file} cannot be read: {error.strerror}") from error
        except ValueError as error:
            log.error("%s: the identity is damaged (%s); enrolling again", self.file, error)  # noqa: TRY400
            return None

    def _tighten(self) -> None:
        mode = self.file.stat().st_mode & 0o777
        if mode & 0o077:
            self.file.chmod(0o600)
            self.was_open = True
            log.warning(
                "%s: others could read it (mode %o); it is yours alone now. "
                "`wfhagent enroll` gets a new token in place of the one they may have.",
                self.file,
                mode,
            )

    def save(self, identity: Identity) -> None:
        """Write *identity*; the file is whole at every moment.

        Raises:
            OSError: the disk is full or read-only; the identity before is still there.
        """
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_private(self.file, msgspec.json.encode(identity))

    def delete(self) -> None:
        """Forget the identity."""
        self.file.unlink(missing_ok=True)


class KeyringKeeper:
    """Keeps the identity in the system's keyring, and in *fallback* where none answers in time.

    Where both hold one, the file is right: it is written before the keyring is asked and removed
    when the keyring has it, so it is never the older one, whenever the power went.

    A note without secrets next to the file says that the keyring has it, so that one that is locked
    or late is distinguished from one that never had it.

    Attributes:
        fallback: the file.
        where: "keyring" or "file", after the first load or save.
    """

    def __init__(
        self,
        fallback: FileKeeper,
        *,
        account: str,
        keyring: Keyring | None = None,
        migrate: Callable[[], str | None] | None = None,
    ) -> None:
        """Ask *keyring* for *account*.

        *migrate* moves the secret to that account from where an older version put it, and returns
        it; it is called only where this device has stored one.
        """
        self.where = "file"
        self.fallback = fallback
        self._account = account
        self._keyring = system_keyring() if keyring is None else keyring
        self._migrate = migrate
        self._question: Question[str | None] | None = None
        self._pending: Question[Any] | None = None

    @property
    def keyring(self) -> str:
        """What people call the keyring."""
        return self._keyring.name

    def load(self) -> Identity | None:
        """Return the identity from the file, else from the keyring.

        Raises:
            KeyringError: the keyring, or the file, has the identity and does not give it now.
        """
        self.where = "file"
        identity = self.fallback.load()
        if identity is not None:
            return identity
        try:
            secret = self._ask_for_secret()
            if secret is None:
                return None
            identity = msgspec.json.decode(secret, type=Identity)
        except KeyringError as error:
            if may_be_there(self._note):
                self.where = "keyring"
                raise
            log.info("No keyring: %s", error)
            return None
        except ValueError:
            log.error("The keyring's entry for wfhagent is damaged; enrolling again")  # noqa: TRY400
            return None
        self.where = "keyring"
        return identity

    def _ask_for_secret(self) -> str | None:
        """Return the secret; a keyring that has not answered yet is not asked a second time.

        Each question may open a dialog for the keyring's owner.

        Raises:
            KeyringError: it did not answer yet, or with an error.
        """
        seconds = 0.0
        if self._question is None:
            self._question = Question(self._find_secret)
            seconds = LIMIT_SECONDS
        question = self._question
        if not question.is_answered(within=seconds):
            raise KeyringError(
                "it has not answered yet; it may be waiting for its owner to allow access"
            )
        self._question = None
        return question.answer()

    def _find_secret(self) -> str | None:
        secret = self._keyring.get(self._account)
        # Without the note an entry of before may have come here from another device.
        if secret is None and self._migrate is not None and may_be_there(self._note):
            return self._migrate()
        return secret

    def save(self, identity: Identity) -> None:
        """Store *identity* in the keyring, else in the file.

        Raises:
            OSError: neither takes it; the identity before is still there.
        """
        # What an open question asks for is out of date from now on.
        if self._question is not None:
            self._pending, self._question = self._question, None
        in_file = self._save_in_file(identity)
        try:
            self._within_limit(lambda: self._store(msgspec.json.encode(identity).decode()))
        except KeyringError as error:
            log.info("No keyring: %s; the token is kept in a file", error)
            self.where = "file"
            if in_file is not None:
                raise in_file from error
            return
        self.where = "keyring"
        try:
            # Before the file goes: without either, a locked keyring would look like an empty one.
            self._note.touch(mode=0o600)
            self._note.write_text(f"The keyring keeps the token: {self.keyring}\n", "utf-8")
            self.fallback.delete()
        except OSError as error:
            log.warning("The token is in the keyring, and its file stays: %s", error)

    @property
    def _note(self) -> Path:
        return self.fallback.file.with_suffix(".in-keyring")

    def why_not(self) -> KeyringError | None:
        """Return why the keyring cannot be used now; None when it answers."""
        try:
            self._within_limit(self._read)
        except KeyringError as error:
            return error
        return None

    def _within_limit(self, ask: Callable[[], None]) -> None:
        """Have the keyring do what *ask* does; one that still has a question gets no other.

        Raises:
            KeyringError: it raised, or takes too long.
        """
        if self._pending is not None and not self._pending.is_answered(within=0.0):
            raise KeyringError("it has not answered an earlier question yet")
        question = self._pending = Question(ask)
        if not question.is_answered(within=LIMIT_SECONDS):
            raise KeyringError(f"it did not answer within {LIMIT_SECONDS:g} s")
        question.answer()

    def _read(self) -> None:
        self._keyring.get(self._account)

    def _save_in_file(self, identity: Identity) -> OSError | None:
        try:
            self.fallback.save(identity)
        except OSError as error:
            return error
        return None

    def _store(self, secret: str) -> None:
        self._keyring.set(self._account, secret)
        # A keyring that forgets would lock the machine out at the next start.
        if self._keyring.get(self._account) != secret:
            raise KeyringError("it does not give back what it was given")
