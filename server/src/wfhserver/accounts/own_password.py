"""How users change their own password."""

from typing import Final

from wfhserver.accounts.passwords import Passwords
from wfhserver.accounts.sign_in_limits import AttemptLimit, count
from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.models.users import User
from wfhserver.storage.postgres import account_links, login_attempts, sessions, users
from wfhserver.storage.postgres.connection import Database
from wfhserver.tokens import hash_of

_ATTEMPTS: Final = AttemptLimit(5)


class OwnPassword:
    """Changes the password of somebody who is signed in and knows the current one."""

    def __init__(self, database: Database, clock: Clock, passwords: Passwords) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords

    async def is_company(self, user: User) -> bool:
        """Tell whether *user* signs in with a company account, and so has no password here."""
        async with self._database.connection() as connection:
            account = await users.find_account(connection, user.user_id)
        return account is not None and account.is_company

    async def change(self, user: User, session_token: str, current: str, new: str) -> int:
        """Replace the password, end the other sessions, and return how many; on record.

        Refusal `conflict` for a company account, `invalid_field` for a wrong current password,
        `too_many_logins`. API keys stay: programs do not stop because a person changes a password.
        """
        now, subject = self._clock.now(), f"password:{user.username}"
        async with self._database.transaction() as connection:
            row = await users.find(connection, user.username)
            if row is None or row.account.is_company:
                raise Refusal(
                    Code.CONFLICT,
                    "You sign in with your company account. Change the password there.",
                )
            await count(connection, {subject: _ATTEMPTS}, now)
        if not await self._passwords.matches(row.password_hash, current):
            raise Refusal(Code.INVALID_FIELD, "The current password is wrong.", field="current")
        hashed = await self._passwords.hash(new)
        async with self._database.transaction() as connection:
            await login_attempts.forget(connection, subject)
            await users.set_password(connection, row.account.username, hashed)
            await account_links.end_open(connection, user.user_id)
            ended = await sessions.end_others(connection, user.user_id, hash_of(session_token))
            entry = Entry(
                actor=user.actor, action="user.change_password", details={"sessions_ended": ended}
            )
            await record(connection, entry, now)
        return ended
