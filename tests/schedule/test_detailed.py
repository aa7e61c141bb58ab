"""The two random times of a day: their range, and the effect of sleep and clock changes."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random  # noqa: TID251 -- seeded

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfhagent.schedule.detailed import DetailedSchedule, Today, draw, horizon
from wfhagent.schedule.working_day import Window

DAY = date(2026, 11, 23)
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
WINDOW = Window(start=MIDNIGHT + timedelta(hours=8), end=MIDNIGHT + timedelta(hours=22))
GAP = timedelta(minutes=30)
LOOK = timedelta(seconds=30)


def at(hour: float) -> datetime:
    return MIDNIGHT + timedelta(hours=hour)


def today(ends: Collection[float] = (), filled: Collection[int] = ()) -> Today:
    """Return a day on a machine whose last days ended at the hours *ends*."""
    return Today(workday=DAY, window=WINDOW, filled=frozenset(filled), ends=sorted(map(at, ends)))


class Machine:
    """A device that polls every 30 s while it is awake and takes due logs."""

    def __init__(self, seed: int, ends: Collection[float] = ()) -> None:
        self.rng = Random(seed)
        self.schedule = DetailedSchedule(self.rng)
        self.today = today(ends)
        self.taken: list[datetime] = []

    def restart(self) -> None:
        self.schedule = DetailedSchedule(self.rng)

    def look(self, now: datetime) -> None:
        slot = self.schedule.due_slot(now, self.today)
        if slot is not None:
            assert slot not in self.today.filled
            self.today = replace(self.today, filled=frozenset({*self.today.filled, slot}))
            self.schedule.taken(now)
            self.taken.append(now)

    def awake(self, start: float, end: float) -> None:
        now = at(start)
        while now < at(end):
            self.look(now)
            now += LOOK


hours = st.floats(0, 21.99)
seeds = st.integers(0, 2**32)
endings = st.lists(st.floats(8, 21.99), max_size=20)


@given(now=hours, ends=endings, filled=st.sampled_from([(), (1,), (2,)]), seed=seeds)
def test_a_draw_is_between_now_and_the_end_of_the_window(
    now: float, ends: list[float], filled: tuple[int, ...], seed: int
):
    drawn = draw(at(now), last=None, today=today(ends, filled), rng=Random(seed))

    assert max(at(now), WINDOW.start) <= drawn < WINDOW.end


@given(now=hours, ago=st.floats(0, 14), ends=endings, seed=seeds)
def test_a_draw_after_another_log_is_in_the_same_range(
    now: float, ago: float, ends: list[float], seed: int
):
    last = at(now - ago)
    drawn = draw(at(now), last=last, today=today(ends, {1}), rng=Random(seed))

    assert max(at(now), WINDOW.start) <= drawn < WINDOW.end


@given(now=st.floats(8, 20), seed=seeds)
def test_the_gap_is_kept_when_the_day_is_long_enough(now: float, seed: int):
    usual = today([22] * 20, {1})

    assert draw(at(now), last=at(now), today=usual, rng=Random(seed)) >= at(now) + GAP


@given(minutes=st.floats(16, 33), seed=seeds)
def test_the_gap_shrinks_when_the_day_is_nearly_over(minutes: float, seed: int):
    now = at(17) - timedelta(minutes=minutes)
    drawn = draw(now, last=now, today=today([17] * 20, {1}), rng=Random(seed))

    assert now <= drawn <= at(17)
    assert drawn - now < GAP


@given(seed=seeds)
def test_the_first_log_leaves_room_for_the_gap_before_the_second(seed: int):
    usual = today([17] * 20)

    assert draw(at(9), last=None, today=usual, rng=Random(seed)) <= horizon(at(9), 2, usual) - GAP


def test_the_first_log_is_the_earlier_one_of_two_uniform_draws():
    rng, usual = Random(7), today([17] * 20)
    room = horizon(at(9), 2, usual) - GAP - at(9)
    shares = [(draw(at(9), last=None, today=usual, rng=rng) - at(9)) / room for _ in range(4000)]

    assert abs(sum(shares) / len(shares) - 1 / 3) < 0.02
    assert abs(sum(share > 0.5 for share in shares) / len(shares) - 1 / 4) < 0.03


@given(now=st.floats(8, 21), ends=endings, left=st.sampled_from([1, 2]))
def test_the_horizon_is_ahead_and_in_the_window(now: float, ends: list[float], left: int):
    assert at(now) < horizon(at(now), left, today(ends)) < WINDOW.end


@given(ends=st.lists(st.floats(13, 21), min_size=5, max_size=20))
def test_the_horizon_stays_before_the_earliest_end_of_the_last_days(ends: list[float]):
    assert horizon(at(9), 2, today(ends)) < at(min(ends))


@pytest.mark.parametrize("end", [10, 11, 12, 12.2])
def test_days_that_ended_already_or_would_end_now_are_not_looked_at(end: float):
    assert horizon(at(12), 2, today([end, *[18] * 5])) == horizon(at(12), 2, today([18] * 6))


def test_little_is_waited_for_on_a_machine_of_which_little_is_known():
    assert horizon(at(9), 2, today([17] * 4)) < at(10) < horizon(at(9), 2, today([17] * 5))


@given(start=st.floats(0, 21.95), ends=endings, seed=seeds)
def test_a_machine_that_stays_awake_until_the_window_ends_has_two_logs(
    start: float, ends: list[float], seed: int
):
    machine = Machine(seed, ends)
    machine.awake(start, 24)

    assert len(machine.taken) == 2
    assert all(WINDOW.holds(moment) for moment in machine.taken)


@given(resumed=st.floats(21.9, 21.965), seed=seeds)
def test_so_has_one_that_resumes_shortly_before(resumed: float, seed: int):
    machine = Machine(seed, [18] * 20)
    machine.awake(8, 8.01)
    machine.awake(resumed, 24)

    assert len(machine.taken) == 2


@given(seed=seeds, resumed=st.floats(15, 20))
def test_a_time_that_was_slept_through_is_taken_soon_after_the_resume(seed: int, resumed: float):
    machine = Machine(seed, [15] * 20)
    machine.look(at(8))
    machine.look(at(resumed))
    assert machine.schedule.next_at is not None
    wait = machine.schedule.next_at - at(resumed)
    machine.awake(resumed, 21.9)

    assert timedelta(seconds=30) <= wait <= timedelta(seconds=180)
    assert timedelta(0) <= machine.taken[0] - at(resumed) - wait < LOOK


@given(seed=seeds)
def test_a_loop_that_was_held_up_for_a_minute_still_takes_it_at_once(seed: int):
    machine = Machine(seed, [15] * 20)
    machine.look(at(8))
    assert machine.schedule.next_at is not None
    late = machine.schedule.next_at + timedelta(seconds=60)
    machine.look(late)

    assert machine.taken == [late]


@given(seed=seeds, back=st.floats(0.1, 3))
def test_when_the_clock_is_turned_back_a_new_time_is_drawn_from_there(seed: int, back: float):
    machine = Machine(seed, [16] * 20)
    machine.look(at(12))
    before = machine.schedule.next_at
    machine.look(at(12 - back))

    assert machine.schedule.next_at is not None
    assert machine.schedule.next_at != before
    assert at(12 - back) <= machine.schedule.next_at <= horizon(at(12 - back), 2, machine.today)


@given(seed=seeds, seconds=st.floats(0, 89))
def test_a_small_correction_of_the_clock_moves_nothing(seed: int, seconds: float):
    machine = Machine(seed, [16] * 20)
    machine.look(at(12))
    before = machine.schedule.next_at
    machine.look(at(12) - timedelta(seconds=seconds))

    assert machine.schedule.next_at == before


def test_a_log_of_a_clock_that_was_a_day_ahead_moves_nothing():
    wrong, right = Machine(1, [17] * 20), Machine(1, [17] * 20)
    wrong.schedule.taken(at(9 + 24))
    wrong.look(at(9))
    right.look(at(9))

    assert wrong.schedule.next_at == right.schedule.next_at


def test_after_a_restart_the_time_is_drawn_again():
    machine = Machine(1, [17] * 20)
    machine.look(at(9))
    before = machine.schedule.next_at
    machine.restart()
    machine.look(at(9.1))

    assert machine.schedule.next_at is not None
    assert machine.schedule.next_at != before
    assert machine.schedule.next_at >= at(9.1)


def test_looking_again_does_not_draw_again():
    machine = Machine(1, [17] * 20)
    machine.look(at(6))
    before = machine.schedule.next_at
    machine.look(at(6.5))
    machine.look(at(8))

    assert machine.schedule.next_at == before


def test_a_log_that_could_not_be_stored_is_due_again():
    machine = Machine(1, [17] * 20)
    machine.look(at(9))
    due = machine.schedule.next_at
    assert due is not None

    assert machine.schedule.due_slot(due, machine.today) == 1
    assert machine.schedule.due_slot(due + LOOK, machine.today) == 1


def test_the_slot_that_the_server_already_has_is_not_taken_again():
    machine = Machine(1, [17] * 20)
    machine.today = today([17] * 20, {2})
    machine.awake(9, 22)

    assert machine.today.filled == {1, 2}
    assert len(machine.taken) == 1


@pytest.mark.parametrize("day", [None, today([], {1, 2})], ids=["day off", "both taken"])
def test_nothing_is_drawn_on_a_day_off_or_when_both_are_taken(day: Today | None):
    machine = Machine(1)
    machine.look(at(9))

    assert machine.schedule.due_slot(at(10), day) is None
    assert machine.schedule.next_at is None


def test_nothing_is_due_when_the_window_is_over():
    machine = Machine(1)
    machine.look(at(9))

    assert machine.schedule.due_slot(WINDOW.end, machine.today) is None
    assert machine.schedule.next_at is None


def steps() -> st.SearchStrategy[list[tuple[str, float]]]:
    """Return what may happen to a machine: awake, asleep, off, clocks that jump, in hours."""
    kinds = st.sampled_from(["awake", "asleep", "off", "back", "ahead"])
    return st.lists(st.tuples(kinds, st.floats(0.01, 4)), min_size=1, max_size=12)


@given(story=steps(), ends=endings, seed=seeds)
def test_whatever_happens_to_the_machine_and_its_clock_there_are_never_three(
    story: list[tuple[str, float]], ends: list[float], seed: int
):
    machine, now = Machine(seed, ends), 7.0
    for what, span in story:
        if what == "off":
            machine.restart()
        if what == "awake":
            machine.awake(now, now + span)
        now += -span if what == "back" else span

    assert len(machine.taken) <= 2
    assert all(WINDOW.holds(moment) for moment in machine.taken)


def first_and_second(count: int) -> Iterator[tuple[float, float]]:
    """Yield the local hours of the logs of a machine that is awake from nine to five, always."""
    rng = Random(20_261_123)
    for _ in range(count):
        first = draw(at(9), last=None, today=today([17] * 20), rng=rng)
        second = draw(first, last=first, today=today([17] * 20, {1}), rng=rng)
        yield (first - MIDNIGHT) / timedelta(hours=1), (second - MIDNIGHT) / timedelta(hours=1)


def test_every_half_of_the_day_gets_a_fair_share():
    taken = [hour for pair in first_and_second(2000) for hour in pair]
    before_noon = sum(hour < 13 for hour in taken) / len(taken)

    assert 0.25 <= before_noon <= 0.75


def test_no_ten_minutes_can_be_expected():
    taken = [hour for pair in first_and_second(2000) for hour in pair]
    per_ten_minutes = [sum(int(hour * 6) == n for hour in taken) for n in range(54, 102)]

    assert max(per_ten_minutes) < 0.06 * len(taken)
    assert sum(count > 0 for count in per_ten_minutes) > 35


def test_the_first_log_does_not_give_the_second_away():
    pairs = list(first_and_second(2000))
    gaps = sorted(second - first for first, second in pairs)

    assert gaps[0] >= 0.5
    assert gaps[1800] - gaps[200] > 1.5
