"""The window of a working day, in its local time, also when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfhagent.schedule.working_day import Window, WorkingDays, workday_of

VIENNA = ZoneInfo("Europe/Vienna")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
"""02:00 becomes 03:00, and 03:00 becomes 02:00 again."""


def every_day(start: time, end: time) -> WorkingDays:
    return WorkingDays(start=start, end=end, weekdays=frozenset(range(7)))


def test_the_window_is_meant_in_local_time():
    window = every_day(time(8), time(22)).window(date(2026, 7, 1), ZoneInfo("America/New_York"))

    assert window == Window(
        start=datetime(2026, 7, 1, 12, tzinfo=UTC), end=datetime(2026, 7, 2, 2, tzinfo=UTC)
    )


def test_the_window_holds_its_start_and_not_its_end():
    start = datetime(2026, 7, 1, 6, tzinfo=UTC)
    window = Window(start=start, end=start + timedelta(hours=14))

    assert window.holds(start)
    assert window.holds(window.end - timedelta(microseconds=1))
    assert not window.holds(window.end)
    assert not window.holds(start - timedelta(microseconds=1))


def test_a_day_that_is_no_working_day_has_no_window():
    rule = WorkingDays(start=time(8), end=time(22), weekdays=frozenset({0, 4}))
    monday = date(2026, 11, 23)
    week = [rule.window(monday + timedelta(days=n), VIENNA) is not None for n in range(7)]

    assert week == [True, False, False, False, True, False, False]


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_the_usual_window_has_fourteen_hours_when_the_clocks_change_at_night(day: date):
    window = every_day(time(8), time(22)).window(day, VIENNA)

    assert window is not None
    assert window.end - window.start == timedelta(hours=14)
    assert window.start.astimezone(VIENNA).time() == time(8)
    assert window.end.astimezone(VIENNA).time() == time(22)


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 2), (date(2026, 3, 30), 3), (AUTUMN, 4)])
def test_a_window_over_the_clock_change_is_an_hour_shorter_or_longer(day: date, hours: int):
    window = every_day(time(1), time(4)).window(day, VIENNA)

    assert window is not None
    assert window.end - window.start == timedelta(hours=hours)


def test_times_that_the_clock_change_skips_do_not_reverse_the_window():
    window = every_day(time(2, 15), time(2, 45)).window(SPRING, VIENNA)
    skipped = every_day(time(2, 30), time(3)).window(SPRING, VIENNA)

    assert window is not None
    assert window.start <= window.end
    assert skipped is not None
    assert skipped.start <= skipped.end
    assert skipped.start.astimezone(VIENNA).time() == time(3, 30)


def test_times_that_come_twice_give_the_longer_window():
    window = every_day(time(2, 15), time(2, 45)).window(AUTUMN, VIENNA)

    assert window is not None
    assert window.end - window.start == timedelta(hours=1, minutes=30)


@given(
    zone=st.sampled_from(sorted(available_timezones())).map(ZoneInfo),
    day=st.dates(date(1990, 1, 1), date(2037, 12, 31)),
    start=st.times(),
    end=st.times(),
)
def test_a_window_never_ends_before_it_starts(zone: ZoneInfo, day: date, start: time, end: time):
    start, end = sorted((start.replace(fold=0), end.replace(fold=0)))
    window = every_day(start, end).window(day, zone)

    assert window is not None
    assert window.start <= window.end
    assert window.start.utcoffset() == timedelta(0)
    assert window.end - window.start < timedelta(hours=27)


@given(
    zone=st.sampled_from(sorted(available_timezones())).map(ZoneInfo),
    seconds=st.integers(631_152_000, 2_145_916_800),  # 1990 to 2037
)
def test_a_moment_in_a_window_belongs_to_the_workday_of_that_window(zone: ZoneInfo, seconds: int):
    moment = datetime.fromtimestamp(seconds, UTC)
    workday = workday_of(moment, zone)
    rule = every_day(time(8), time(22))
    holding = [
        day
        for day in (workday + timedelta(days=n) for n in (-1, 0, 1))
        if (window := rule.window(day, zone)) and window.holds(moment)
    ]

    # Samoa skipped a whole day in 2011; its window is then that of the day after.
    assert holding in ([], [workday]) or not exists(workday - timedelta(days=1), zone)


def exists(day: date, zone: ZoneInfo) -> bool:
    noon = datetime.combine(day, time(12), zone)
    return noon.astimezone(UTC).astimezone(zone).date() == day
