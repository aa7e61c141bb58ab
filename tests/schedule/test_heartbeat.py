"""Heartbeats: one at once, then one per interval from a random phase."""

import itertools
from random import Random  # noqa: TID251 -- seeded

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfhagent.schedule.heartbeat import HeartbeatSchedule

INTERVAL = 300.0


def heartbeats(
    schedule: HeartbeatSchedule, start: float, end: float, look: float = 1.0
) -> list[float]:
    """Return the moments of the heartbeats when the loop looks every *look* seconds."""
    looks = (start + n * look for n in range(int((end - start) / look)))
    return [at for at in looks if schedule.due(at)]


def test_the_first_heartbeat_is_sent_at_once():
    schedule = HeartbeatSchedule(INTERVAL, Random(1))

    assert schedule.due(12_345.0)
    assert not schedule.due(12_345.0)


@given(seed=st.integers(), start=st.floats(0, 1e7))
def test_the_second_comes_within_an_interval_and_then_one_per_interval(seed: int, start: float):
    sent = heartbeats(HeartbeatSchedule(INTERVAL, Random(seed)), start, start + 3600)
    gaps = [after - before for before, after in itertools.pairwise(sent)]

    assert sent[0] == start
    assert gaps[0] <= INTERVAL + 1
    assert all(abs(gap - INTERVAL) <= 1 for gap in gaps[1:])
    assert 12 <= len(sent) <= 13


@given(seed=st.integers(), lateness=st.lists(st.floats(0.01, 29), min_size=50, max_size=50))
def test_a_late_poll_does_not_shift_the_heartbeats(seed: int, lateness: list[float]):
    schedule = HeartbeatSchedule(INTERVAL, Random(seed))
    schedule.due(0.0)
    phase = schedule.next_at
    for number, late in enumerate(lateness):
        assert schedule.due(phase + number * INTERVAL + late)

    assert abs(schedule.next_at - (phase + len(lateness) * INTERVAL)) < 0.001


@given(seed=st.integers(), asleep=st.floats(90, 1e6))
def test_heartbeats_that_sleep_swallowed_are_not_invented(seed: int, asleep: float):
    schedule = HeartbeatSchedule(INTERVAL, Random(seed))
    heartbeats(schedule, 0.0, 1000.0)
    woke = 1000.0 + asleep
    schedule.resumed(woke)

    assert schedule.due(woke)
    assert len(heartbeats(schedule, woke, woke + INTERVAL)) <= 1


@given(seed=st.integers(), unnoticed=st.floats(301, 1e6))
def test_a_pause_that_nobody_noticed_gives_one_heartbeat_and_no_burst(seed: int, unnoticed: float):
    schedule = HeartbeatSchedule(INTERVAL, Random(seed))
    heartbeats(schedule, 0.0, 1000.0)
    woke = schedule.next_at + unnoticed

    assert schedule.due(woke)
    assert not schedule.due(woke + 0.5)
    assert schedule.next_at > woke


@pytest.mark.parametrize("resumed", [False, True], ids=["started", "resumed"])
def test_a_thousand_laptops_opened_in_the_same_second_do_not_report_in_the_same_second(
    *, resumed: bool
):
    rng = Random(7)
    schedules = [HeartbeatSchedule(INTERVAL, rng) for _ in range(1000)]
    for schedule in schedules:
        schedule.due(0.0)
        if resumed:
            schedule.resumed(50_000.0)
            schedule.due(50_000.0)
    phases = [int(schedule.next_at) - 50_000 * resumed for schedule in schedules]
    per_second = [phases.count(second) for second in range(301)]

    assert max(per_second) < 15
    assert sum(per_second) == 1000
    assert 430 < sum(per_second[:150]) < 570


def test_after_a_rest_laptops_begin_all_over_an_interval():
    firsts = []
    for seed in range(200):
        schedule = HeartbeatSchedule(INTERVAL, Random(seed))
        schedule.begin_anywhere(0.0)
        firsts.append(heartbeats(schedule, 0.0, 2 * INTERVAL)[0])

    assert max(firsts) <= INTERVAL + 1
    # No minute has more than twice its share.
    assert all(sum(m <= first < m + 60 for first in firsts) < 80 for m in range(0, 300, 60))
