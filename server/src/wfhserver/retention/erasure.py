"""Erases what is recorded of one employee, and certifies it: GDPR, article 17."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import msgspec

from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.retention.erasure_left import StoredRemains, database_files, what_is_left
from wfhserver.screenshots.store import ScreenshotStore, is_key, thumbnail_key
from wfhserver.storage.postgres import (
    audit,
    employee_data,
    erased_blocks,
    erasure,
    export_jobs,
)
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.erasure import ErasedPerson

_WITHDRAWN = "Data of somebody in it was erased. Begin the export again."


class ErasureResult(msgspec.Struct, frozen=True, kw_only=True):
    """What was erased. Its hash is on record, and cannot be guessed from a name: *nonce*."""

    employee_id: int
    username: str
    further_usernames: list[str] = []
    erased_at: datetime
    erased_by: str
    counts: dict[str, int]
    not_erased: list[str]
    nonce: str


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """*sha256* is the hash of *erased* as JSON; the row of the audit holds the same.

    *database_files* says what became of the rows in PostgreSQL's files, after they were deleted.
    """

    erased: ErasureResult
    database_files: str
    sha256: str
    audit_number: int
    audit_hash: str


class Erasure:
    """Erases by *actor* (`cli:root`)."""

    def __init__(
        self,
        database: Database,
        store: ScreenshotStore,
        clock: Clock,
        *,
        actor: str,
        audit_days: int = 365,
    ) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._actor = actor
        self._audit_days = audit_days

    async def erase(self, employee_id: int) -> Certificate:
        """Erase; Refusal when there is no such employee, or a legal hold.

        Can be repeated after a kill: as long as rows stand, the employee does.
        """
        async with self._database.transaction() as connection:
            await self._check(connection, employee_id)
            agents = await erasure.revoke_agents(connection, employee_id, self._clock.now())
            await self._record(connection, "employee.erase_begin", employee_id, revoked=len(agents))
        certificate = await self._erase(employee_id)
        is_clean = await erasure.vacuum(self._database)
        files = database_files(self._clock.now(), is_clean=is_clean)
        return msgspec.structs.replace(certificate, database_files=files)

    async def _erase(self, employee_id: int) -> Certificate:
        async with self._database.transaction() as connection:
            person = await self._check(connection, employee_id)
            agents = await erasure.lock_agents(connection, employee_id)
            keys = list(await employee_data.screenshots(connection, employee_id))
            # Files first: a kill after the rows would leave screenshots without a name.
            await self._delete_files(keys)
            block_id = await erased_blocks.keep(connection, employee_id, person.names)
            rows = await erasure.delete_rows(connection, employee_id, person, agents)
            rows["exports"] = await self._withdraw_exports(connection, employee_id)
            erased = ErasureResult(
                employee_id=employee_id,
                username=person.username,
                further_usernames=person.further_usernames,
                erased_at=self._clock.now(),
                erased_by=self._actor,
                counts={**rows, "screenshots": len(keys)},
                not_erased=await self._left(connection, employee_id, person, block_id),
                nonce=secrets.token_hex(16),
            )
            return await self._certified(connection, erased)

    async def _withdraw_exports(self, connection: AnyConnection, employee_id: int) -> int:
        # Last of the rows: an export that begins now waits for the end, and finds nothing.
        files = await export_jobs.withdraw(connection, employee_id, _WITHDRAWN)
        for key in filter(None, files):
            await self._store.delete(key)
        return len(files)

    async def _check(self, connection: AnyConnection, employee_id: int) -> ErasedPerson:
        person = await erasure.lock(connection, employee_id)
        if person is None:
            raise Refusal(Code.NOT_FOUND, "No employee with this number was found.")
        hold = await erasure.hold_of(connection, employee_id)
        if hold is not None:
            raise Refusal(
                Code.CONFLICT,
                f"A legal hold of {hold.by} is on this employee since"
                f" {hold.since:%Y-%m-%d}. Nothing was erased; release it first.",
            )
        return person

    async def _delete_files(self, keys: list[str]) -> None:
        for key in keys:
            if is_key(key):
                await self._store.delete(key)
                await self._store.delete(thumbnail_key(key))

    async def _left(
        self,
        connection: AnyConnection,
        employee_id: int,
        person: ErasedPerson,
        block_id: int | None,
    ) -> list[str]:
        stored = StoredRemains(
            audit=await erasure.audit_left(connection, person),
            exports=await erasure.exports(connection, person),
            is_user=await erasure.is_user(connection, person),
            block_id=block_id,
        )
        period = timedelta(days=self._audit_days)
        return what_is_left(employee_id, self._clock.now(), period, stored)

    async def _certified(self, connection: AnyConnection, erased: ErasureResult) -> Certificate:
        sha256 = hashlib.sha256(msgspec.json.encode(erased)).hexdigest()
        number = await self._record(
            connection, "employee.erase", erased.employee_id, counts=erased.counts, sha256=sha256
        )
        hashed = await audit.hash_of(connection, number) or b""
        return Certificate(
            erased=erased,
            database_files="",
            sha256=sha256,
            audit_number=number,
            audit_hash=hashed.hex(),
        )

    async def _record(
        self, connection: AnyConnection, action: str, employee_id: int, **details: Any
    ) -> int:
        entry = Entry(actor=self._actor, action=action, employee_ids=[employee_id], details=details)
        return await record(connection, entry, self._clock.now())


def text_of(certificate: Certificate) -> str:
    """Return *certificate* as a page for people."""
    erased = certificate.erased
    counts = "\n".join(f"  {count:>10,}  {what}" for what, count in erased.counts.items())
    names = ", ".join([erased.username, *erased.further_usernames])
    left = "\n".join(f"  - {each}" for each in erased.not_erased)
    return f"""\
Certificate of erasure

What was recorded of {names} (number {erased.employee_id}) was erased on
{erased.erased_at:%Y-%m-%d %H:%M:%S} UTC by {erased.erased_by}.

Erased, with all their thumbnails:
{counts}

What remains, where, and until when:
{left}
  - {certificate.database_files}

Row {certificate.audit_number} of the audit holds the hash of the part `erased` of the JSON:
  {certificate.sha256}
To check that the row is still as it was written:
  wfhserver audit verify --expect {certificate.audit_number}:{certificate.audit_hash}
"""
