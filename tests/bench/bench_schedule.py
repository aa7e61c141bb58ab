"""Two logs a day on laptops as they are: the schedule beside two uniform draws over 08-22."""

import sys
from pathlib import Path

from figures import Figure

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.schedule.laptop_days import Kind
from tests.schedule.simulate import Outcome, simulate

SEED = 20_261_123
DAYS_PER_KIND = 2000
PROMISED_PERCENT = 98.0


def figures() -> list[Figure]:
    """Simulate 10,000 working days, and return how many had exactly two logs, and three."""
    outcomes = [simulate(kind, DAYS_PER_KIND, SEED) for kind in Kind]
    days = sum(outcome.schedule.days for outcome in outcomes)
    ours = 100 * sum(outcome.schedule.by_count[2] for outcome in outcomes) / days
    uniform = 100 * sum(outcome.uniform.by_count[2] for outcome in outcomes) / days
    return [
        Figure(
            name="schedule.exactly_two",
            value=ours,
            yardstick=uniform,
            # The ratio at which the share is what is promised, whatever the yardstick gave.
            bound=PROMISED_PERCENT / uniform,
            unit="% of days",
            note=f"{ours:.2f} % of {days} days with an hour awake have exactly two logs"
            f" (promised {PROMISED_PERCENT:.0f} %), two uniform draws give {uniform:.2f} %",
        ),
        _never_three(outcomes),
    ]


def _never_three(outcomes: list[Outcome]) -> Figure:
    days = len(outcomes) * DAYS_PER_KIND
    three = sum(len(outcome.schedule.more_than_two) for outcome in outcomes)
    return Figure(
        name="schedule.never_three",
        value=days - three,
        yardstick=days,
        bound=1.0,
        unit="days",
        note=f"{three} of {days} simulated working days have more than two logs",
    )
