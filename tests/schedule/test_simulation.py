"""10,000 working days of realistic laptops: two logs on nearly all of them, never three."""

from collections.abc import Sequence
from datetime import date
from random import Random  # noqa: TID251 -- seeded
from zoneinfo import ZoneInfo

import pytest
from tests.schedule.laptop_days import Awake, Kind, life
from tests.schedule.local_days import moment_of
from tests.schedule.simulate import LOOK_SECONDS, Laptop, Logs, Tally, simulate, simulate_uniform

from wfhagent.agent.workdays import Workdays
from wfhagent.agent.working_time import WorkingTime
from wfhagent.outbox.store import Outbox
from wfhagent.settings import DetailedLogSettings

SEED = 20_261_123
DAYS_PER_KIND = 2000
ZONE = "Europe/Vienna"


Tallies = dict[Kind, Tally]


@pytest.fixture(scope="module", params=[0.0, 0.9], ids=["no end announced", "ends announced"])
def tallies(request: pytest.FixtureRequest) -> Tallies:
    """Return the results for each kind of people."""
    return {kind: simulate(kind, DAYS_PER_KIND, SEED, request.param) for kind in Kind}


def test_no_day_ever_has_three_logs(tallies: Tallies):
    assert [day for tally in tallies.values() for day in tally.more_than_two] == []


def test_no_log_is_taken_on_a_day_off_or_outside_of_the_window(tallies: Tallies):
    assert [log for tally in tallies.values() for log in tally.outside] == []


def test_nearly_every_day_with_an_hour_awake_has_exactly_two_logs(
    tallies: Tallies, request: pytest.FixtureRequest
):
    announced = "no end" not in request.node.callspec.id
    days = sum(tally.days for tally in tallies.values())
    two = sum(tally.by_count[2] for tally in tallies.values())
    fewer = [day for tally in tallies.values() for day in tally.fewer]

    assert days > 8500
    assert two >= (0.995 if announced else 0.98) * days, f"{len(fewer)} of {days}: {fewer[:20]}"


@pytest.mark.parametrize("kind", Kind)
def test_no_kind_of_people_is_left_out(tallies: Tallies, kind: Kind):
    assert tallies[kind].days > 1300
    assert tallies[kind].exactly_two >= 97, tallies[kind].fewer[:20]


@pytest.mark.parametrize("kind", Kind)
def test_the_logs_are_spread_over_half_of_the_day(tallies: Tallies, kind: Kind):
    assert tallies[kind].spread >= 0.5


def test_a_uniform_draw_would_be_far_worse():
    tallies = [simulate_uniform(kind, DAYS_PER_KIND, SEED) for kind in Kind]

    assert sum(tally.by_count[2] for tally in tallies) < 0.5 * sum(t.days for t in tallies)


def looked_at_every_30_seconds(stretches: Sequence[Awake], outbox: Outbox, rng: Random) -> Logs:
    """Live *stretches* as the agent does: through `Workdays`, its database, and every look."""
    settings = DetailedLogSettings(time_zone=ZONE)
    logs: dict[date, list[float]] = {}
    working_time = WorkingTime(settings)
    workdays, pause = Workdays(working_time, outbox.days, rng), 0
    for stretch in stretches:
        if stretch.restarted:
            workdays, pause = Workdays(working_time, outbox.days, rng), 0
        seconds = stretch.start + pause
        while seconds < stretch.end:
            now = moment_of(seconds)
            workdays.note_awake(now, trusted=True)
            slot = workdays.due_slot(now)
            if slot is not None:
                assert outbox.days.fill(working_time.today(now), slot)
                workdays.filled(now)
                logs.setdefault(working_time.today(now), []).append(seconds)
            seconds += LOOK_SECONDS
        pause = seconds - stretch.end
    return logs


@pytest.mark.parametrize("kind", Kind)
def test_the_simulation_equals_the_loop_of_the_agent(outbox: Outbox, kind: Kind):
    zone = ZoneInfo(ZONE)
    stretches = life(kind, zone, date(2026, 3, 18), 10, Random(f"{SEED} {kind}"))
    laptop = Laptop(zone, Random(SEED))
    laptop.live(stretches)

    assert laptop.logs == looked_at_every_30_seconds(stretches, outbox, Random(SEED))
    assert sum(map(len, laptop.logs.values())) >= 10
