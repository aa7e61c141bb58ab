"""A missing log has a reason, which contains no local time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from wfhagent.schedule.missed import (
    AWAKE_BRIEFLY,
    NOT_TAKEN,
    OFF_ALL_DAY,
    OFF_LATER,
    missed_slots,
)
from wfhagent.schedule.working_day import Window

VIENNA = ZoneInfo("Europe/Vienna")
WINDOW = Window(
    start=datetime(2026, 11, 23, 7, tzinfo=UTC), end=datetime(2026, 11, 23, 21, tzinfo=UTC)
)


def reasons(filled: set[int], first: datetime | None, last: datetime | None) -> dict[int, str]:
    return missed_slots(WINDOW, frozenset(filled), first_awake=first, last_awake=last)


def at(hour: int, minute: int = 0) -> datetime:
    """Return the moment of a local time of that day."""
    return datetime(2026, 11, 23, hour, minute, tzinfo=VIENNA).astimezone(UTC)


def test_a_full_day_has_missed_nothing():
    assert reasons({1, 2}, at(9), at(17)) == {}


def test_only_the_missing_slot_is_named():
    assert reasons({1}, at(9), at(11, 30)) == {2: OFF_LATER}
    assert list(reasons({2}, at(9), at(11, 30))) == [1]


def test_a_machine_that_was_never_on_was_off_all_day():
    assert reasons(set(), None, None) == dict.fromkeys((1, 2), OFF_ALL_DAY)


def test_a_machine_that_was_on_for_minutes_says_so():
    assert reasons({1}, at(14, 2), at(14, 44)) == {2: AWAKE_BRIEFLY}


def test_a_machine_that_was_on_until_the_end_has_no_excuse():
    assert reasons({1}, at(9), at(21, 58)) == {2: NOT_TAKEN}


@pytest.mark.parametrize("minutes", [0, 1, 59, 60, 61, 300, 839])
@pytest.mark.parametrize("filled", [set(), {1}, {2}])
def test_every_missing_slot_has_a_reason(filled: set[int], minutes: int):
    missed = reasons(filled, WINDOW.start, WINDOW.start + timedelta(minutes=minutes))

    assert set(missed) == {1, 2} - filled
    assert all(missed.values())
    assert not any(character.isdigit() for reason in missed.values() for character in reason)
