"""How fast lives are simulated, beside what was promised: days per second and core."""

import sys
from pathlib import Path

from figures import Figure

sys.path.insert(0, str(Path(__file__).parents[2]))

from itertools import islice

from tests.simulation.run import Result, live, live_by_rule, stories

SEED = 1
LIVES = 5
PROMISED_DAYS_PER_SECOND = 100.0
PROMISED_BY_RULE = 20_000.0


def figures() -> list[Figure]:
    """Live one life of each kind, with the whole agent and with the rule alone."""
    chosen = list(islice(stories(SEED), LIVES))
    return [
        Figure(
            "simulation.agent",
            _rate([live(story) for story in chosen]),
            PROMISED_DAYS_PER_SECOND,
            1.0,
            "days/s",
            note="the promise; held back by SQLite, the server's app and the status file",
        ),
        Figure(
            "simulation.rule",
            _rate([live_by_rule(story) for story in chosen]),
            PROMISED_BY_RULE,
            1.0,
            "days/s",
            note="the promise; held back by arithmetic with datetimes in zones",
        ),
    ]


def _rate(results: list[Result]) -> float:
    return sum(result.lived for result in results) / sum(result.seconds for result in results)
