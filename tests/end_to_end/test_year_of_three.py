"""A year of three employees: the server's calendars, fetched as agents do, and the agent's days.

One works full-time in Vienna, one on four mornings in Kolkata, one at night in New York. What each
day has to be is worked out here from the date and the clock on the wall alone.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random  # noqa: TID251 -- seeded
from zoneinfo import ZoneInfo

import msgspec
import pytest

from wfhagent.agent.working_time import WorkingTime, parts_of
from wfhagent.schedule.company_calendar import CompanyCalendar
from wfhagent.schedule.detailed import DetailedSchedule, Today
from wfhagent.schedule.working_day import Span, Window
from wfhagent.settings import DetailedLogSettings
from wfhserver.models.directory import Profile
from wfhserver.models.schedules import Holder, HolidayRegion, Shift, Week
from wfhserver.storage.postgres import directory, holiday_choices, leave, migrate, schedules
from wfhserver.testing import StillClock, TestServer, bearer

pytestmark = pytest.mark.end_to_end

YEAR = 2027
DAY = timedelta(days=1)
# Each of these is a weekday but the ones in parentheses: (1 May), (15 August), (25, 26 December).
AUSTRIAN = {(1, 1), (1, 6), (3, 29), (5, 6), (5, 17), (5, 27), (10, 26), (11, 1), (12, 8)}
LEAVE = [(date(YEAR, 7, 5), date(YEAR, 7, 16)), (date(YEAR, 12, 24), date(YEAR, 12, 24))]
AT_ALL_TIMES = DetailedLogSettings(
    start="00:00",
    end="23:59",
    working_days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
)


@dataclass(frozen=True, kw_only=True)
class Employee:
    """*hours* are the local working hours of a date, those after midnight of the night before."""

    username: str
    zone: str
    week: Week
    works: Callable[[date], bool]
    begin: int
    end: int

    def spans(self, day: date) -> Iterator[Span]:
        """Yield the parts of *day* in which the employee works."""
        midnight, next_midnight = self._at(day, 0), self._at(day + DAY, 0)
        for first in (day - DAY, day):
            if self.works(first):
                start, end = self._at(first, self.begin), self._at(first, self.end)
                start, end = max(start, midnight), min(end, next_midnight)
                if start < end:
                    yield start, end

    def _at(self, day: date, hour: int) -> datetime:
        days, hour = divmod(hour, 24)
        return datetime.combine(day + days * DAY, time(hour), ZoneInfo(self.zone)).astimezone(UTC)


def on_leave(day: date) -> bool:
    return any(first <= day <= last for first, last in LEAVE)


def weekly(days: range, begin: int, end: int) -> Week:
    return tuple((Shift(begin * 60, end * 60),) if day in days else () for day in range(7))


VIENNA = Employee(
    username="vera",
    zone="Europe/Vienna",
    week=weekly(range(5), 8, 17),
    works=lambda day: (
        day.weekday() < 5 and (day.month, day.day) not in AUSTRIAN and not on_leave(day)
    ),
    begin=8,
    end=17,
)
KOLKATA = Employee(
    username="kiran",
    zone="Asia/Kolkata",
    week=weekly(range(4), 9, 13),
    works=lambda day: day.weekday() < 4,
    begin=9,
    end=13,
)
NEW_YORK = Employee(
    username="noor",
    zone="America/New_York",
    week=weekly(range(2, 7), 22, 30),
    works=lambda day: day.weekday() >= 2,
    begin=22,
    end=30,
)


@pytest.fixture
def company(tmp_path: Path, database_url: str) -> TestServer:
    """A server with the three of them, each with a device."""
    server = TestServer(tmp_path, StillClock(), database_url)
    asyncio.run(migrate.upgrade(database_url, []))
    return server


def enroll(server: TestServer, employee: Employee) -> str:
    token = server.agent_token(employee.username, f"{employee.username}-pc")
    number = server.value(
        "SELECT employee_id FROM employees WHERE username = $1", employee.username
    )
    server.sql(directory.write, {number: Profile(time_zone=employee.zone)})
    holder = Holder(employee_id=number)
    server.sql(schedules.add, holder, date(YEAR - 1, 12, 1), employee.week)
    if employee is VIENNA:
        server.sql(holiday_choices.set_region, HolidayRegion(holder, "AT", None))
        server.sql(leave.add, [(number, *each) for each in LEAVE])
    return token


@pytest.mark.parametrize("employee", [VIENNA, KOLKATA, NEW_YORK], ids=lambda each: each.username)
def test_every_day_of_the_year_is_right_and_has_its_logs(
    company: TestServer, employee: Employee
) -> None:
    token = enroll(company, employee)
    working_time = WorkingTime(msgspec.structs.replace(AT_ALL_TIMES, time_zone=employee.zone))
    rng, day, days_with_logs = Random(employee.username), date(YEAR, 1, 1), 0
    while day.year == YEAR:
        if day.day == 1:
            company.clock.time = datetime.combine(day, time(12), UTC)
            answer = company.request("GET", "/api/calendar", headers=bearer(token))
            working_time.use(msgspec.convert(answer.json(), CompanyCalendar))
        window = working_time.window(day, today=day)
        # Minutes after 23:59 are not in agent.toml.
        last = datetime.combine(day, time(23, 59), ZoneInfo(employee.zone)).astimezone(UTC)
        expected = [(start, min(end, last)) for start, end in employee.spans(day)]
        assert (parts_of(window) if window else []) == expected, day
        logs = logs_of(day, window, rng)
        assert len(logs) == (2 if expected else 0), day
        assert all(any(start <= log < end for start, end in expected) for log in logs), day
        days_with_logs += bool(expected)
        day += DAY

    assert days_with_logs == sum(
        any(True for _ in employee.spans(date(YEAR, 1, 1) + n * DAY)) for n in range(365)
    )


def logs_of(day: date, window: Window | None, rng: Random) -> list[datetime]:
    """Return the logs of a laptop that is on in all of the working time of *day*."""
    logs: list[datetime] = []
    if window is None:
        return logs
    schedule, filled = DetailedSchedule(rng), set[int]()
    now = window.start
    while now < window.end and len(filled) < 2:
        slot = schedule.due_slot(now, Today(workday=day, window=window, filled=filled, ends=()))
        if slot is not None and window.holds(now):
            filled.add(slot)
            logs.append(now)
            schedule.taken(now)
        now += timedelta(seconds=30)
    return logs


def test_the_nights_of_the_clock_changes_have_seven_and_nine_hours(company: TestServer) -> None:
    token = enroll(company, NEW_YORK)
    nights = {}
    for saturday in (date(YEAR, 3, 13), date(YEAR, 11, 6)):
        company.clock.time = datetime.combine(saturday, time(12), UTC)
        answer = company.request("GET", "/api/calendar", headers=bearer(token))
        calendar = msgspec.convert(answer.json(), CompanyCalendar)
        begins = datetime.combine(saturday, time(22), ZoneInfo(NEW_YORK.zone)).astimezone(UTC)
        (night,) = [each for each in calendar.working_hours if each.start == begins]
        nights[saturday] = night.end - night.start

    assert list(nights.values()) == [timedelta(hours=7), timedelta(hours=9)]
