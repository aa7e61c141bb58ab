"""What an agent learns about working time: hours, and never why a day is off."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

import msgspec

from wfhserver.days import RetentionCalendar, known_zone
from wfhserver.models.agents import KnownAgent
from wfhserver.models.schedules import PlannedDay
from wfhserver.schedules.planned import plan
from wfhserver.storage.postgres import calendar_revisions, schedules
from wfhserver.storage.postgres.connection import Database

_ONE_DAY: Final = timedelta(days=1)
# A device that was off for a month says then why its logs are missing.
DAYS_BACK: Final = 31
DAYS_AHEAD: Final = 60


class AgentHours(msgspec.Struct, frozen=True):
    """Hours in which an employee works, from *start* up to *end*."""

    start: datetime
    end: datetime


class AgentCalendar(msgspec.Struct, frozen=True):
    """The working hours of an employee from *covers_from* up to *covers_until*.

    Of other times nothing is known. *revision* grows with each change.
    """

    revision: int
    covers_from: datetime
    covers_until: datetime
    working_hours: list[AgentHours]
    only_in_working_hours: bool


class AgentCalendars:
    """The calendars of agents; without a *database* nothing is known of anybody."""

    def __init__(
        self, database: Database | None, calendar: RetentionCalendar, *, only_in_working_hours: bool
    ) -> None:
        self._database = database
        self._calendar = calendar
        self._only = only_in_working_hours

    async def of(self, agent: KnownAgent) -> AgentCalendar:
        """Return the working hours of the employee at *agent*'s device."""
        now, today = self._calendar.clock.now(), self._calendar.today()
        first, last = today - DAYS_BACK * _ONE_DAY, today + DAYS_AHEAD * _ONE_DAY
        if self._database is None:
            return AgentCalendar(0, now, now, [], self._only)
        async with self._database.connection() as connection:
            found = await calendar_revisions.of_agent(connection, agent.agent_id)
            # A night shift of the day before ends on the first one.
            rows = await schedules.plan_rows(
                connection, [found.employee_id], first - _ONE_DAY, last
            )
        planned = plan(rows, self._calendar.zone, first - _ONE_DAY, last)
        days = planned.get(found.employee_id, [])
        if not days:
            return AgentCalendar(found.revision, now, now, [], self._only)
        zone = known_zone(rows.employees[0].time_zone or "") or self._calendar.zone
        return AgentCalendar(
            revision=found.revision,
            covers_from=_midnight(first, zone),
            covers_until=_midnight(last + _ONE_DAY, zone),
            working_hours=list(_hours(days, first - _ONE_DAY, last, zone)),
            only_in_working_hours=self._only,
        )


def _hours(
    days: Sequence[PlannedDay], first: date, last: date, zone: tzinfo
) -> Iterator[AgentHours]:
    """Yield the hours of *days*; a day that no schedule covers has all of its hours."""
    known = {each.day: each for each in days}
    for number in range((last - first).days + 1):
        day = first + number * _ONE_DAY
        planned = known.get(day)
        if planned is None:
            yield AgentHours(_midnight(day, zone), _midnight(day + _ONE_DAY, zone))
        else:
            for start, end in planned.hours:
                yield AgentHours(start, end)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
