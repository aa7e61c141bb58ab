"""Who is signed in: sessions in the database, and a limit to guessing."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from wfhserver.accounts import second_factor
from wfhserver.accounts.passwords import Passwords
from wfhserver.accounts.sign_in_limits import count, limits_of
from wfhserver.audit.log import Audit, Entry
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.models.users import Scope, User
from wfhserver.names import normalize_name
from wfhserver.storage.postgres import (
    api_keys,
    known_devices,
    login_attempts,
    sessions,
    users,
)
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.tokens import hash_of, new_session_token

SESSION_LENGTH: Final = timedelta(hours=12)
DEVICE_LENGTH: Final = timedelta(days=180)
# A page asks every ten seconds, and each note is a write.
_NOTED_EVERY: Final = timedelta(minutes=5)


class Credentials(msgspec.Struct, frozen=True):
    """What somebody signs in with; *code* where there is a second factor.

    *device* is what the browser's cookie holds from which somebody has signed in before.
    *browser* names it, such as `Firefox on Windows`.
    """

    username: str
    password: str
    code: str | None = None
    device: str | None = None
    browser: str | None = None


class SignedIn(msgspec.Struct, frozen=True):
    """A session; its *token* goes into the cookie and nowhere else.

    *device* goes into another cookie, which says that the user has signed in from this browser.
    """

    token: str
    user: User
    expires_at: datetime
    device: str | None = None


class Sessions:
    """Begins, finds and ends sessions."""

    def __init__(self, database: Database, clock: Clock, passwords: Passwords) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._audit = Audit(database, clock)

    async def sign_in(self, given: Credentials, address: str) -> SignedIn:
        """Begin a session; Refusal `login_failed`, `second_factor_required`, `too_many_logins`.

        The attempt is counted before the password is looked at, and forgiven afterwards: many at
        once count as many.
        """
        now = self._clock.now()
        async with self._database.connection() as connection:
            row = await users.find(connection, given.username)
        limits = await self._count(given, row, address, now)
        stored = row.password_hash if row is not None and not row.account.disabled else None
        if not await self._passwords.matches(stored, given.password) or row is None:
            raise Refusal(Code.LOGIN_FAILED, "The user name or password is wrong.")
        if row.has_second_factor:
            await self._check_code(row.account.user_id, given.code, now)
        async with self._database.transaction() as connection:
            await login_attempts.forgive(connection, limits, now)
            device = await self._know(connection, given.device, row.account.user_id, now)
            session = await self.begin(connection, row.user, browser=given.browser)
        return msgspec.structs.replace(session, device=device)

    async def _count(
        self, given: Credentials, row: users.StoredUser | None, address: str, now: datetime
    ) -> list[str]:
        """Count the attempt, and return on what."""
        async with self._database.transaction() as connection:
            device = None
            if given.device is not None and row is not None:
                hashed, user_id = hash_of(given.device), row.account.user_id
                if await known_devices.is_known(connection, hashed, user_id, now):
                    device = hashed
            name = normalize_name(given.username) if row is None else row.account.username
            limits = limits_of(name, address, device)
            await count(connection, limits, now)
        return list(limits)

    async def _know(
        self, connection: AnyConnection, device: str | None, user_id: int, now: datetime
    ) -> str:
        """Remember the browser, by the cookie that it has or by a new one; return the cookie."""
        if device is None or not await known_devices.is_known(
            connection, hash_of(device), None, now
        ):
            device = new_session_token()
        ends = now + DEVICE_LENGTH
        await known_devices.add(connection, hash_of(device), user_id, ends, now)
        return device

    async def begin(
        self,
        connection: AnyConnection,
        user: User,
        details: dict[str, str] | None = None,
        *,
        browser: str | None = None,
    ) -> SignedIn:
        """Begin a session of *user*, who has shown who they are. Needs a transaction."""
        now = self._clock.now()
        session = SignedIn(token=new_session_token(), user=user, expires_at=now + SESSION_LENGTH)
        hashed, ends = hash_of(session.token), session.expires_at
        await sessions.add(connection, hashed, user.user_id, ends, now, browser=browser)
        entry = Entry(actor=user.actor, action="session.begin", details=details or {})
        await self._audit.record(entry, within=connection)
        return session

    async def _check_code(self, user_id: int, code: str | None, now: datetime) -> None:
        if code is None:
            raise Refusal(
                Code.SECOND_FACTOR_REQUIRED, "Enter the code from your authenticator app."
            )
        async with self._database.transaction() as connection:
            is_right = await second_factor.is_right(connection, user_id, code, now)
        if not is_right:
            raise Refusal(
                Code.LOGIN_FAILED,
                second_factor.WRONG_CODE,
            )

    async def user_of(self, token: str) -> User:
        """Return who is signed in; Refusal `session_missing` when nobody is."""
        async with self._database.connection() as connection:
            now, hashed = self._clock.now(), hash_of(token)
            found = await users.find_by_session(connection, hashed, now)
            if found is None:
                raise Refusal(Code.SESSION_MISSING, "The session has ended. Sign in.")
            user, last_used = found
            if last_used is None or now - last_used >= _NOTED_EVERY:
                await sessions.note_use(connection, hashed, now)
        return user

    async def user_of_key(self, key: str, scope: Scope) -> User:
        """Return for whom a program's key acts; Refusal when it may not do what *scope* names."""
        async with self._database.connection() as connection:
            now = self._clock.now()
            user = await api_keys.find_user(connection, hash_of(key), scope, now)
        if user is None:
            raise Refusal(
                Code.TOKEN_UNKNOWN,
                f"This is not a valid API key with the scope {scope}. Create a new one.",
            )
        return user

    async def expiry_of(self, token: str) -> datetime | None:
        """Return when the session ends."""
        async with self._database.connection() as connection:
            return await sessions.expiry(connection, hash_of(token))

    async def sign_out(self, token: str) -> None:
        """End the session; nothing happens when it has ended already."""
        async with self._database.connection() as connection:
            await sessions.end(connection, hash_of(token))
