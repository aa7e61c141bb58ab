"""Forgets: whole days, the files with the rows, and what neither side knows of the other."""

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta

from wfhserver.days import ONE_DAY, Calendar
from wfhserver.errors import WfhserverError
from wfhserver.screenshots.store import (
    ScreenshotStore,
    is_thumbnail,
    screenshot_of,
    thumbnail_key,
)
from wfhserver.service.audit import remove_before
from wfhserver.service.sign_in_limits import ATTEMPTS_KEPT
from wfhserver.storage.interface import TEST_LOG_PERIOD
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.retention import PostgresRetention

log = logging.getLogger(__name__)

# A file is written before its row; this is far longer than the moment between them.
_ORPHAN_AGE = timedelta(hours=1)
_PERIOD_SECONDS = 3600.0
# Today and those ahead.
_NEWEST_DAYS = 4


@dataclass(kw_only=True, slots=True)
class RetentionResult:
    """What was done, or with *dry_run* what would be.

    *done* is false when another worker was at it and nothing was looked at.
    *rows_without_file* are logs whose screenshot is gone; they are told, not changed.
    *released_rows_deleted* were kept by a legal hold that has ended. *machine_facts_deleted* are
    machines whose last heartbeat is too old; that they are silent stays known.
    """

    dry_run: bool
    done: bool = False
    partitions_made: int = 0
    partitions_dropped: int = 0
    partitions_postponed: int = 0
    missed_rows_deleted: int = 0
    test_logs_deleted: int = 0
    released_rows_deleted: int = 0
    machine_facts_deleted: int = 0
    audit_rows_deleted: int = 0
    sessions_deleted: int = 0
    login_attempts_deleted: int = 0
    screenshot_days_deleted: int = 0
    screenshots_deleted: int = 0
    thumbnails_deleted: int = 0
    orphan_files_deleted: int = 0
    rows_without_file: int = 0


def counts_of(result: RetentionResult) -> dict[str, int]:
    """Return the numbers of *result* by their names."""
    return {name: count for name, count in asdict(result).items() if type(count) is int}


