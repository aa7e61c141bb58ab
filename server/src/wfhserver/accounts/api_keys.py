"""Keys with which programs act for the user who made them; made and revoked on record."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.models.users import ApiKey, Scope, User
from wfhserver.names import stored_name
from wfhserver.storage.postgres import api_keys
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.tokens import hash_of, new_api_key


class ApiKeys:
    """API keys as administrators see and change them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self) -> list[ApiKey]:
        """Return every key, without itself: only its hash is kept."""
        async with self._database.connection() as connection:
            return await api_keys.list_keys(connection)

    @asynccontextmanager
    async def changes_by(self, admin: User) -> AsyncIterator["ApiKeyChanges"]:
        """Lend a connection for changes by *admin*."""
        async with self._database.connection() as connection:
            yield ApiKeyChanges(connection, admin, at=self._clock.now())


class ApiKeyChanges:
    """Changes by *user* at *at*, over one connection."""

    def __init__(self, connection: AnyConnection, user: User, *, at: datetime) -> None:
        self._connection = connection
        self._user = user
        self._at = at

    async def create(self, label: str, scope: Scope, *, days: int) -> tuple[int, str]:
        """Make a key; return its number and itself, which is kept nowhere."""
        key, label = new_api_key(), stored_name(label, field="label")
        lifetime = (self._at, self._at + timedelta(days=days))
        async with self._connection.transaction():
            number = await api_keys.add(
                self._connection,
                hash_of(key),
                self._user,
                label=label,
                scope=scope,
                lifetime=lifetime,
            )
            await self._record("api_key.create", key=number, label=label, scope=scope)
        return number, key

    async def revoke(self, key_id: int) -> None:
        """Revoke a key; Refusal when there is no such."""
        async with self._connection.transaction():
            label = await api_keys.revoke(self._connection, key_id, self._at)
            if label is None:
                raise Refusal(Code.NOT_FOUND, "API key not found.")
            await self._record("api_key.revoke", key=key_id, label=label)

    async def _record(self, action: str, **details: str | int) -> None:
        entry = Entry(actor=self._user.actor, action=action, details=details)
        await record(self._connection, entry, self._at)
