"""Keeps the days of device activity up to date: one worker at a time, every five minutes.

Today is counted each time. Heartbeats that come later than that leave a mark, and their days are
counted once more.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import islice
from typing import Final

from wfhserver.days import ONE_DAY, RetentionCalendar, known_zone
from wfhserver.errors import WfhserverError
from wfhserver.storage.interface import LATE_AFTER
from wfhserver.storage.postgres.attendance_count import (
    AttendanceRows,
    CountedPerson,
    DayToCount,
    exclusive_count,
)
from wfhserver.storage.postgres.connection import Database

log = logging.getLogger(__name__)

PERIOD: Final = timedelta(minutes=5)
_FIRST_SECONDS: Final = 10.0
_AT_ONCE: Final = 500
# What is no older than LATE_AFTER has no mark. Its transaction may take some time.
_RECENT: Final = LATE_AFTER + timedelta(hours=1)
# A node of Citus may show heartbeats a moment after the coordinator shows their mark.
_MARKS_STAY: Final = timedelta(minutes=1)


class AttendanceCount:
    """Counts what has changed since the last count."""

    def __init__(self, database: Database, calendar: RetentionCalendar) -> None:
        self._database = database
        self._calendar = calendar

    async def run(self) -> None:
        """Count soon and then every five minutes, until canceled."""
        await self._calendar.clock.sleep(_FIRST_SECONDS)
        while True:
            try:
                await self.count()
            except (WfhserverError, OSError) as error:
                log.warning("Days could not be counted and will be tried again: %s", error)
            await self._calendar.clock.sleep(PERIOD.total_seconds())

    async def count(self, *, at_most_every: timedelta = PERIOD / 2) -> None:
        """Count, unless another worker does or has done so just now."""
        now = self._calendar.clock.now()
        async with exclusive_count(self._database) as rows:
            if rows is None:
                return
            since = await rows.counted_until()
            if since is not None and timedelta(0) <= now - since < at_most_every:
                return
            await self._count_recent(rows, since, now)
            await self._count_late(rows, now)
            await self._count_moved(rows, now)
            await rows.set_counted(now)

    async def _count_recent(
        self, rows: AttendanceRows, since: datetime | None, now: datetime
    ) -> None:
        oldest = datetime.combine(self._calendar.oldest_kept(), time(), UTC)
        begin = oldest if since is None else max(since - _RECENT, oldest)
        people = await rows.people(None, None if since is None else begin)
        await self._count(rows, self._days_between(people, begin, now))

    def _days_between(
        self, people: Sequence[CountedPerson], begin: datetime, end: datetime
    ) -> Iterator[DayToCount]:
        # Day by day: those of one day are in the same partitions.
        first, last = begin.date() - ONE_DAY, end.date() + ONE_DAY
        for day in days_between(first, last):
            for person in people:
                each = self._day(person, day)
                if each.ends > begin and each.begins <= end:
                    yield each

    async def _count_late(self, rows: AttendanceRows, now: datetime) -> None:
        late: dict[int, set[date]] = defaultdict(set)
        for employee_id, day in await rows.late():
            # The employee's day may be the one before or after.
            late[employee_id].update((day - ONE_DAY, day, day + ONE_DAY))
        people = await rows.people(list(late)) if late else []
        zones = await rows.zones(list(late)) if late else {}
        oldest = self._oldest_whole()
        days = (
            self._day(person, day, zones.get((person.employee_id, day)))
            for person in people
            for day in sorted(late[person.employee_id])
            if day >= oldest
        )
        await self._count(rows, days)
        await rows.forget_late(now - _MARKS_STAY)

    async def _count_moved(self, rows: AttendanceRows, now: datetime) -> None:
        oldest = self._oldest_whole()
        moved = await rows.moved(oldest)
        people = await rows.people(moved) if moved else []
        last = now.date() + ONE_DAY
        days = (self._day(each, day) for each in people for day in days_between(oldest, last))
        await self._count(rows, days)

    async def _count(self, rows: AttendanceRows, days: Iterator[DayToCount]) -> None:
        while batch := list(islice(days, _AT_ONCE)):
            await rows.count(batch)

    def _oldest_whole(self) -> date:
        # Some hours of the oldest day are of a day of UTC that is deleted.
        return self._calendar.oldest_kept() + ONE_DAY

    def _day(self, person: CountedPerson, day: date, counted_by: str | None = None) -> DayToCount:
        """Return the day by the profile's zone, else that of *counted_by*, else the device's."""
        names = (person.zone, counted_by, person.device_zone)
        name = next((x for x in names if x and _zone(x) is not None), None)
        zone = self._calendar.zone if name is None else _zone(name) or self._calendar.zone
        return DayToCount(person, day, name or str(zone), *_moments(day, zone))


_zone = lru_cache(maxsize=1024)(known_zone)


@lru_cache(maxsize=4096)
def _moments(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return when *day* begins and ends in *zone*, in UTC."""
    begins = datetime.combine(day, time(), zone)
    ends = datetime.combine(day + ONE_DAY, time(), zone)
    return begins.astimezone(UTC), ends.astimezone(UTC)


def days_between(first: date, last: date) -> list[date]:
    """Return the days from *first* to *last*, both included."""
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]
