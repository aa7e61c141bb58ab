"""An agent whose transport is a hostile plugin: it stays, and loses nothing."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random  # noqa: TID251 -- seeded
from typing import Any

import pytest
from tests.drop_ins import ABORTED
from tests.third_party import WAYS, provide, transport

from wfhagent.agent.agent import Agent
from wfhagent.assembly import assemble
from wfhagent.status import Status, read_status
from wfhagent.testing import StaticClock

SETTINGS = """
[server]
url = "https://127.0.0.1:9"
auth_token = "wfhe_1"
[agent]
transport = "pigeon"
data_directory = '{folder}/data'
keyring = false
[detailed_log]
working_days = ["sun"]
[plugins]
directory = '{folder}/plugins'
disabled = ["network"]
"""
MINUTES = 60.0
MakeAgent = Callable[[str], Agent]


@pytest.fixture
def clock() -> StaticClock:
    return StaticClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))


@pytest.fixture(params=WAYS)
def agent_with(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    clock: StaticClock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MakeAgent]:
    """Returns an agent whose transport begins `send` with the given code."""
    monkeypatch.setattr("wfhagent.assembly.SystemClock", lambda: clock)
    add = provide(request.param, tmp_path, monkeypatch)
    running: list[Agent] = []

    def make(body: str) -> Agent:
        add("pigeon", transport(tmp_path / "carried", body=body))
        file = tmp_path / "agent.toml"
        file.write_text(SETTINGS.format(folder=tmp_path))
        running.append(Agent(assemble(file, {}), clock, rng=Random(7)))
        return running[-1]

    yield make
    for agent in running:
        agent.__exit__(None, None, None)


def work(agent: Agent, clock: StaticClock, minutes: float) -> None:
    give_up = clock.elapsed() + minutes * MINUTES
    while clock.elapsed() < give_up:
        agent.tick()
        clock.advance(min(agent.pause_seconds(), give_up - clock.elapsed()))


def heartbeats(folder: Path) -> list[dict[str, Any]]:
    """Return each heartbeat that was carried, once, with the enrollment left out."""
    # The question for the calendar has no body.
    lines = filter(None, (folder / "carried").read_bytes().splitlines())
    batches = [found for line in lines if isinstance(found := json.loads(line), list)]
    return list({one["timestamp"]: one for batch in batches for one in batch}.values())


def status_in(folder: Path) -> Status:
    status = read_status(folder / "data" / "status.json")
    assert status is not None
    return status


def test_what_a_transport_that_dies_does_not_deliver_arrives_later(
    agent_with: MakeAgent, clock: StaticClock, tmp_path: Path
):
    works = tmp_path / "works"
    agent = agent_with(f"if not os.path.exists({str(works)!r}): os.abort()")
    work(agent, clock, 30)
    status = status_in(tmp_path)
    works.touch()

    while status_in(tmp_path).problem:
        work(agent, clock, 1)
    recovering = status_in(tmp_path)
    work(agent, clock, 120)

    assert status.problem_code == "transport_failed"
    assert "The transport `pigeon` is in quarantine for " in status.problem
    assert status.failing["pigeon"] == status.problem
    assert f"times: its process {ABORTED}" in recovering.failing["pigeon"]
    arrived = heartbeats(tmp_path)
    times = [datetime.fromisoformat(one["timestamp"]) for one in arrived]
    assert times[0] == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert max(after - before for before, after in pairwise(times)) < timedelta(minutes=6)
    assert clock.now() - times[-1] < timedelta(minutes=6)
    assert "quarantine" in arrived[status.queued_heartbeats - 1]["health"]["failing"]["pigeon"]
    assert "failing" not in arrived[-1]["health"]


@pytest.mark.parametrize(
    "code",
    [
        "return Delivery(status='200')",
        "import datetime; return Delivery(status=200, server_time=datetime.datetime(2026, 1, 1))",
        "return Delivery(status=503, detail='x', retry_after_seconds=float('nan'))",
    ],
    ids=["status", "time", "wait"],
)
def test_values_that_nothing_can_be_done_with_end_no_agent(
    agent_with: MakeAgent, clock: StaticClock, tmp_path: Path, code: str
):
    once = tmp_path / "once"
    agent = agent_with(f"if not os.path.exists({str(once)!r}): open({str(once)!r}, 'w'); {code}")

    work(agent, clock, 15)

    assert len(heartbeats(tmp_path)) >= 3
