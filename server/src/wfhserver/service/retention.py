"""Forgets: whole days, the files with the rows, and what neither side knows of the other."""

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from wfhserver.days import Calendar
from wfhserver.errors import WfhserverError
from wfhserver.screenshots.store import ScreenshotStore, is_key, is_thumbnail, thumbnail_key
from wfhserver.service.sessions import ATTEMPT_WINDOW
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
    *released_rows_deleted* were kept by a legal hold that has ended.
    """

    dry_run: bool
    done: bool = False
    partitions_made: int = 0
    partitions_dropped: int = 0
    partitions_postponed: int = 0
    missed_rows_deleted: int = 0
    released_rows_deleted: int = 0
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

    async def run(self, *, dry_run: bool = False) -> RetentionResult:
        """Make partitions ahead, forget what is too old, sweep the orphans."""
        result, started = RetentionResult(dry_run=dry_run), self._calendar.clock.now()
        async with self._begin() as steps:
            if steps is not None:
                result.done = True
                if not dry_run:
                    days = self._calendar.partition_days()
                    result.partitions_made = await steps.make_partitions(days)
                await self._forget_days(steps, result)
                await self._forget_rows(steps, result)
                await self._sweep(steps, result)
                if not dry_run:
                    ended = self._calendar.clock.now()
                    await steps.note_run(started, ended, counts_of(result))
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

    async def _forget_days(self, steps: PostgresRetention, result: RetentionResult) -> None:
        oldest, dry_run = self._calendar.oldest_kept(), result.dry_run
        old = await steps.partitions_before(oldest)
        postponed = [] if dry_run else await steps.drop(old)
        result.partitions_dropped = len(old) - len(postponed)
        result.partitions_postponed = len(postponed)
        result.missed_rows_deleted = await steps.forget_missed(oldest, dry_run=dry_run)
        result.released_rows_deleted = await steps.forget_released(oldest, dry_run=dry_run)
        # Rows first: as long as a row stands, its file does.
        standing = await steps.paths_before(oldest, held_only=dry_run)
        for day in await self._store.days():
            if day < oldest:
                await self._forget_files(day, standing.get(day, set()), result)

    async def _forget_files(self, day: date, named: set[str], result: RetentionResult) -> None:
        kept = _with_thumbnails(named)
        gone = [file.key async for file in self._store.files(day) if file.key not in kept]
        thumbnails = sum(is_thumbnail(key) for key in gone)
        result.thumbnails_deleted += thumbnails
        result.screenshots_deleted += len(gone) - thumbnails
        result.screenshot_days_deleted += not named
        if result.dry_run:
            return
        if not named:
            await self._store.delete_day(day)
            return
        for key in gone:
            await self._store.delete(key)

    async def _forget_rows(self, steps: PostgresRetention, result: RetentionResult) -> None:
        now, dry_run = self._calendar.clock.now(), result.dry_run
        result.audit_rows_deleted = await steps.forget_audit(
            now - timedelta(days=self.audit_days), dry_run=dry_run
        )
        result.sessions_deleted = await steps.forget_sessions(now, dry_run=dry_run)
        result.login_attempts_deleted = await steps.forget_attempts(
            now - ATTEMPT_WINDOW, dry_run=dry_run
        )

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
        wanted, missing = _with_thumbnails(named), set(named)
        async for file in self._store.files(day):
            missing.discard(file.key)
            if file.key not in wanted and file.modified_at < latest:
                result.orphan_files_deleted += 1
                if not result.dry_run:
                    await self._store.delete(file.key)
        result.rows_without_file += len(missing)


def _with_thumbnails(keys: set[str]) -> set[str]:
    return keys | {thumbnail_key(key) for key in keys if is_key(key)}
