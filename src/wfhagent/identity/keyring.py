"""The keyring of whatever system this is."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from wfhagent.errors import KeyringError
from wfhagent.identity.secret_service import SecretService
from wfhagent.identity.windows_keyring import SERVICE, WindowsKeyring


class Keyring(Protocol):
    """Keeps secrets by account; every method may raise, and may block for as long as it likes."""

    @property
    def name(self) -> str:
        """What people call it."""

    def get(self, account: str) -> str | None:
        """Return the secret of *account*; None when there is none."""

    def set(self, account: str, secret: str) -> None:
        """Store the *secret* of *account* in place of the one before."""


class SystemKeyring:
    """The keychain of macOS."""

    @property
    def name(self) -> str:
        """What people call it."""
        import keyring  # noqa: PLC0415 -- heavy, and asked once

        name: str = keyring.get_keyring().name
        return name

    def get(self, account: str) -> str | None:
        """Return the secret of *account*; None when there is none."""
        import keyring  # noqa: PLC0415

        with _without_dialogs():
            secret: str | None = keyring.get_password(SERVICE, account)
        return secret

    def set(self, account: str, secret: str) -> None:
        """Store the *secret* of *account* in place of the one before."""
        import keyring  # noqa: PLC0415

        with _without_dialogs():
            keyring.set_password(SERVICE, account, secret)


@contextmanager
def _without_dialogs() -> Iterator[None]:
    """Have the keychain of macOS refuse rather than ask, and say in words why it does.

    Raises:
        KeyringError: it refuses for a reason that is known.
    """
    if sys.platform == "darwin":
        from wfhagent.identity import macos_keychain as keychain  # noqa: PLC0415 -- not for agents elsewhere

        keychain.forbid_dialogs()
        try:
            yield
        except Exception as error:
            sentence = keychain.explain(error)
            if sentence:
                raise KeyringError(sentence) from error
            raise
    else:
        yield


def system_keyring() -> Keyring:
    """Return the keyring of this system."""
    if sys.platform == "win32":
        return WindowsKeyring()
    elif sys.platform == "linux":  # noqa: RET505 -- mypy reads each system's branch alone
        return SecretService()
    else:
        return SystemKeyring()
