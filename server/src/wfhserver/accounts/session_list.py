"""The sessions of a user, as they are listed and ended; no address is stored."""

from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.models.users import SessionInfo, User
from wfhserver.storage.postgres import sessions, users
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.tokens import hash_of


class SessionList:
    """What users see of their sessions, and administrators of those of others."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def own(self, user: User, token: str) -> list[SessionInfo]:
        """Return the sessions of *user*, the newest first; *token* is that of the current one."""
        async with self._database.connection() as connection:
            now = self._clock.now()
            return await sessions.list_of(connection, user.user_id, hash_of(token), now)

    async def of(self, user_id: int) -> list[SessionInfo]:
        """Return the sessions of any user; Refusal when there is no such user."""
        async with self._database.connection() as connection:
            await _name_of(connection, user_id)
            return await sessions.list_of(connection, user_id, b"", self._clock.now())

    async def end_own(self, user: User, session_id: str) -> None:
        """End one session of *user*, on record; Refusal when it has ended."""
        async with self._database.transaction() as connection:
            if not await sessions.end_one(connection, user.user_id, session_id):
                raise Refusal(Code.NOT_FOUND, "This session has ended already.")
            await self._record(connection, user, user.username, 1)

    async def end_others(self, user: User, token: str) -> int:
        """End every session of *user* but the current one, on record; return how many."""
        async with self._database.transaction() as connection:
            ended = await sessions.end_others(connection, user.user_id, hash_of(token))
            await self._record(connection, user, user.username, ended)
        return ended

    async def end_all(self, admin: User, user_id: int) -> int:
        """End every session of a user, on record; return how many."""
        async with self._database.transaction() as connection:
            name = await _name_of(connection, user_id)
            ended = await sessions.end_others(connection, user_id, b"")
            await self._record(connection, admin, name, ended)
        return ended

    async def _record(self, connection: AnyConnection, by: User, name: str, ended: int) -> None:
        details = {"user": name, "sessions": ended}
        entry = Entry(actor=by.actor, action="session.end", details=details)
        await record(connection, entry, self._clock.now())


async def _name_of(connection: AnyConnection, user_id: int) -> str:
    account = await users.find_account(connection, user_id)
    if account is None:
        raise Refusal(Code.NOT_FOUND, "User not found.")
    return account.username
