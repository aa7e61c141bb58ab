"""The Credential Manager of Windows; what it is given stays on this device."""

import logging
from typing import Any

from wfhagent.system.machine_id import machine_hash

log = logging.getLogger(__name__)

SERVICE = "wfhagent"
THIS_DEVICE_ONLY = 2
"""CRED_PERSIST_LOCAL_MACHINE: the entry does not travel with a roaming profile."""
_DIGITS = 16


def device_account(url: str) -> str:
    """Return the account of this device at the server *url*."""
    device = machine_hash()[:_DIGITS]
    return f"{url} (device {device})" if device else url


class WindowsKeyring:
    """Keeps secrets by account.

    *backend* is the one of Python's keyring, by default a new one: which backend is right is no
    question here, and looking for one needs metadata that the compiled program does not have.
    """

    name = "Windows Credential Manager"

    def __init__(self, backend: Any = None) -> None:
        self._given = backend

    def get(self, account: str) -> str | None:
        """Return the secret of *account*; None when there is none."""
        secret: str | None = self._backend().get_password(SERVICE, account)
        return secret

    def set(self, account: str, secret: str) -> None:
        """Store the *secret* of *account* in place of the one before."""
        self._backend().set_password(SERVICE, account, secret)

    def migrate(self, old: str, new: str) -> str | None:
        """Return the secret of the account *old*, now that of *new*; None when there is none.

        Older agents wrote an entry that roams, and named the server only.
        """
        secret = self.get(old)
        if secret is None or old == new:
            return secret
        self.set(new, secret)
        if self.get(new) == secret:
            self._backend().delete_password(SERVICE, old)
        else:
            log.warning("The keyring keeps the token in its old entry: it does not take a new one")
        return secret

    def _backend(self) -> Any:
        if self._given is None:
            from keyring.backends.Windows import WinVaultKeyring  # noqa: PLC0415 -- heavy

            self._given = WinVaultKeyring()
        self._given.persist = THIS_DEVICE_ONLY
        return self._given
