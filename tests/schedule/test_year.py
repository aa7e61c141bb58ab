"""A laptop that is awake all year: two logs on every working day, in every time zone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random  # noqa: TID251 -- seeded
from zoneinfo import ZoneInfo

import pytest
from tests.schedule.laptop_days import Awake
from tests.schedule.local_days import RULE, moment_of, seconds_of
from tests.schedule.simulate import Laptop

from wfhagent.schedule.working_day import WorkingDays

EVERY_DAY = WorkingDays(start=RULE.start, end=RULE.end, weekdays=frozenset(range(7)))
GAP = timedelta(minutes=30)

YEARS = [
    ("Europe/Vienna", 2026),
    ("America/New_York", 2026),
    ("Australia/Lord_Howe", 2026),  # The clocks change by half an hour.
    ("Asia/Kolkata", 2026),  # UTC+05:30, and no clock changes.
    ("Africa/Cairo", 2026),  # They change at midnight, in spring at the beginning of a Friday.
    ("America/Sao_Paulo", 2018),  # Also at midnight, in the southern hemisphere.
    ("Pacific/Apia", 2011),  # From UTC-11 to UTC+13: there was no 30 December.
]
CLOCK_CHANGES = [
    ("Europe/Vienna", date(2026, 3, 29)),
    ("Europe/Vienna", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Africa/Cairo", date(2026, 10, 29)),
    ("America/Sao_Paulo", date(2018, 2, 17)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("Pacific/Apia", date(2011, 4, 2)),
    ("Pacific/Apia", date(2011, 9, 24)),
]


@cache
def year(name: str, number: int, rule: WorkingDays) -> Mapping[date, Sequence[datetime]]:
    """Return the logs of a machine in zone *name* that never slept in year *number*."""
    zone = ZoneInfo(name)
    laptop = Laptop(zone, Random(f"{name} {number}"), rule)
    start, end = (seconds_of(datetime(n, 1, 1, tzinfo=zone)) for n in (number, number + 1))
    laptop.live([Awake(start=start, end=end, restarted=True)])
    return {day: [*map(moment_of, logs)] for day, logs in laptop.logs.items()}


def days_of(name: str, number: int, rule: WorkingDays) -> list[date]:
    """Return the working days that there were."""
    days = (date(number, 1, 1) + timedelta(days=n) for n in range(365))
    skipped = {("Pacific/Apia", date(2011, 12, 30))}
    return [day for day in days if day.weekday() in rule.weekdays and (name, day) not in skipped]


def in_window(moments: Sequence[datetime], zone: ZoneInfo) -> bool:
    return all(RULE.start <= moment.astimezone(zone).time() < RULE.end for moment in moments)


@pytest.mark.parametrize(("name", "number"), YEARS)
@pytest.mark.parametrize("rule", [RULE, EVERY_DAY], ids=["weekdays", "every day"])
def test_every_working_day_has_exactly_two_logs_and_no_other_day_has_one(
    name: str, number: int, rule: WorkingDays
):
    logs = year(name, number, rule)

    assert list(logs) == days_of(name, number, rule)
    assert {len(moments) for moments in logs.values()} == {2}


@pytest.mark.parametrize(("name", "number"), YEARS)
def test_all_logs_lie_in_the_local_window_of_their_day(name: str, number: int):
    zone = ZoneInfo(name)

    for day, moments in year(name, number, EVERY_DAY).items():
        assert in_window(moments, zone), day
        assert {moment.astimezone(zone).date() for moment in moments} == {day}


@pytest.mark.parametrize(("name", "number"), YEARS)
def test_the_two_logs_of_a_day_are_half_an_hour_apart(name: str, number: int):
    assert all(second - first >= GAP for first, second in year(name, number, EVERY_DAY).values())


@pytest.mark.parametrize(("name", "day"), CLOCK_CHANGES)
def test_a_day_on_which_the_clocks_change_is_a_day_like_any_other(name: str, day: date):
    zone = ZoneInfo(name)
    first, second = year(name, day.year, EVERY_DAY)[day]

    assert local_length(day, zone) != timedelta(hours=24)
    assert in_window([first, second], zone)
    assert second - first >= GAP


def local_length(day: date, zone: ZoneInfo) -> timedelta:
    """Return how long *day* lasts in *zone*. Computed in UTC, since local times would be wrong."""
    start = datetime.combine(day, time(), zone).astimezone(UTC)
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC) - start


def test_the_times_of_a_year_show_no_pattern():
    zone = ZoneInfo("Europe/Vienna")
    moments = [
        m.astimezone(zone) for day in year("Europe/Vienna", 2026, RULE).values() for m in day
    ]
    per_hour = [sum(m.hour == hour for m in moments) for hour in range(8, 22)]

    assert max(per_hour) < len(moments) / 5
    assert len({(m.hour, m.minute) for m in moments}) > 200
    assert sum(per_hour[5:]) > len(moments) / 4
