"""An agent that breaks its promises is found: the laws are not there for show."""

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from tests.schedule.laptop_days import Kind
from tests.scratch import fast_disk
from tests.simulation.life import Life
from tests.simulation.story import Story

from wfhagent.deliver import courier
from wfhagent.deliver.answers import Action
from wfhagent.outbox.days import Days
from wfhagent.outbox.store import Outbox
from wfhagent.schedule.company_calendar import CompanyCalendar
from wfhagent.schedule.heartbeat import HeartbeatSchedule

WORKING_DAYS = 20
# Not each life has the chance to break each law: the first one that does shows it.
LIVES = 5
Break = Callable[[], Any]


def forget_missed() -> Any:
    """Close days without a word of the slots that were missed."""
    close = Days.close

    def silent(days: Days, workday: date, _missed: object) -> None:
        close(days, workday, [])

    return patch.object(Days, "close", silent)


def skip_heartbeats() -> Any:
    """Send every other heartbeat."""
    begin = HeartbeatSchedule.__init__

    def lazy(schedule: HeartbeatSchedule, interval: float, rng: Any) -> None:
        begin(schedule, 2 * interval, rng)

    return patch.object(HeartbeatSchedule, "__init__", lazy)


@pytest.mark.parametrize(
    ("broken", "law"),
    [
        (
            lambda: patch.object(courier, "decide", lambda _delivery: Action.DONE),
            "count as sent and never arrived",
        ),
        (lambda: patch.object(Outbox, "_next_seq", lambda *_: 1), "two heartbeats have the number"),
        (forget_missed, "the rest is unreported"),
        (skip_heartbeats, "no heartbeat from"),
        (
            lambda: patch.object(CompanyCalendar, "narrow", lambda _calendar, window: window),
            "outside the company's working hours",
        ),
    ],
)
def test_a_broken_agent_is_found(broken: Break, law: str):
    faults = list[str]()
    for number in range(LIVES):
        if not any(law in fault for fault in faults):
            faults += faults_of(number, broken)

    assert any(law in fault for fault in faults), faults


def faults_of(number: int, broken: Break) -> list[str]:
    """Return the broken laws of a life with an agent that is broken."""
    story = Story(kind=Kind.ERRATIC, seed=f"{number}.0", working_days=WORKING_DAYS, announced=0.0)
    with tempfile.TemporaryDirectory(dir=fast_disk()) as folder, broken():
        return list(Life(story, Path(folder)).live().faults)
