"""Who this device is to the configured server, as its keeper remembers it."""

import logging
import math
from collections.abc import Callable

from wfhagent.clock import Clock
from wfhagent.deliver.identity import Identity, IdentityKeeper
from wfhagent.errors import KeyringDeniedError, KeyringError
from wfhagent.outbox.entry import Entry
from wfhagent.payload import Names

log = logging.getLogger(__name__)

KEYRING_AGAIN_SECONDS = 60.0
KEYRING_DENIED_AGAIN_SECONDS = 3600.0
"""Asking again may open the same dialog again."""
KEYRING_GIVE_UP_SECONDS = 86_400.0
"""A keyring that gave nothing for a day is lost, and the device enrolls again."""


class DeviceIdentity:
    """The identity that *keeper* has for the server at *url*; *fail* takes code and sentence.

    Attributes:
        keeper: where it is kept.
    """

    def __init__(
        self,
        keeper: IdentityKeeper,
        *,
        url: str,
        clock: Clock,
        fail: Callable[[str, str], None],
    ) -> None:
        self.keeper = keeper
        self._url = url
        self._clock = clock
        self._fail = fail
        self._identity: Identity | None = None
        self._loaded = False
        self._load_not_before = -math.inf
        self._locked_since: float | None = None

    def get(self) -> Identity | None:
        """Return the identity; None before enrollment, and while `waits_for_keyring`."""
        if not self._loaded:
            self._load()
        if self._identity is None or self._identity.server_url != self._url:
            return None
        return self._identity

    def names(self) -> Names | None:
        """Return the names under which this device is enrolled; None where `get` is."""
        identity = self.get()
        return None if identity is None else names_of(identity)

    def agent_id(self) -> str:
        """Return the id under which this device is enrolled; empty when it is not."""
        known = self.get()
        return "" if known is None else str(known.agent_id)

    def token(self) -> str:
        """Return the device token, empty before enrollment."""
        identity = self.get()
        return "" if identity is None else identity.token

    def waits_for_keyring(self) -> bool:
        """Tell whether this device is enrolled, and its token is in a keyring that is closed."""
        self.get()
        return not self._loaded

    def reload(self) -> None:
        """Read it again when it is next asked for: another process has stored one."""
        self._loaded = False

    def forget(self) -> None:
        """Be nobody until `store`, without changing what is kept."""
        self._identity = None

    def store(self, identity: Identity) -> None:
        """Be *identity* from now on, and keep it."""
        # Stored before the old token is forgotten: a power cut here leaves one that works.
        try:
            self.keeper.save(identity)
        except OSError as error:
            # It works until the next start, which is better than to ask for one every minute.
            log.error("The token of this machine cannot be kept: %s", error)  # noqa: TRY400
        self._identity = identity
        self._loaded = True

    def _load(self) -> None:
        elapsed = self._clock.elapsed()
        if elapsed < self._load_not_before:
            return
        try:
            self._identity = self.keeper.load()
        except KeyringError as error:
            if self._locked_since is None:
                self._locked_since = elapsed
            if elapsed - self._locked_since < KEYRING_GIVE_UP_SECONDS:
                denied = isinstance(error, KeyringDeniedError)
                pause = KEYRING_DENIED_AGAIN_SECONDS if denied else KEYRING_AGAIN_SECONDS
                self._load_not_before = elapsed + pause
                self._fail(
                    "keyring_closed",
                    f"This machine's token cannot be read now: {error}. Entries wait in the outbox"
                    " until it can.",
                )
                return
            log.warning("The token could not be read for a day; the agent enrolls again")
        self._locked_since = None
        self._loaded = True


def names_of(known: Entry | Identity) -> Names:
    """Return the names in an entry or an identity."""
    return Names(username=known.username, hostname=known.hostname)
