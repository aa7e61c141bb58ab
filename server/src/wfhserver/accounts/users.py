"""Who may sign in, and what an administrator changes; each change and its row of audit are one
transaction.
"""

from datetime import datetime
from typing import Any

import msgspec

from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.models.users import Role, User, UserAccount
from wfhserver.names import stored_name
from wfhserver.storage.postgres import (
    account_links,
    api_keys,
    known_devices,
    login_attempts,
    second_factor,
    sessions,
    users,
)
from wfhserver.storage.postgres.connection import AnyConnection, Database


class Users:
    """Users as administrators see and change them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self) -> list[UserAccount]:
        """Return every user in the order of the names."""
        async with self._database.connection() as connection:
            links = await users.open_links(connection, self._clock.now())
            listed = await users.list_all(connection)
        return [
            msgspec.structs.replace(user, link_expires_at=links.get(user.user_id))
            for user in listed
        ]

    async def add(self, admin: User, username: str, password_hash: str, role: Role) -> UserAccount:
        """Add a user; Refusal when the name is taken or cannot be one."""
        async with self._database.connection() as connection:
            changes = UserChanges(connection, actor=admin.actor, at=self._clock.now())
            stored = await changes.add(username, password_hash, role)
            found = await users.find(connection, stored)
        return _existing(None if found is None else found.account)

    async def change(
        self,
        admin: User,
        user_id: int,
        *,
        role: Role | None,
        password_hash: str | None,
        disabled: bool | None,
    ) -> UserAccount:
        """Change what is not None; Refusal when there is no such user."""
        async with self._database.transaction() as connection:
            name = _existing(await users.find_account(connection, user_id)).username
            changes = UserChanges(connection, actor=admin.actor, at=self._clock.now())
            if role is not None:
                await changes.set_role(name, role)
            if password_hash is not None:
                await changes.set_password(name, password_hash)
            if disabled is not None:
                await changes.set_disabled(name, disabled=disabled)
            return _existing(await users.find_account(connection, user_id))


class UserChanges:
    """Changes by *actor* (`user:alice`, `cli:root`) at *at*, over one connection."""

    def __init__(self, connection: AnyConnection, *, actor: str, at: datetime) -> None:
        self._connection = connection
        self._actor = actor
        self._at = at

    async def add(
        self, username: str, password_hash: str, role: Role, *, action: str = "user.add"
    ) -> str:
        """Add a user; return the name as stored. Refusal when it is taken or cannot be one.

        *action* is what is put on record.
        """
        username = stored_name(username, field="username")
        async with self._connection.transaction():
            added = await users.add(self._connection, username, password_hash, role, self._at)
            if added is None:
                raise Refusal(
                    Code.CONFLICT, f"A user named {username} already exists. Choose another name."
                )
            await self._record(action, username, role=role)
        return username

    async def set_password(
        self, username: str, password_hash: str, *, action: str = "user.set_password"
    ) -> None:
        """Replace the password, end sessions, links and API keys; *action* is put on record.

        Refusal when there is no such user.
        """
        async with self._connection.transaction():
            user_id = await users.set_password(self._connection, username, password_hash)
            revoked = await self._end_access(_require(user_id, username))
            await self._record(action, username, api_keys_revoked=revoked)

    async def remove_second_factor(self, username: str) -> None:
        """Remove the second factor of somebody who lost it; Refusal when there is no such user."""
        async with self._connection.transaction():
            account = await self._account(username)
            await second_factor.end(self._connection, account.user_id)
            await self._record("user.remove_second_factor", username)

    async def set_role(self, username: str, role: Role) -> None:
        """Replace the role; Refusal when there is no such user."""
        async with self._connection.transaction():
            _require(await users.set_role(self._connection, username, role), username)
            await self._check_admins()
            await self._record("user.set_role", username, role=role)

    async def set_disabled(self, username: str, *, disabled: bool) -> None:
        """Disable, which ends sessions and API keys, or enable; Refusal when there is no such user.

        Keys stay revoked when the user is enabled again.
        """
        async with self._connection.transaction():
            moment = self._at if disabled else None
            user_id = await users.set_disabled(self._connection, username, moment)
            revoked = await self._end_access(_require(user_id, username))
            if disabled:
                await self._check_admins()
            action = "user.disable" if disabled else "user.enable"
            await self._record(action, username, api_keys_revoked=revoked)

    async def end_access(self, username: str, why: str) -> None:
        """End what somebody still has open, on record; Refusal when there is no such user."""
        async with self._connection.transaction():
            account = await self._account(username)
            revoked = await self._end_access(account.user_id)
            await self._record("session.refuse", username, why=why, api_keys_revoked=revoked)

    async def unlock(self, username: str) -> None:
        """Forget failed attempts to sign in; Refusal when there is no such user."""
        async with self._connection.transaction():
            account = await self._account(username)
            await login_attempts.unlock(self._connection, account.username)
            await self._record("user.unlock", username)

    async def _account(self, username: str) -> UserAccount:
        found = await users.find(self._connection, username)
        if found is None:
            raise _unknown(username)
        return found.account

    async def _end_access(self, user_id: int) -> int:
        await sessions.end_all(self._connection, user_id)
        await known_devices.end_all(self._connection, user_id)
        await account_links.end_open(self._connection, user_id)
        return await api_keys.revoke_all(self._connection, user_id, self._at)

    async def _check_admins(self) -> None:
        """Refuse, and so undo, a change that leaves nobody who could undo it."""
        if not await users.has_admin(self._connection):
            raise Refusal(
                Code.CONFLICT, "This is the last administrator. Create another one first."
            )

    async def _record(self, action: str, username: str, **details: Any) -> None:
        entry = Entry(actor=self._actor, action=action, details={"user": username, **details})
        await record(self._connection, entry, self._at)


def _existing(account: UserAccount | None) -> UserAccount:
    if account is None:
        raise Refusal(Code.NOT_FOUND, "User not found.")
    return account


def _require(user_id: int | None, username: str) -> int:
    if user_id is None:
        raise _unknown(username)
    return user_id


def _unknown(username: str) -> Refusal:
    return Refusal(Code.NOT_FOUND, f"User {username!r} not found. See `wfhserver users list`.")
