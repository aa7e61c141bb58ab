"""10,000 working days of laptops as they are: two logs on nearly all of them, never three."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random  # noqa: TID251 -- seeded
from zoneinfo import ZoneInfo

import pytest
from tests.schedule.laptop_days import Awake, Kind, life
from tests.schedule.simulate import LOOK, Laptop, Logs, Outcome, simulate

from wfhagent.outbox.store import Outbox
from wfhagent.settings import DetailedLogSettings
from wfhagent.workdays import Workdays

SEED = 20_261_123
DAYS_PER_KIND = 2000
ZONE = "Europe/Vienna"


@pytest.fixture(scope="module")
def outcomes() -> dict[Kind, Outcome]:
    """Return what became of the days of each kind of people."""
    return {kind: simulate(kind, DAYS_PER_KIND, SEED) for kind in Kind}


def test_no_day_ever_has_three_logs(outcomes: dict[Kind, Outcome]):
    assert [day for outcome in outcomes.values() for day in outcome.schedule.more_than_two] == []


def test_no_log_is_taken_on_a_day_off_or_outside_of_the_window(outcomes: dict[Kind, Outcome]):
    assert [log for outcome in outcomes.values() for log in outcome.schedule.outside] == []


def test_nearly_every_day_with_an_hour_awake_has_exactly_two_logs(outcomes: dict[Kind, Outcome]):
    days = sum(outcome.schedule.days for outcome in outcomes.values())
    two = sum(outcome.schedule.by_count[2] for outcome in outcomes.values())
    fewer = [day for outcome in outcomes.values() for day in outcome.schedule.fewer]

    assert days > 8500
    assert two >= 0.98 * days, f"{len(fewer)} of {days} days have fewer: {fewer[:20]}"


@pytest.mark.parametrize("kind", Kind)
def test_no_kind_of_people_is_left_out(outcomes: dict[Kind, Outcome], kind: Kind):
    tally = outcomes[kind].schedule

    assert tally.days > 1300
    assert tally.exactly_two >= 97, tally.fewer[:20]


def test_a_uniform_draw_would_be_far_worse(outcomes: dict[Kind, Outcome]):
    days = sum(outcome.uniform.days for outcome in outcomes.values())
    two = sum(outcome.uniform.by_count[2] for outcome in outcomes.values())

    assert two < 0.5 * days


def test_where_most_ends_are_announced_hardly_a_day_is_missed(outcomes: dict[Kind, Outcome]):
    days = sum(outcome.announced.days for outcome in outcomes.values())
    two = sum(outcome.announced.by_count[2] for outcome in outcomes.values())

    assert two >= 0.995 * days
    assert [day for outcome in outcomes.values() for day in outcome.announced.more_than_two] == []


@pytest.mark.parametrize("kind", Kind)
def test_the_logs_are_spread_over_half_of_the_day(outcomes: dict[Kind, Outcome], kind: Kind):
    assert outcomes[kind].schedule.spread >= 0.5
    assert outcomes[kind].announced.spread >= 0.5


def looked_at_every_30_seconds(stretches: Sequence[Awake], outbox: Outbox, rng: Random) -> Logs:
    """Live *stretches* as the agent does: through `Workdays`, its database, and every look."""
    settings = DetailedLogSettings(time_zone=ZONE)
    logs: dict[date, list[datetime]] = {}
    workdays, pause = Workdays(settings, outbox.days, rng), timedelta(0)
    for stretch in stretches:
        if stretch.restarted:
            workdays, pause = Workdays(settings, outbox.days, rng), timedelta(0)
        now = stretch.start + pause
        while now < stretch.end:
            workdays.note_awake(now, trusted=True)
            slot = workdays.due_slot(now)
            if slot is not None:
                assert outbox.days.fill(workdays.today(now), slot)
                workdays.filled(now)
                logs.setdefault(workdays.today(now), []).append(now)
            now += LOOK
        pause = now - stretch.end
    return logs


@pytest.mark.parametrize("kind", Kind)
def test_the_simulation_equals_the_loop_of_the_agent(outbox: Outbox, kind: Kind):
    zone = ZoneInfo(ZONE)
    stretches = life(kind, zone, date(2026, 3, 18), 10, Random(f"{SEED} {kind}"))
    laptop = Laptop(zone, Random(SEED))
    laptop.live(stretches)

    assert laptop.logs == looked_at_every_30_seconds(stretches, outbox, Random(SEED))
    assert sum(map(len, laptop.logs.values())) >= 10
