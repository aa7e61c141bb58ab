"""The speed of the simulation in days per second and core, compared with the promise."""

import sys
from pathlib import Path

from figures import Figure

sys.path.insert(0, str(Path(__file__).parents[2]))

from itertools import islice

from tests.schedule.laptop_days import Kind
from tests.simulation.run import Result, live, live_by_rule, stories

SEED = 1
LIVES = 20
LIVES_BY_RULE = 30
"""What a zone makes of a date is computed once; in the first lives that is a part of the time."""
PROMISED_DAYS_PER_SECOND = 100.0
PROMISED_BY_RULE = 20_000.0


def figures() -> list[Figure]:
    """Live lives of each kind, with the whole agent and with the rule alone."""
    by_rule = [live_by_rule(story) for story in islice(stories(SEED), LIVES_BY_RULE)]
    return [
        Figure(
            "simulation.agent",
            _rate([live(story) for story in islice(stories(SEED), LIVES)]),
            PROMISED_DAYS_PER_SECOND,
            1.0,
            "days/s",
            note="the promise; held back by the agent itself, its SQLite, and the server's app",
        ),
        Figure(
            "simulation.rule",
            _rate(by_rule),
            PROMISED_BY_RULE,
            1.0,
            "days/s",
            note=f"the promise; of the slowest kind of people {_slowest(by_rule):,.0f}",
        ),
    ]


def _slowest(results: list[Result]) -> float:
    # The kinds alternate.
    return min(_rate(results[kind :: len(Kind)]) for kind in range(len(Kind)))


def _rate(results: list[Result]) -> float:
    return sum(result.lived for result in results) / sum(result.seconds for result in results)