class Retention:
    """One worker at a time keeps what is kept, and nothing else.

    Every step can be repeated: whatever a run leaves when it is killed, the next one does.
    """

    def __init__(
        self,
        begin: Callable[[], AbstractAsyncContextManager[PostgresRetention | None]],
        store: ScreenshotStore,
        calendar: Calendar,
        *,
        audit_days: int,
    ) -> None:
        self._begin = begin
        self._store = store
        self._calendar = calendar
        self.audit_days = audit_days

    async def run(
        self, *, dry_run: bool = False, sweep: frozenset[date] | None = None
    ) -> RetentionResult:
        """Make partitions ahead, forget what is too old, sweep the orphans.

        *sweep* says of which days the orphans are swept; without it of all.
        """
        result, started = RetentionResult(dry_run=dry_run), self._calendar.clock.now()
        async with self._begin() as steps:
            if steps is not None:
                result.done = True
                if not dry_run:
                    days = self._calendar.partition_days()
                    result.partitions_made = await steps.make_partitions(days)
                await self._forget_days(steps, result)
                await self._delete_test_logs(steps, result)
                await self._forget_rows(steps, result)
                await self._sweep(steps, result, sweep)
                if not dry_run:
                    ended = self._calendar.clock.now()
                    await steps.note_run(started, ended, counts_of(result))
        return result

    async def run_hourly(self, heard: Callable[[RetentionResult], None]) -> None:
        """Run now and then once an hour, until cancelled; *heard* is told of every whole run."""
        while True:
            try:
                result = await self.run(sweep=self._days_of_this_hour())
                log.info("Retention: %s", result)
                if result.done:
                    heard(result)
            except (WfhserverError, OSError) as error:
                log.warning("Retention could not run and will be tried again: %s", error)
            await self._calendar.clock.sleep(_PERIOD_SECONDS)

    async def _forget_days(self, steps: PostgresRetention, result: RetentionResult) -> None:
        oldest, dry_run = self._calendar.oldest_kept(), result.dry_run
        old = await steps.partitions_before(oldest)
        postponed = [] if dry_run else await steps.drop(old)
        result.partitions_dropped = len(old) - len(postponed)
        result.partitions_postponed = len(postponed)
        result.missed_rows_deleted = await steps.forget_missed(oldest, dry_run=dry_run)
        result.released_rows_deleted = await steps.forget_released(oldest, dry_run=dry_run)
        result.machine_facts_deleted = await steps.forget_facts(oldest, dry_run=dry_run)
        # Rows first: as long as a row stands, its file does.
        standing = await steps.paths_before(oldest, held_only=dry_run)
        for day in await self._store.days():
            if day < oldest:
                await self._forget_files(day, standing.get(day, set()), result)

    async def _forget_files(self, day: date, named: set[str], result: RetentionResult) -> None:
        async for file in self._store.files(day):
            if screenshot_of(file.key) in named:
                continue
            if is_thumbnail(file.key):
                result.thumbnails_deleted += 1
            else:
                result.screenshots_deleted += 1
            if named and not result.dry_run:
                await self._store.delete(file.key)
        result.screenshot_days_deleted += not named
        if not named and not result.dry_run:
            await self._store.delete_day(day)

    async def _delete_test_logs(self, steps: PostgresRetention, result: RetentionResult) -> None:
        before = self._calendar.clock.now() - TEST_LOG_PERIOD
        if result.dry_run:
            result.test_logs_deleted = await steps.test_logs_before(before)
            return
        # Rows first, as everywhere. What a run leaves when it is killed here, the sweep takes.
        deleted = await steps.delete_test_logs(before)
        result.test_logs_deleted = len(deleted)
        for key in filter(None, deleted):
            await self._store.delete(key)
            await self._store.delete(thumbnail_key(key))

    async def _forget_rows(self, steps: PostgresRetention, result: RetentionResult) -> None:
        now, dry_run = self._calendar.clock.now(), result.dry_run
        # Whole days: what goes is on record, and once a day is often enough for that.
        before = datetime.combine((now - timedelta(days=self.audit_days)).date(), time(), UTC)

        async def remove(connection: AnyConnection, moment: datetime) -> int:
            return await remove_before(connection, moment, now)

        result.audit_rows_deleted = await steps.forget_audit(before, None if dry_run else remove)
        result.sessions_deleted = await steps.forget_sessions(now, dry_run=dry_run)
        result.login_attempts_deleted = await steps.forget_attempts(
            now - ATTEMPTS_KEPT, dry_run=dry_run
        )

    def _days_of_this_hour(self) -> frozenset[date]:
        """Return the newest days, and each hour another one: to look at all takes a day or two.

        A day of a large company has some hundred thousand files, and a bucket charges for a list.
        """
        kept = self._calendar.partition_days()
        hour = int(self._calendar.clock.now().timestamp() // _PERIOD_SECONDS)
        yesterday = self._calendar.today() - ONE_DAY
        return frozenset((yesterday, *kept[-_NEWEST_DAYS:], kept[hour % len(kept)]))

    async def _sweep(
        self, steps: PostgresRetention, result: RetentionResult, wanted: frozenset[date] | None
    ) -> None:
        oldest = self._calendar.oldest_kept()
        days = {*await self._store.days(), *await steps.screenshot_days()}
        if wanted is not None:
            days &= wanted
        for day in sorted(day for day in days if day >= oldest):
            # Rows first: a log that arrives in between then only looks like an orphan, and is
            # too young to be swept.
            named = await steps.screenshot_paths(day)
            await self._sweep_day(day, named, result)

    async def _sweep_day(self, day: date, named: set[str], result: RetentionResult) -> None:
        latest = self._calendar.clock.now() - _ORPHAN_AGE
        missing = set(named)
        async for file in self._store.files(day):
            missing.discard(file.key)
            if screenshot_of(file.key) not in named and file.modified_at < latest:
                result.orphan_files_deleted += 1
                if not result.dry_run:
                    await self._store.delete(file.key)
        result.rows_without_file += len(missing)
