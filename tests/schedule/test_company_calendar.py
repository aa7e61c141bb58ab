"""The company's calendar makes working time shorter, and never longer."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random  # noqa: TID251 -- seeded
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from wfhagent.schedule.company_calendar import CompanyCalendar, WorkingHours
from wfhagent.schedule.detailed import SLOTS, DetailedSchedule, Today
from wfhagent.schedule.working_day import Window, WorkingDays

DAY = date(2026, 12, 1)
MIDNIGHT = datetime(2026, 12, 1, tzinfo=UTC)
WINDOW = Window(start=MIDNIGHT + timedelta(hours=8), end=MIDNIGHT + timedelta(hours=22))


def at(clock: str) -> datetime:
    return datetime.combine(DAY, time.fromisoformat(clock), UTC)


def hours(*spans: str) -> tuple[WorkingHours, ...]:
    pairs = (span.split("-") for span in spans)
    return tuple(WorkingHours(start=at(start), end=at(end)) for start, end in pairs)


def calendar(*spans: str) -> CompanyCalendar:
    return CompanyCalendar(
        revision=1,
        covers_from=MIDNIGHT - timedelta(days=31),
        covers_until=MIDNIGHT + timedelta(days=60),
        working_hours=hours(*spans),
    )


def test_hours_shorten_the_window_from_both_sides():
    assert calendar("09:00-13:00").narrow(WINDOW) == Window(start=at("09:00"), end=at("13:00"))


def test_hours_that_reach_beyond_the_window_add_nothing():
    assert calendar("05:00-23:00").narrow(WINDOW) == WINDOW


def test_a_day_without_hours_is_a_day_off():
    assert calendar().narrow(WINDOW) is None
    assert calendar("06:00-07:59").narrow(WINDOW) is None


def test_a_break_is_a_gap_in_which_no_log_may_be_taken():
    window = calendar("13:00-17:00", "09:00-12:00").narrow(WINDOW)

    assert window == Window(start=at("09:00"), end=at("17:00"), gaps=((at("12:00"), at("13:00")),))
    assert window.holds(at("11:59"))
    assert not window.holds(at("12:00"))
    assert not window.holds(at("12:59"))
    assert window.holds(at("13:00"))


def test_a_night_shift_works_at_both_ends_of_the_day():
    night = CompanyCalendar(
        revision=1,
        covers_from=MIDNIGHT - timedelta(days=2),
        covers_until=MIDNIGHT + timedelta(days=2),
        working_hours=tuple(
            WorkingHours(start=at("22:00") + back, end=at("06:00") + timedelta(days=1) + back)
            for back in (-timedelta(days=1), timedelta(0))
        ),
    )
    rule = WorkingDays(start=time(0), end=time(23, 59), weekdays=frozenset(range(7)))
    whole_day = rule.window(DAY, UTC)
    assert whole_day is not None

    assert night.narrow(whole_day) == Window(
        start=at("00:00"), end=at("23:59"), gaps=((at("06:00"), at("22:00")),)
    )


def test_times_that_the_calendar_does_not_cover_are_as_agent_toml_has_them():
    past = CompanyCalendar(
        revision=1, covers_from=MIDNIGHT - timedelta(days=9), covers_until=at("12:00")
    )

    assert past.narrow(WINDOW) == Window(start=at("12:00"), end=WINDOW.end)


moments = st.datetimes(datetime(2026, 11, 29), datetime(2026, 12, 3)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC)
)
calendars = st.builds(
    CompanyCalendar,
    revision=st.integers(),
    covers_from=moments,
    covers_until=moments,
    working_hours=st.lists(st.builds(WorkingHours, start=moments, end=moments), max_size=6).map(
        tuple
    ),
    only_in_working_hours=st.booleans(),
)


@given(calendars, moments)
def test_whatever_a_server_answers_working_time_is_a_part_of_that_of_agent_toml(
    company: CompanyCalendar, moment: datetime
):
    narrowed = company.narrow(WINDOW)

    assert narrowed is None or not narrowed.holds(moment) or WINDOW.holds(moment)


@given(calendars, calendars, moments)
def test_two_calendars_one_after_the_other_leave_what_both_leave(
    first: CompanyCalendar, second: CompanyCalendar, moment: datetime
):
    def is_left(by: CompanyCalendar, window: Window | None) -> bool:
        narrowed = None if window is None else by.narrow(window)
        return narrowed is not None and narrowed.holds(moment)

    both = is_left(second, first.narrow(WINDOW))

    assert both == (is_left(first, WINDOW) and is_left(second, WINDOW))


@given(calendars, st.integers())
def test_whatever_a_server_answers_no_log_is_taken_outside(company: CompanyCalendar, seed: int):
    window = company.narrow(WINDOW)
    schedule = DetailedSchedule(Random(seed))
    now, filled, taken = WINDOW.start - timedelta(hours=1), set[int](), list[datetime]()
    while window is not None and now < WINDOW.end + timedelta(hours=1):
        today = Today(workday=DAY, window=window, filled=filled, ends=())
        slot = schedule.due_slot(now, today)
        if slot is not None:
            filled.add(slot)
            taken.append(now)
            schedule.taken(now)
        now += timedelta(seconds=30)

    assert all(
        WINDOW.holds(moment) and window is not None and window.holds(moment) for moment in taken
    )


def test_both_logs_are_taken_in_parts_of_a_morning_and_an_evening():
    window = calendar("08:00-08:40", "21:00-21:40").narrow(WINDOW)
    assert window is not None
    counts = set()
    parts = set()
    for seed in range(60):
        schedule, filled = DetailedSchedule(Random(seed)), set[int]()
        now = at("07:59")
        while now < at("22:00"):
            slot = schedule.due_slot(now, Today(workday=DAY, window=window, filled=filled, ends=()))
            if slot is not None:
                filled.add(slot)
                schedule.taken(now)
                parts.add(now < at("12:00"))
            now += timedelta(seconds=30)
        counts.add(len(filled))

    assert counts == {len(SLOTS)}
    assert parts == {True, False}


def test_the_start_of_working_hours_moves_with_the_clock_change_of_the_employee():
    # In Vienna the clock goes back in the night to October 25.
    zone = ZoneInfo("Europe/Vienna")
    for day, offset in ((date(2026, 10, 23), 2), (date(2026, 10, 26), 1)):
        start = datetime.combine(day, time(9), zone).astimezone(UTC)
        company = CompanyCalendar(
            revision=1,
            covers_from=start - timedelta(days=1),
            covers_until=start + timedelta(days=1),
            working_hours=(WorkingHours(start=start, end=start + timedelta(hours=4)),),
        )
        rule = WorkingDays(start=time(8), end=time(22), weekdays=frozenset(range(5)))
        window = rule.window(day, zone)
        assert window is not None
        narrowed = company.narrow(window)
        assert narrowed is not None
        assert narrowed.start.hour == 9 - offset
