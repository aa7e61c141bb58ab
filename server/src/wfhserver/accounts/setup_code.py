"""The first administrator of a server without accounts, by a code that its output alone shows."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from wfhserver.accounts.passwords import Passwords
from wfhserver.accounts.sessions import Sessions, SignedIn
from wfhserver.accounts.sign_in_limits import ATTEMPT_RETENTION, AttemptLimit, count
from wfhserver.accounts.users import UserChanges
from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.models.users import Role, User
from wfhserver.names import stored_name
from wfhserver.storage.postgres import login_attempts, setup_code, users
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.tokens import hash_of, new_setup_code, plain_setup_code

CODE_LENGTH: Final = timedelta(hours=24)
COMMAND: Final = "wfhserver setup-code"
_SUBJECT: Final = "setup:"
_OF_ADDRESS: Final = AttemptLimit(5, ATTEMPT_RETENTION, grows=True)


class FirstAdmin(msgspec.Struct, frozen=True):
    """What the first administrator fills in."""

    code: str
    username: str
    password: str


class SetupCode(msgspec.Struct, frozen=True):
    """A new code; only its hash is stored."""

    code: str
    expires_at: datetime


async def new_code(connection: AnyConnection, actor: str, now: datetime) -> SetupCode | None:
    """Return a new code, on record, which replaces the last one; None where accounts exist.

    It also ends the wait after wrong codes.
    """
    made = SetupCode(new_setup_code(), now + CODE_LENGTH)
    async with connection.transaction():
        if await users.has_any(connection):
            return None
        await setup_code.replace(connection, _hash_of(made.code), made.expires_at)
        await login_attempts.forget(connection, _SUBJECT)
        await record(connection, Entry(actor=actor, action="setup_code.create"), now)
    return made


class FirstRun:
    """Creates the first administrator."""

    def __init__(
        self, database: Database, clock: Clock, passwords: Passwords, sessions: Sessions
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._sessions = sessions

    async def is_needed(self) -> bool:
        """Tell whether there is no account yet."""
        async with self._database.connection() as connection:
            return not await users.has_any(connection)

    async def create(self, given: FirstAdmin, address: str, browser: str | None) -> SignedIn:
        """Create the first administrator and begin a session.

        Refusal `conflict` where accounts exist, `invalid_field` for a wrong or expired code,
        `too_many_logins`. Of two at once, one wins.
        """
        now, subject = self._clock.now(), f"{_SUBJECT}{address}"
        async with self._database.transaction() as connection:
            await self._check_needed(connection)
            await count(connection, {subject: _OF_ADDRESS}, now, end_wait=COMMAND)
        async with self._database.transaction() as connection:
            await self._check_code(connection, given.code, now)
        name = stored_name(given.username, field="username")
        # It takes 64 MiB: only for somebody who has the code.
        hashed = await self._passwords.hash(given.password)
        async with self._database.transaction() as connection:
            await self._check_code(connection, given.code, now)
            await setup_code.delete(connection)
            await login_attempts.forget(connection, _SUBJECT)
            user = await self._add(connection, name, hashed, now)
            return await self._sessions.begin(connection, user, browser=browser)

    async def _add(
        self, connection: AnyConnection, name: str, password_hash: str, now: datetime
    ) -> User:
        actor = f"user:{name}"
        await record(connection, Entry(actor=actor, action="setup_code.use"), now)
        changes = UserChanges(connection, actor=actor, at=now)
        await changes.add(name, password_hash, Role.ADMIN)
        (account,) = await users.list_all(connection)
        return User(account.user_id, account.username, account.role)

    async def _check_needed(self, connection: AnyConnection) -> None:
        if await users.has_any(connection):
            raise Refusal(
                Code.CONFLICT,
                "This server has an account already, and setup codes no longer work. Sign in, or"
                " ask an administrator for an invitation.",
            )

    async def _check_code(self, connection: AnyConnection, code: str, now: datetime) -> None:
        """Refuse a code that does not open; holds one that does until the commit."""
        expires_at = await setup_code.expiry(connection, _hash_of(code))
        # After the lock: whoever held it has created the account.
        await self._check_needed(connection)
        if expires_at is None:
            raise Refusal(
                Code.INVALID_FIELD,
                "The setup code is wrong, or a newer one has replaced it. Enter the newest one,"
                f" or print another with `{COMMAND}`.",
                field="code",
            )
        if expires_at <= now:
            raise Refusal(
                Code.INVALID_FIELD,
                f"The setup code has expired. Print a new one with `{COMMAND}`.",
                field="code",
            )


def _hash_of(code: str) -> bytes:
    return hash_of(plain_setup_code(code))
