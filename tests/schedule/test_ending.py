"""What the end of a session means for pending logs."""

from datetime import UTC, date, datetime, timedelta
from random import Random  # noqa: TID251 -- seeded

import pytest

from wfhagent.schedule.detailed import Today
from wfhagent.schedule.ending import is_the_end
from wfhagent.schedule.working_day import Window

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
NOON = START + timedelta(hours=4)


def today(ends: list[float]) -> Today:
    return Today(
        workday=date(2026, 11, 23),
        window=Window(start=START, end=START + timedelta(hours=14)),
        filled=(),
        ends=[START + timedelta(hours=hours) for hours in sorted(ends)],
    )


def share(now: datetime, ends: list[float], *, powered_off: bool = False) -> float:
    rng = Random(1)
    times = 4000
    return (
        sum(is_the_end(now, today(ends), powered_off=powered_off, rng=rng) for _ in range(times))
        / times
    )


def test_a_shutdown_in_the_window_is_the_end():
    assert share(NOON, [9.0] * 20, powered_off=True) == 1.0


@pytest.mark.parametrize("powered_off", [False, True])
@pytest.mark.parametrize("now", [START - timedelta(hours=1), START + timedelta(hours=14)])
def test_outside_of_the_window_nothing_is_owed(now: datetime, powered_off: bool):
    assert share(now, [2.0] * 20, powered_off=powered_off) == 0.0


def test_a_lid_closed_when_all_known_days_were_over_is_the_end():
    assert share(NOON, [3.0] * 20) == 1.0


def test_a_lid_closed_early_is_rarely_the_end():
    assert abs(share(NOON, [9.0] * 20) - 0.3) < 0.03


def test_in_between_the_known_days_decide():
    assert abs(share(NOON, [3.0] * 12 + [9.0] * 8) - 0.6) < 0.03


def test_of_an_unknown_machine_it_is_even():
    assert abs(share(NOON, [3.0] * 4) - 0.5) < 0.03
