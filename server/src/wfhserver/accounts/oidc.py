"""Signing in through an OpenID provider: who may sign in, and with which role."""

from datetime import timedelta
from typing import Any, Final

import msgspec

from wfhserver.accounts.oidc_settings import OidcSettings
from wfhserver.accounts.passwords import Passwords
from wfhserver.accounts.sessions import Sessions, SignedIn
from wfhserver.accounts.sign_in_limits import AttemptLimit, count
from wfhserver.accounts.users import UserChanges
from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.models.users import Role, User
from wfhserver.storage.postgres import oidc, teams, users
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.oidc import OidcAttempt
from wfhserver.tokens import hash_of, new_password, new_session_token

ATTEMPT_LENGTH: Final = timedelta(minutes=10)
# Anyone who can reach the page can start a sign-in; this many at once are an attack.
_ATTEMPTS_LIMIT = 10_000
_PER_ADDRESS = AttemptLimit(100)
_ACTOR = "oidc"


class StartedSignIn(msgspec.Struct, frozen=True):
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
        # HTTP and keys take 14 MiB of a worker: only with a provider.
        from wfhserver.accounts.identity_provider import IdentityProvider  # noqa: PLC0415

        self._provider = IdentityProvider(settings, clock)

    @property
    def name(self) -> str:
        """What the sign-in page calls the provider."""
        return self._settings.name

    async def start(self, address: str) -> StartedSignIn:
        """Start a sign-in from *address*; Refusal `oidc_unavailable`, `too_many_logins`."""
        state, now = new_session_token(), self._clock.now()
        attempt = OidcAttempt(nonce=new_session_token(), verifier=new_session_token())
        url = await self._provider.authorization_url(
            state=state, nonce=attempt.nonce, verifier=attempt.verifier
        )
        async with self._database.transaction() as connection:
            await oidc.delete_expired(connection, now)
            await count(connection, {f"oidc:{address}": _PER_ADDRESS}, now)
            if await oidc.count_attempts(connection) >= _ATTEMPTS_LIMIT:
                raise Refusal(
                    Code.TOO_MANY_LOGINS, "Too many sign-ins were started. Wait a few minutes."
                )
            await oidc.add_attempt(connection, hash_of(state), attempt, now + ATTEMPT_LENGTH)
        return StartedSignIn(url, state)

    async def finish(self, *, state: str, code: str, browser: str | None) -> SignedIn:
        """Return a session for the user who returns with *code*; the cookie holds *state*, too.

        Refusal `oidc_failed`, `oidc_unavailable`; `not_allowed` for a user without a role in
        the settings, or who is disabled; `conflict` when the name is somebody else's.
        """
        async with self._database.connection() as connection:
            attempt = await oidc.take_attempt(connection, hash_of(state), self._clock.now())
        if attempt is None:
            raise Refusal(Code.OIDC_FAILED, "This sign-in has already ended. Start again.")
        claims = await self._provider.identity(
            code=code, verifier=attempt.verifier, nonce=attempt.nonce
        )
        role = self._settings.role_of(claims)
        if role is None:
            await self._end_access(claims)
            raise Refusal(
                Code.NOT_ALLOWED,
                "Your account has no role. Ask an administrator:"
                f" {self._settings.describe_roles(claims)}.",
            )
        # Nobody knows this password. Without one, the response time would give such a user away.
        password = await self._passwords.hash(new_password())
        async with self._database.transaction() as connection:
            user = await self._user_of(connection, claims, role, password)
            details = {"issuer": self._settings.issuer}
            return await self._sessions.begin(connection, user, details, browser=browser)

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
                raise Refusal(Code.OIDC_FAILED, f"The provider sent no claim {claim}.")
            # Refused where somebody has that name: it would be that somebody's account.
            name = await changes.add(name, password_hash, role)
            await oidc.link(connection, name, subject)
        row = await users.find(connection, name)
        if row is None or row.account.disabled:
            raise Refusal(Code.NOT_ALLOWED, "Your account is disabled.")
        if row.account.role != role:
            await changes.set_role(name, role)
            row = await users.find(connection, name) or row
        if role is Role.MANAGER and await self._set_teams(connection, name, claims):
            row = await users.find(connection, name) or row
        return row.user

    async def _set_teams(
        self, connection: AnyConnection, name: str, claims: dict[str, Any]
    ) -> bool:
        """Let a manager manage those of the teams in the settings that the groups name."""
        theirs = self._settings.teams_of(claims)
        others = [team for team in self._settings.named_teams if team not in theirs]
        begun, ended = await teams.manage(connection, name, theirs, others)
        if not begun and not ended:
            return False
        details = {"username": name, "begun": begun, "ended": ended}
        entry = Entry(actor=_ACTOR, action="user.set_teams", details=details)
        await record(connection, entry, self._clock.now())
        return True

    async def _end_access(self, claims: dict[str, Any]) -> None:
        """End the access of a user who is no longer in any group, on record."""
        async with self._database.transaction() as connection:
            name = await oidc.name_of(connection, self._subject_of(claims))
            if name is not None:
                changes = UserChanges(connection, actor=_ACTOR, at=self._clock.now())
                await changes.end_access(name, "no group of the settings")
