"""The agent itself, from its loop to the server's answers, on a clock that does not wait.

Collectors of detailed logs run as in real life: as drop-ins, in child processes.
"""

import itertools
import random  # noqa: TID251 -- seeded
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from wfhagent.agent import Agent
from wfhagent.assembly import Assembly, load_catalog
from wfhagent.paths import DataPaths
from wfhagent.plugin import Config, Delivery, Parcel, ParcelKind
from wfhagent.settings import Settings, parse_settings
from wfhagent.status import read_status
from wfhagent.testing import FakeTransport, StaticClock

COLLECTORS = """
from wfhagent.plugin import *

class Identity(Collector[Config]):
    name = "who"
    facts = (Fact("username", "User", "Presence"), Fact("hostname", "Host", "Presence"))
    occasions = frozenset({Occasion.HEARTBEAT, Occasion.DETAILED_LOG})

    def collect(self, context):
        return {"username": "alice", "hostname": "laptop-7"}

class Picture(Collector[Config]):
    name = "picture"
    facts = (Fact("screenshot", "Screen", "Presence"),)

    def collect(self, context):
        print("a plugin may print")
        context.attach(Attachment(name="screenshot", media_type="image/webp", data=b"RIFF"))
        return {"screenshot": {"status": "taken", "width": 1, "height": 1}}

@hookimpl
def register_collectors():
    return [Identity, Picture]
"""
MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


class LoopbackServer:
    """Takes everything, as the server does; `down` makes it unreachable."""

    def __init__(self) -> None:
        self.down = False
        self.beats: list[dict[str, Any]] = []
        self.logs: list[dict[str, Any]] = []
        self.transport = FakeTransport(self.answer)

    def answer(self, parcel: Parcel) -> Delivery:
        if self.down:
            return Delivery(status=None, detail="connection refused")
        if parcel.kind is ParcelKind.ENROLL:
            return Delivery(status=201, body={"token": "wfha_1", "slots_taken": []})
        if parcel.kind is ParcelKind.HEARTBEAT:
            self.beats += msgspec.json.decode(parcel.body)
        if parcel.kind is ParcelKind.LOG:
            self.logs.append(msgspec.json.decode(parcel.body))
        return Delivery(status=200)


@pytest.fixture
def server() -> LoopbackServer:
    return LoopbackServer()


@pytest.fixture
def clock() -> StaticClock:
    return StaticClock(MONDAY)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    raw = {
        "server": {"url": "https://127.0.0.1:8443", "auth_token": "wfhe_1"},
        "agent": {"keyring": False},
        "detailed_log": {"time_zone": "UTC"},
        # The installed plugins stay out: this is about the agent.
        "plugins": {"disabled": ["identity", "network", "geoip", "screenshot", "idle", "https"]},
    }
    return parse_settings(raw, tmp_path / "agent.toml")


@pytest.fixture
def make_agent(
    tmp_path: Path, settings: Settings, server: LoopbackServer, clock: StaticClock
) -> Iterator[Callable[[], Agent]]:
    drop_ins = tmp_path / "plugins"
    drop_ins.mkdir(mode=0o755)
    (drop_ins / "ours.py").write_text(COLLECTORS)
    (drop_ins / "ours.py").chmod(0o644)
    catalog = load_catalog({}, settings.plugins, drop_ins)
    catalog.transports["https"] = FakeTransport

    class TestAssembly(Assembly):
        def transport(self) -> FakeTransport:
            return server.transport

    assembly = TestAssembly(
        settings=settings,
        paths=DataPaths(directory=tmp_path / "data"),
        catalog=catalog,
        configs={name: Config() for name in ("who", "picture", "https")},
        drop_ins=drop_ins,
        program=[sys.executable, "-m", "wfhagent"],
    )
    opened: list[Agent] = []

    def make() -> Agent:
        opened.append(Agent(assembly, clock))
        return opened[-1]

    yield make
    for agent in opened:
        agent.__exit__(None, None, None)


def let_pass(agent: Agent, clock: StaticClock, *, until: datetime) -> None:
    """Run the loop as it runs, until the clock shows *until*."""
    never = threading.Event()
    while clock.now() < until:
        agent.tick()
        clock.wait(never, agent.pause_seconds())


