"""Keys with which programs act for the user who made them; made and revoked on record."""

from datetime import datetime, timedelta

from wfhserver.audit.log import Entry, record
from wfhserver.errors import Code, Refusal
from wfhserver.names import stored_name
from wfhserver.storage.postgres import api_keys
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.tokens import hash_of, new_api_key
from wfhserver.users import Scope, User


class ApiKeys:
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
                raise Refusal(Code.NOT_FOUND, "There is no such key.")
            await self._record("api_key.revoke", key=key_id, label=label)

    async def _record(self, action: str, **details: str | int) -> None:
        entry = Entry(actor=self._user.actor, action=action, details=details)
        await record(self._connection, entry, self._at)
