"""Heartbeats condensed to stretches: nothing is invented, nothing is lost."""

import itertools
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from wfhserver.employees.timeline import TimelineHeartbeat, covered, segments_of
from wfhserver.testing import NOW

MINUTE = timedelta(minutes=1)
LATER = NOW + timedelta(days=2)
HEARTBEATS = st.lists(st.tuples(st.integers(0, 1440), st.sampled_from(["online", "idle"]))).map(
    lambda found: [
        TimelineHeartbeat(NOW + minute * MINUTE, status) for minute, status in sorted(found)
    ]
)


def of(*minutes_and_statuses: tuple[int, str]) -> list[tuple[str | None, int, int]]:
    heartbeats = [
        TimelineHeartbeat(NOW + minute * MINUTE, status) for minute, status in minutes_and_statuses
    ]
    return [
        (each.status, (each.start - NOW) // MINUTE, (each.end - NOW) // MINUTE)
        for each in segments_of(heartbeats, MINUTE, LATER)
    ]


def test_heartbeats_in_time_are_one_stretch_and_silence_is_another() -> None:
    assert of((0, "online"), (5, "online"), (11, "online"), (40, "online")) == [
        ("online", 0, 16),
        (None, 16, 40),
        ("online", 40, 45),
    ]


def test_another_status_begins_another_stretch() -> None:
    assert of((0, "online"), (5, "idle"), (8, "online")) == [
        ("online", 0, 5),
        ("idle", 5, 8),
        ("online", 8, 13),
    ]


def test_nothing_lasts_longer_than_now() -> None:
    (only,) = segments_of([TimelineHeartbeat(NOW, "online")], MINUTE, NOW + 2 * MINUTE)

    assert only.end - only.start == 2 * MINUTE


@given(HEARTBEATS)
def test_stretches_join_without_a_hole_and_hold_every_heartbeat(
    heartbeats: list[TimelineHeartbeat],
) -> None:
    found = segments_of(heartbeats, MINUTE, LATER)

    assert all(one.end == two.start for one, two in itertools.pairwise(found))
    assert all(each.start <= each.end for each in found)
    for heartbeat in heartbeats:
        assert any(
            each.status is not None and each.start <= heartbeat.at <= each.end for each in found
        )
    assert covered(found) <= len(heartbeats) * 6 * MINUTE
