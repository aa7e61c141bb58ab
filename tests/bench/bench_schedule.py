"""Two logs a day on real laptops: the schedule, compared with two uniform draws over 08-22."""

import sys
from pathlib import Path

from figures import Figure

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.schedule.laptop_days import Kind
from tests.schedule.simulate import Tally, simulate, simulate_uniform

SEED = 20_261_123
DAYS_PER_KIND = 2000
PROMISED_PERCENT = 98.0
ANNOUNCED = 0.9
ANNOUNCED_PERCENT = 99.5


def figures() -> list[Figure]:
    """Simulate 10,000 working days, and return how many had exactly two logs, and three."""
    silent = [simulate(kind, DAYS_PER_KIND, SEED) for kind in Kind]
    announced = [simulate(kind, DAYS_PER_KIND, SEED, ANNOUNCED) for kind in Kind]
    uniform = _percent([simulate_uniform(kind, DAYS_PER_KIND, SEED) for kind in Kind])
    return [
        _exactly_two("schedule.exactly_two", silent, uniform, PROMISED_PERCENT),
        _exactly_two("schedule.exactly_two_announced", announced, uniform, ANNOUNCED_PERCENT),
        _never_three(silent + announced),
    ]


def _percent(tallies: list[Tally]) -> float:
    return 100 * sum(t.by_count[2] for t in tallies) / sum(t.days for t in tallies)


def _exactly_two(name: str, tallies: list[Tally], uniform: float, promised: float) -> Figure:
    days = sum(tally.days for tally in tallies)
    return Figure(
        name=name,
        value=_percent(tallies),
        yardstick=uniform,
        # The ratio at which the share is what is promised, whatever the yardstick gave.
        bound=promised / uniform,
        unit="% of days",
        note=f"{_percent(tallies):.2f} % of {days} days with an hour awake have exactly two logs"
        f" (promised {promised:g} %), two uniform draws give {uniform:.2f} %",
    )


def _never_three(tallies: list[Tally]) -> Figure:
    days = len(tallies) * DAYS_PER_KIND
    three = sum(len(tally.more_than_two) for tally in tallies)
    return Figure(
        name="schedule.never_three",
        value=days - three,
        yardstick=days,
        bound=1.0,
        unit="days",
        note=f"{three} of {days} simulated working days have more than two logs",
    )
