"""Forgets: whole days, the files with the rows, and what neither side knows of the other."""

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from wfhserver.days import Calendar
from wfhserver.errors import WfhserverError
from wfhserver.screenshots.store import ScreenshotStore, is_thumbnail, thumbnail_key
from wfhserver.storage.postgres.retention import PostgresRetention

log = logging.getLogger(__name__)

# A file is written before its row; this is far longer than the moment between them.
_ORPHAN_AGE = timedelta(hours=1)
_PERIOD_SECONDS = 3600.0


@dataclass(kw_only=True, slots=True)
class RetentionResult:
    """What was done, or with *dry_run* what would be.

    *done* is false when another worker was at it and nothing was looked at.
    *rows_without_file* are logs whose screenshot is gone; they are told, not changed.
    """

    dry_run: bool
    done: bool = False
    partitions_made: int = 0
    partitions_dropped: int = 0
    partitions_postponed: int = 0
    missed_rows_deleted: int = 0
    screenshot_days_deleted: int = 0
    screenshots_deleted: int = 0
    thumbnails_deleted: int = 0
    orphan_files_deleted: int = 0
    rows_without_file: int = 0


def counts_of(result: RetentionResult) -> dict[str, int]:
    """Return the numbers of *result* by their names."""
    return {name: count for name, count in asdict(result).items() if type(count) is int}


class Retention:
    """One worker at a time keeps the days that are kept, and no other."""

    def __init__(
        self,
        begin: Callable[[], AbstractAsyncContextManager[PostgresRetention | None]],
        store: ScreenshotStore,
        calendar: Calendar,
    ) -> None:
        self._begin = begin
        self._store = store
        self._calendar = calendar

    async def run(self, *, dry_run: bool = False) -> RetentionResult:
        """Make partitions ahead, forget what is too old, sweep the orphans."""
        result = RetentionResult(dry_run=dry_run)
        async with self._begin() as steps:
            if steps is not None:
                result.done = True
                if not dry_run:
                    days = self._calendar.partition_days()
                    result.partitions_made = await steps.make_partitions(days)
                await self._forget(steps, result)
                await self._sweep(steps, result)
        return result

    async def run_hourly(self, heard: Callable[[RetentionResult], None]) -> None:
        """Run now and then once an hour, until cancelled; *heard* is told of every whole run."""
        while True:
            try:
                result = await self.run()
                log.info("Retention: %s", result)
                if result.done:
                    heard(result)
            except (WfhserverError, OSError) as error:
                log.warning("Retention could not run and will be tried again: %s", error)
            await self._calendar.clock.sleep(_PERIOD_SECONDS)

    async def _forget(self, steps: PostgresRetention, result: RetentionResult) -> None:
        oldest = self._calendar.oldest_kept()
        old = await steps.partitions_before(oldest)
        postponed = [] if result.dry_run else await steps.drop(old)
        result.partitions_dropped = len(old) - len(postponed)
        result.partitions_postponed = len(postponed)
        result.missed_rows_deleted = await steps.forget_missed(oldest, dry_run=result.dry_run)
        # Rows first: as long as a row stands, its file does.
        kept = {each.day for each in postponed if each.table == "employee_logs"}
        for day in await self._store.days():
            if day < oldest and day not in kept:
                await self._delete_day(day, result)

    async def _delete_day(self, day: date, result: RetentionResult) -> None:
        async for file in self._store.files(day):
            if is_thumbnail(file.key):
                result.thumbnails_deleted += 1
            else:
                result.screenshots_deleted += 1
        result.screenshot_days_deleted += 1
        if not result.dry_run:
            await self._store.delete_day(day)

    async def _sweep(self, steps: PostgresRetention, result: RetentionResult) -> None:
        oldest = self._calendar.oldest_kept()
        days = {*await self._store.days(), *await steps.screenshot_days()}
        for day in sorted(day for day in days if day >= oldest):
            # Rows first: a log that arrives in between then only looks like an orphan, and is
            # too young to be swept.
            named = await steps.screenshot_paths(day)
            await self._sweep_day(day, named, result)

    async def _sweep_day(self, day: date, named: set[str], result: RetentionResult) -> None:
        latest = self._calendar.clock.now() - _ORPHAN_AGE
        wanted, missing = named | {thumbnail_key(key) for key in named}, set(named)
        async for file in self._store.files(day):
            missing.discard(file.key)
            if file.key not in wanted and file.modified_at < latest:
                result.orphan_files_deleted += 1
                if not result.dry_run:
                    await self._store.delete(file.key)
        result.rows_without_file += len(missing)
