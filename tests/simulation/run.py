"""Many lives on all cores: broken laws, and how many days had two logs."""

import datetime as dt
import logging
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from tests.schedule.laptop_days import Kind
from tests.schedule.local_days import RULE
from tests.schedule.simulate import DAYS_PER_LAPTOP, simulate
from tests.scratch import fast_disk
from tests.simulation.life import Life
from tests.simulation.story import Story

from wfhagent.schedule.working_day import WorkingDays

WORKING_DAYS = 50
ANNOUNCED = (0.9, 0.9, 0.0)
"""Two of three systems announce nine of ten shutdowns; the third announces none."""


@dataclass
class Result:
    """What came of some lives: days with an hour awake in the window, and faults."""

    announced: float
    lived: int = 0
    days: int = 0
    exactly_two: int = 0
    cuts: int = 0
    seconds: float = 0.0
    spread: float = 1.0
    faults: list[str] = field(default_factory=list)


def stories(seed: int) -> Iterator[Story]:
    """Yield the stories of *seed*, without end."""
    number = 0
    while True:
        for kind in Kind:
            yield Story(
                kind=kind,
                seed=f"{seed}.{number}",
                working_days=WORKING_DAYS,
                announced=ANNOUNCED[number % len(ANNOUNCED)],
            )
            number += 1


def live(story: Story) -> Result:
    """Live one story with the whole agent."""
    logging.disable(logging.CRITICAL)
    started = time.process_time()
    with tempfile.TemporaryDirectory(dir=fast_disk()) as name:
        life = Life(story, Path(name))
        ledger = life.live()
    return Result(
        announced=story.announced,
        lived=story.working_days,
        days=ledger.days,
        exactly_two=ledger.exactly_two,
        cuts=life.world.cuts,
        seconds=time.process_time() - started,
        faults=ledger.faults,
    )


def live_by_rule(story: Story, rule: WorkingDays = RULE) -> Result:
    """Live one story with the rule of the two logs alone, which may be taken as *rule* says."""
    started = time.process_time()
    days = DAYS_PER_LAPTOP * 10
    outcome = simulate(story.kind, days, f"{story.seed}", story.announced, rule=rule)
    return Result(
        announced=story.announced,
        lived=DAYS_PER_LAPTOP * 10,
        days=outcome.days,
        exactly_two=outcome.by_count[2],
        seconds=time.process_time() - started,
        spread=outcome.spread,
        faults=[f"more than two logs: {day}" for day in outcome.more_than_two]
        + [f"a log outside of the window: {log}" for log in outcome.outside],
    )


def rule_of(hours: str) -> WorkingDays:
    """Return the rule of working hours such as 09:00-13:00, from Monday to Friday."""
    start, end = map(dt.time.fromisoformat, hours.split("-"))
    return WorkingDays(start=start, end=end, weekdays=RULE.weekdays)


def results(days: int, seed: int, *, rule: bool = False, hours: str = "") -> Iterable[Result]:
    """Live about *days* working days, on all cores; *hours* are those of the *rule*."""
    each = DAYS_PER_LAPTOP * 10 if rule else WORKING_DAYS
    by_rule = partial(live_by_rule, rule=rule_of(hours)) if hours else live_by_rule
    chosen = list(islice(stories(seed), -(-days // each)))
    # A child that is forked would share the connections of this one.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        yield from pool.map(by_rule if rule else live, chosen)
