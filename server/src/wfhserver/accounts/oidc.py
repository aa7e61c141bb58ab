"""Signing in through an OpenID provider: who is let in, and as what."""

from datetime import timedelta
from typing import Any, Final

import msgspec

from wfhserver.accounts.oidc_settings import OidcSettings
from wfhserver.accounts.passwords import Passwords
from wfhserver.accounts.sessions import Sessions, SignedIn
from wfhserver.accounts.sign_in_limits import Limit, count
from wfhserver.accounts.users import UserChanges
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.models.users import Role, User
from wfhserver.storage.postgres import oidc, users
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.oidc import Attempt
from wfhserver.tokens import hash_of, new_password, new_session_token

ATTEMPT_LENGTH: Final = timedelta(minutes=10)
# Whoever can reach the page can begin; this many are somebody who wants to keep the others out.
_ATTEMPTS_LIMIT = 10_000
_PER_ADDRESS = Limit(100)
_ACTOR = "oidc"


class Started(msgspec.Struct, frozen=True):
    """Where the browser goes; *state* is what it has to bring back, in its cookie as well."""

    url: str
    state: str


class OidcSignIn:
    """Begins sign-ins, and ends each once."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sessions_: Sessions,
        passwords: Passwords,
        settings: OidcSettings,
    ) -> None:
        self._database = database
        self._clock = clock
        self._sessions = sessions_
        self._passwords = passwords
        self._settings = settings
        # HTTP and keys take 14 MiB of a worker, for who has a provider.
        from wfhserver.accounts.identity_provider import IdentityProvider  # noqa: PLC0415

        self._provider = IdentityProvider(settings, clock)

    @property
    def name(self) -> str:
        """What the sign-in page calls the provider."""
        return self._settings.name

    async def start(self, address: str) -> Started:
        """Begin, for who calls from *address*; Refusal `oidc_unavailable`, `too_many_logins`."""
        state, now = new_session_token(), self._clock.now()
        attempt = Attempt(nonce=new_session_token(), verifier=new_session_token())
        url = await self._provider.authorization_url(
            state=state, nonce=attempt.nonce, verifier=attempt.verifier
        )
        async with self._database.transaction() as connection:
            await oidc.forget_expired(connection, now)
            await count(connection, {f"oidc:{address}": _PER_ADDRESS}, now)
            if await oidc.count_attempts(connection) >= _ATTEMPTS_LIMIT:
                raise Refusal(Code.TOO_MANY_LOGINS, "Too many sign-ins have begun. Wait a while.")
            await oidc.add_attempt(connection, hash_of(state), attempt, now + ATTEMPT_LENGTH)
        return Started(url, state)

    async def finish(self, *, state: str, code: str) -> SignedIn:
        """Return a session for who comes back with *code*; *state* is the cookie's, too.

        Refusal `oidc_failed`, `oidc_unavailable`; `not_allowed` for whom the settings give no role
        and who is disabled; `conflict` when the name is somebody else's.
        """
        async with self._database.connection() as connection:
            attempt = await oidc.take_attempt(connection, hash_of(state), self._clock.now())
        if attempt is None:
            raise Refusal(Code.OIDC_FAILED, "This sign-in has ended already. Begin anew.")
        claims = await self._provider.identity(
            code=code, verifier=attempt.verifier, nonce=attempt.nonce
        )
        role = self._settings.role_of(claims)
        if role is None:
            await self._turn_away(claims)
            raise Refusal(
                Code.NOT_ALLOWED,
                "Your account has no role here. Ask an administrator:"
                f" {self._settings.roles_said(claims)}.",
            )
        # Nobody knows it; a user without a password would be told apart by the time it takes.
        password = await self._passwords.hash(new_password())
        async with self._database.transaction() as connection:
            user = await self._user_of(connection, claims, role, password)
            details = {"issuer": self._settings.issuer}
            return await self._sessions.begin(connection, user, details)

    def _subject_of(self, claims: dict[str, Any]) -> str:
        return f"{self._settings.issuer} {claims['sub']}"

    async def _user_of(
        self, connection: AnyConnection, claims: dict[str, Any], role: Role, password_hash: str
    ) -> User:
        subject = self._subject_of(claims)
        changes = UserChanges(connection, actor=_ACTOR, at=self._clock.now())
        name = await oidc.name_of(connection, subject)
        if name is None:
            name = self._settings.username_of(claims)
            if name is None:
                claim = self._settings.username_claim
                raise Refusal(Code.OIDC_FAILED, f"The provider gives no claim {claim}.")
            # Refused where somebody has that name: it would be that somebody's account.
            name = await changes.add(name, password_hash, role)
            await oidc.link(connection, name, subject)
        row = await users.find(connection, name)
        if row is None or row.account.disabled:
            raise Refusal(Code.NOT_ALLOWED, "Your account here is disabled.")
        if row.account.role != role:
            await changes.set_role(name, role)
            row = await users.find(connection, name) or row
        return row.user

    async def _turn_away(self, claims: dict[str, Any]) -> None:
        """End what somebody still has open who is in no group any more, on record."""
        async with self._database.transaction() as connection:
            name = await oidc.name_of(connection, self._subject_of(claims))
            if name is not None:
                changes = UserChanges(connection, actor=_ACTOR, at=self._clock.now())
                await changes.end_access(name, "no group of the settings")
