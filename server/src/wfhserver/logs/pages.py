"""Pages of detailed logs and of missed slots. Each view is recorded before anything is shown."""

from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import Any, Final

import msgspec

from wfhserver.audit.log import Audit, Entry
from wfhserver.days import RetentionCalendar
from wfhserver.errors import Code, Refusal
from wfhserver.logs.entries import LogEntry, StoredRow, entry_of, log_entry
from wfhserver.logs.filters import LogQuery, filter_of
from wfhserver.logs.ids import log_id_of, read_log_id
from wfhserver.logs.log_facts import LogFact, declared_facts, facts_of
from wfhserver.models.urls import Urls
from wfhserver.models.users import Role, User
from wfhserver.paging import page_token, read_token
from wfhserver.payload import utc
from wfhserver.storage.postgres import log_pages
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.log_pages import (
    LogFilter,
    LogKey,
    StoredLogDetail,
)

PAGE_LIMIT: Final = 200
# An employee sees all of their own data, and who else has seen it.
SELF: Final = User(user_id=0, username="", role=Role.AUDITOR)

_FACTS = msgspec.json.Decoder(dict[str, Any])


class LogKindFilter(StrEnum):
    """Which of the two are asked for."""

    LOG = "log"
    MISSED = "missed"
    ANY = "any"


class LogDetail(LogEntry, frozen=True, kw_only=True):
    """Everything of one log; *older* and *newer* name the same employee's next ones.

    *extra* are all facts of plugins, and *declared* those that the device still declares.
    """

    extra: dict[str, Any]
    declared: list[LogFact]
    sha256: str | None
    older: str | None
    newer: str | None


class LogPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page, newest first; *next_page* is null behind the last one.

    *count* is how many rows match; null on later pages, and where they are more than 1000.
    """

    first: date = msgspec.field(name="from")
    last: date = msgspec.field(name="to")
    rows: list[LogEntry]
    next_page: str | None
    count: int | None


class PageRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Which page: the newest rows, or those that *token* names; *reason* goes on record."""

    kinds: LogKindFilter
    token: str | None
    limit: int
    reason: str | None


class LogPages:
    """Shows logs to the users who may see them."""

    def __init__(
        self, database: Database, audit: Audit, calendar: RetentionCalendar, urls: Urls
    ) -> None:
        self._database = database
        self._audit = audit
        self._calendar = calendar
        self._urls = urls

    async def page(self, user: User, query: LogQuery, which: PageRequest) -> LogPage:
        """Return a page; Refusal for filters that cannot be."""
        below, limit = read_token(which.token, LogKey), which.limit
        if below is not None:
            utc(below.timestamp, field="page")
        async with self._database.transaction() as connection:
            wanted = await filter_of(connection, user, query, self._calendar)
            found = await rows_of(connection, wanted, which.kinds, below, limit + 1)
            shown = found[:limit]
            facts = await facts_of(connection, shown, query.fact)
            # A short first page is all there is.
            count = len(found) if below is None else None
            if count is not None and count > limit:
                count = await _count(connection, wanted, which.kinds)
        audit_id = await self._record_list(user, query, shown, which.reason)
        last = shown[-1].key if len(found) > limit else None
        return LogPage(
            first=wanted.first,
            last=wanted.last,
            rows=[entry_of(row, self._urls.logs, audit_id, facts.get(row.key)) for row in shown],
            next_page=None if last is None else page_token(last),
            count=count,
        )

    async def one(self, user: User, log_id: str, reason: str | None) -> LogDetail:
        """Return a log with everything of it; Refusal `not_found` says why it may be gone."""
        row = await self.find(user, log_id)
        audit_id = await self._audit.record(
            Entry(
                actor=user.actor,
                action="log.view",
                employee_ids=[row.employee_id],
                reason=reason,
                details={"log": log_id},
            )
        )
        entry = log_entry(row, self._urls.logs, audit_id)
        return await self._detail(row, entry, with_tests=user.sees_test_logs)

    async def _detail(
        self, row: StoredLogDetail, entry: LogEntry, *, with_tests: bool
    ) -> LogDetail:
        async with self._database.connection() as connection:
            older, newer = await log_pages.neighbors(
                connection, row.employee_id, row.key, with_tests=with_tests
            )
            declared = await declared_facts(connection, row, entry.absent)
        return LogDetail(
            **msgspec.structs.asdict(entry),
            extra=_FACTS.decode(row.extra),
            declared=declared,
            sha256=row.sha256,
            older=None if older is None else log_id_of(older),
            newer=None if newer is None else log_id_of(newer),
        )

    async def own(self, employee_id: int, log_id: str) -> LogDetail:
        """Return a log of the signed-in employee; viewing their own data is not audited."""
        row = await self.find_own(employee_id, log_id)
        return await self._detail(row, log_entry(row, self._urls.own_logs, None), with_tests=True)

    async def find_own(self, employee_id: int, log_id: str) -> StoredLogDetail:
        """Return the row of a log of that employee; Refusal `not_found` for all others."""
        return await self._find(SELF, log_id, employee_id)

    async def find(self, user: User, log_id: str) -> StoredLogDetail:
        """Return the row of a log that the user may see, without a word to the audit."""
        return await self._find(user, log_id, None)

    async def _find(self, user: User, log_id: str, employee_id: int | None) -> StoredLogDetail:
        key = read_log_id(log_id)
        async with self._database.connection() as connection:
            row = await log_pages.one(
                connection, user.sees_teams_of, key, with_tests=user.sees_test_logs
            )
        if row is not None and employee_id in (None, row.employee_id):
            return row
        if key.workday < self._calendar.oldest_kept():
            raise Refusal(
                Code.NOT_FOUND,
                f"Logs of {key.workday} were deleted: days are kept for"
                f" {self._calendar.retention_days} days.",
            )
        raise Refusal(
            Code.NOT_FOUND,
            "Log not found among those that you can see. It may have been deleted.",
        )

    async def _record_list(
        self, user: User, query: LogQuery, rows: list[StoredRow], reason: str | None
    ) -> int | None:
        if not rows:
            return None
        people = [row.employee_id for row in rows]
        return await self._audit.record(
            Entry(
                actor=user.actor,
                action="log.list",
                employee_ids=people,
                reason=reason,
                details={**query.audit_details(people), "rows": len(rows)},
            )
        )


async def rows_of(
    connection: AnyConnection,
    wanted: LogFilter,
    kinds: LogKindFilter,
    below: LogKey | None,
    limit: int,
) -> list[StoredRow]:
    """Return at most *limit* rows of the kinds that are asked for, newest first."""
    rows: list[StoredRow] = []
    if kinds is not LogKindFilter.MISSED:
        rows += await log_pages.page(connection, wanted, below, limit)
    if _with_missed(wanted, kinds):
        rows += await log_pages.missed_page(connection, wanted, below, limit)
        rows.sort(key=attrgetter("key"), reverse=True)
    return rows[:limit]


def _with_missed(wanted: LogFilter, kinds: LogKindFilter) -> bool:
    return kinds is not LogKindFilter.LOG and not wanted.excludes_missed


async def _count(connection: AnyConnection, wanted: LogFilter, kinds: LogKindFilter) -> int | None:
    """Return how many rows there are; None of more than can be counted quickly."""
    found = await log_pages.count(
        connection,
        wanted,
        logs=kinds is not LogKindFilter.MISSED,
        missed=_with_missed(wanted, kinds),
    )
    return found if found <= log_pages.COUNT_LIMIT else None