def test_a_working_day_has_its_heartbeats_and_exactly_two_logs(
    make_agent: Callable[[], Agent], clock: StaticClock, server: LoopbackServer
):
    let_pass(make_agent(), clock, until=MONDAY + timedelta(hours=18))

    times = [datetime.fromisoformat(beat["timestamp"]) for beat in server.beats]
    gaps = [(b - a).total_seconds() for a, b in itertools.pairwise(times)]
    assert max(gaps) <= 330
    assert 216 <= len(times) <= 218
    assert [log["slot"] for log in server.logs] == [1, 2]
    assert {log["screenshot"]["status"] for log in server.logs} == {"taken"}
    taken = [datetime.fromisoformat(log["timestamp"]) for log in server.logs]
    assert all(8 <= moment.hour < 22 for moment in taken)
    assert taken[1] - taken[0] >= timedelta(minutes=30)


def test_an_outage_of_hours_loses_nothing(
    make_agent: Callable[[], Agent], clock: StaticClock, server: LoopbackServer
):
    agent = make_agent()
    server.down = True
    let_pass(agent, clock, until=MONDAY + timedelta(hours=9))
    sent_while_down = len(server.beats)
    server.down = False
    let_pass(agent, clock, until=MONDAY + timedelta(hours=18))

    sequence = [beat["seq"] for beat in server.beats]
    assert sent_while_down == 0
    assert 216 <= len(sequence) <= 218
    assert sequence == sorted(set(sequence))
    assert [log["slot"] for log in server.logs] == [1, 2]


def test_restarts_never_make_a_third_log(
    make_agent: Callable[[], Agent], clock: StaticClock, server: LoopbackServer
):
    for hour in range(1, 19):
        agent = make_agent()
        let_pass(agent, clock, until=MONDAY + timedelta(hours=hour))

    assert sorted(log["slot"] for log in server.logs) == [1, 2]


def test_after_sleep_there_is_a_heartbeat_at_once_and_none_is_invented(
    make_agent: Callable[[], Agent], clock: StaticClock, server: LoopbackServer
):
    agent = make_agent()
    let_pass(agent, clock, until=MONDAY + timedelta(minutes=20))
    before = len(server.beats)
    clock.advance(3 * 3600)
    woke_at = clock.now()
    agent.tick()

    assert len(server.beats) == before + 1
    assert datetime.fromisoformat(server.beats[-1]["timestamp"]) == woke_at


def test_days_in_sleep_are_reported_as_missed_with_their_reasons(
    make_agent: Callable[[], Agent], clock: StaticClock, server: LoopbackServer
):
    agent = make_agent()
    let_pass(agent, clock, until=MONDAY + timedelta(hours=2, minutes=1))
    clock.advance(3 * 86_400)
    let_pass(agent, clock, until=clock.now() + timedelta(minutes=10))

    missed = {
        (slot["workday"], slot["slot"]): slot["reason"]
        for beat in server.beats
        for slot in beat.get("missed", ())
    }
    assert missed == {
        ("2026-11-23", 1): "awake from 08:00 to 08:00 only",
        ("2026-11-23", 2): "awake from 08:00 to 08:00 only",
        ("2026-11-24", 1): "off or asleep all day",
        ("2026-11-24", 2): "off or asleep all day",
        ("2026-11-25", 1): "off or asleep all day",
        ("2026-11-25", 2): "off or asleep all day",
    }


def test_no_logs_on_a_day_off(
    make_agent: Callable[[], Agent], clock: StaticClock, server: LoopbackServer
):
    clock.observe(MONDAY - timedelta(days=2))
    let_pass(make_agent(), clock, until=MONDAY - timedelta(hours=30))

    assert len(server.beats) > 200
    assert server.logs == []


def test_the_status_says_how_it_stands_and_not_when_the_next_log_comes(
    make_agent: Callable[[], Agent], clock: StaticClock, server: LoopbackServer, tmp_path: Path
):
    agent = make_agent()
    server.down = True
    agent.tick()

    status = read_status(tmp_path / "data" / "status.json")

    assert status is not None
    assert status.problem == "connection refused"
    assert (status.username, status.hostname, status.queued_heartbeats) == ("alice", "laptop-7", 1)
    drawn = agent._workdays._schedule.next_at
    assert drawn is not None
    assert f"{drawn:%H:%M}" not in (tmp_path / "data" / "status.json").read_text()


def test_a_clock_that_jumps_makes_no_third_log(
    make_agent: Callable[[], Agent], clock: StaticClock, server: LoopbackServer
):
    rng = random.Random(3)
    agent = make_agent()
    for _ in range(40):
        let_pass(agent, clock, until=clock.now() + timedelta(minutes=25))
        clock.observe(clock.now() + timedelta(minutes=rng.uniform(-90, 90)))

    per_day: dict[str, list[int]] = {}
    for log in server.logs:
        per_day.setdefault(log["workday"], []).append(log["slot"])
    assert all(sorted(set(slots)) == sorted(slots) for slots in per_day.values())
