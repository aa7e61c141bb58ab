"""Forgets: whole days, the files with the rows, and what neither side knows of the other."""

import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from wfhserver.accounts.sign_in_limits import ATTEMPT_RETENTION
from wfhserver.audit.log import Entry, record, remove_before
from wfhserver.clock import Clock
from wfhserver.days import ONE_DAY, RetentionCalendar
from wfhserver.errors import ClockError, WfhserverError
from wfhserver.ingest.clock_check import ClockCheck
from wfhserver.screenshots.store import (
    ScreenshotStore,
    is_thumbnail,
    screenshot_of,
    thumbnail_key,
)
from wfhserver.storage.interface import TEST_LOG_PERIOD
from wfhserver.storage.postgres import clock_evidence
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.retention import PostgresRetention
from wfhserver.storage.postgres.translation import translated

log = logging.getLogger(__name__)

# A file is written before its row; this is far longer than the moment between them.
_ORPHAN_AGE = timedelta(hours=1)
_PREFIX = "employee_"
_PERIOD_SECONDS = 3600.0
# Today and those ahead.
_NEWEST_DAYS = 4


@dataclass(kw_only=True, slots=True)
class RetentionResult:
    """What was done, or with *dry_run* what would be.

    *done* is false when another worker was at it and nothing was looked at.
    *rows_without_file* are logs whose screenshot is gone; they are counted, not changed.
    *released_rows_deleted* were kept by a legal hold that has ended. *machine_facts_deleted* are
    machines whose last heartbeat is too old; that they are silent stays known.
    *days* are the days that go, and what goes of each.
    *failures* has a sentence for each step that failed, by its name; the others were done.
    """

    dry_run: bool
    done: bool = False
    failures: dict[str, str] = field(default_factory=dict)
    days: dict[date, list[str]] = field(default_factory=dict)
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
        calendar: RetentionCalendar,
        clock_check: ClockCheck,
        *,
        audit_days: int,
    ) -> None:
        self._begin = begin
        self._store = store
        self._calendar = calendar
        self._clock_check = clock_check
        self.audit_days = audit_days

    async def run(
        self, *, dry_run: bool = False, sweep: frozenset[date] | None = None
    ) -> RetentionResult:
        """Make partitions ahead, forget what is too old, sweep the orphans.

        *sweep* says of which days the orphans are swept; without it of all. Raises ClockError, and
        does nothing, while the time cannot be believed.
        """
        problem = await self._clock_check.deletion_problem()
        if problem is not None:
            raise ClockError(f"Nothing is deleted. {problem}")
        result, started = RetentionResult(dry_run=dry_run), self._calendar.clock.now()
        async with self._begin() as steps:
            if steps is not None:
                result.done = True
                await self._delete_days(steps, result)
                with _alone(result, "test_logs_deleted"):
                    await self._delete_test_logs(steps, result)
                await self._delete_rows(steps, result)
                await self._delete_screenshots(steps, result)
                with _alone(result, "sweep"):
                    await self._sweep(steps, result, sweep)
                if not dry_run:
                    ended = self._calendar.clock.now()
                    await steps.note_run(started, ended, counts_of(result), result.failures)
        return result

    async def run_hourly(self, on_result: Callable[[RetentionResult], None]) -> None:
        """Run now and then once an hour, until canceled; call *on_result* after each whole run."""
        while True:
            try:
                result = await self.run(sweep=self._days_of_this_hour())
                log.info("Retention: %s", result)
                if result.done:
                    on_result(result)
            except (WfhserverError, OSError) as error:
                log.warning("Retention could not run and will be tried again: %s", error)
            await self._calendar.clock.sleep(_PERIOD_SECONDS)

    async def _delete_days(self, steps: PostgresRetention, result: RetentionResult) -> None:
        dry_run = result.dry_run
        if not dry_run:
            with _alone(result, "partitions_made"):
                days = self._calendar.partition_days()
                result.partitions_made = await steps.make_partitions(days)
        with _alone(result, "partitions_dropped"):
            old = await steps.partitions_before(self._calendar.oldest_kept())
            postponed = {} if dry_run else await steps.drop(old)
            result.partitions_dropped = len(old) - len(postponed)
            result.partitions_postponed = len(postponed)
            for each in old:
                if each not in postponed:
                    result.days.setdefault(each.day, []).append(each.table.removeprefix(_PREFIX))
            failed = {each.name: why for each, why in postponed.items() if why is not None}
            result.failures.update(failed)

    async def _delete_rows(self, steps: PostgresRetention, result: RetentionResult) -> None:
        now, oldest = self._calendar.clock.now(), self._calendar.oldest_kept()
        # Whole days: what goes is on record, and once a day is often enough for that.
        audit_before = datetime.combine((now - timedelta(days=self.audit_days)).date(), time(), UTC)

        async def remove(connection: AnyConnection, moment: datetime) -> int:
            return await remove_before(connection, moment, now)

        with _alone(result, "audit_rows_deleted"):
            result.audit_rows_deleted = await steps.delete_audit(
                audit_before, None if result.dry_run else remove
            )
        work: dict[str, Callable[..., Awaitable[int]]] = {
            "missed_rows_deleted": partial(steps.delete_missed, oldest),
            "released_rows_deleted": partial(steps.delete_released, oldest),
            "machine_facts_deleted": partial(steps.delete_facts, oldest),
            "sessions_deleted": partial(steps.delete_sessions, now),
            "login_attempts_deleted": partial(steps.delete_attempts, now - ATTEMPT_RETENTION),
        }
        for name, step in work.items():
            with _alone(result, name):
                setattr(result, name, await step(dry_run=result.dry_run))

    async def _delete_screenshots(self, steps: PostgresRetention, result: RetentionResult) -> None:
        oldest = self._calendar.oldest_kept()
        with _alone(result, "screenshot_days_deleted"):
            # Rows first: as long as a row exists, so does its file.
            named_by_day = await steps.paths_before(oldest, on_hold_only=result.dry_run)
            for day in await self._store.days():
                if day < oldest:
                    with _alone(result, f"screenshots of {day}"):
                        await self._delete_files(day, named_by_day.get(day, set()), result)

    async def _delete_files(self, day: date, named: set[str], result: RetentionResult) -> None:
        screenshots = thumbnails = 0
        async for file in self._store.files(day):
            if screenshot_of(file.key) in named:
                continue
            if is_thumbnail(file.key):
                thumbnails += 1
            else:
                screenshots += 1
            if named and not result.dry_run:
                await self._store.delete(file.key)
        if not named and not result.dry_run:
            await self._store.delete_day(day)
        result.screenshots_deleted += screenshots
        result.thumbnails_deleted += thumbnails
        result.screenshot_days_deleted += not named
        for count, what in ((screenshots, "screenshots"), (thumbnails, "thumbnails")):
            if count:
                result.days.setdefault(day, []).append(f"{count} {what}")

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

    def _days_of_this_hour(self) -> frozenset[date]:
        """Return the newest days, and each hour another one: to look at all takes a day or two.

        A day of a large company has some hundred thousand files, and a bucket charges for a list.
        """
        days = self._calendar.partition_days()
        hour = int(self._calendar.clock.now().timestamp() // _PERIOD_SECONDS)
        yesterday = self._calendar.today() - ONE_DAY
        return frozenset((yesterday, *days[-_NEWEST_DAYS:], days[hour % len(days)]))

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
            with _alone(result, f"sweep of {day}"):
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


async def believe_clock(database: Database, clock: Clock, *, actor: str) -> None:
    """Put on record that *actor* says the clock is right, and go on by it."""
    now = clock.now()
    async with database.transaction() as connection:
        await clock_evidence.confirm(connection, now)
        entry = Entry(actor=actor, action="clock.confirm", details={"now": now.isoformat()})
        await record(connection, entry, now)


@contextmanager
def _alone(result: RetentionResult, name: str) -> Iterator[None]:
    """Note what fails under *name*, so that it stops no other step."""
    try:
        with translated():
            yield
    except (WfhserverError, OSError) as error:
        log.warning("Retention, %s: %s", name, error)
        result.failures[name] = str(error)
