"""The backoff has jitter and a maximum, and is never shorter than the server asked for."""

import random  # noqa: TID251 -- seeded

from hypothesis import given
from hypothesis import strategies as st

from wfhagent.deliver.backoff import (
    LONGEST_ASKED_SECONDS,
    LONGEST_SECONDS,
    SHORTEST_SECONDS,
    delay_seconds,
)


@given(failures=st.integers(1, 10_000), seed=st.integers())
def test_the_delay_is_within_its_bounds(failures: int, seed: int):
    delay = delay_seconds(failures, retry_after_seconds=None, rng=random.Random(seed))

    assert SHORTEST_SECONDS <= delay <= LONGEST_SECONDS


@given(retry_after=st.floats(0, 86_400), seed=st.integers())
def test_retry_after_is_obeyed_with_jitter_on_top(retry_after: float, seed: int):
    delay = delay_seconds(1, retry_after_seconds=retry_after, rng=random.Random(seed))

    assert delay >= retry_after + SHORTEST_SECONDS


def test_a_thousand_laptops_do_not_come_back_at_once():
    rng = random.Random(7)
    delays = [delay_seconds(8, retry_after_seconds=60, rng=rng) for _ in range(1000)]
    fullest_second = max(sum(1 for d in delays if int(d) == second) for second in range(60, 361))

    assert fullest_second < 20


@given(retry_after=st.floats(86_400, allow_nan=False), seed=st.integers())
def test_no_slip_of_a_server_silences_a_laptop_for_ever(retry_after: float, seed: int):
    delay = delay_seconds(1, retry_after_seconds=retry_after, rng=random.Random(seed))

    assert delay <= LONGEST_ASKED_SECONDS + LONGEST_SECONDS
