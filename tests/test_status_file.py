"""The status file is written when the status changes, and its age is that of the last check."""

import errno
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import NOW
from tests.cli.test_doctor import status_of

from wfhagent.status import STALE_SECONDS, Status, StatusFile, read_status

LOOK = timedelta(seconds=30)


class Agent:
    """Writes `status_of` every 30 s; *skew* is how far the laptop's clock is ahead."""

    def __init__(self, file: Path, skew: timedelta | None = None) -> None:
        self.file = file
        self.looks = 0
        self._skew = skew
        self._status_file = StatusFile(file)

    @property
    def laptop_time(self) -> datetime:
        return NOW + self.looks * LOOK + (self._skew or timedelta())

    def look(self, **changes: Any) -> None:
        self.looks += 1
        passed = self.looks * LOOK
        sound: dict[str, Any] = {
            "updated_at": NOW + passed,
            "next_heartbeat_in_seconds": 300.0 - passed.total_seconds(),
            "clock_skew_seconds": None if self._skew is None else self._skew.total_seconds(),
        }
        self._status_file.write(status_of(**sound | changes))

    def read(self) -> Status:
        found = read_status(self.file)
        assert found is not None
        return found


@pytest.fixture
def agent(tmp_path: Path) -> Agent:
    return Agent(tmp_path / "status.json")


def test_what_says_nothing_new_is_not_written_again(agent: Agent):
    agent.look()
    written = agent.file.stat().st_ino, agent.file.read_bytes()

    for _ in range(8):
        agent.look()

    assert (agent.file.stat().st_ino, agent.file.read_bytes()) == written


@pytest.mark.parametrize("ahead", [None, timedelta(), timedelta(days=1), timedelta(hours=-3)])
def test_a_reader_learns_how_it_stood_at_the_last_look(tmp_path: Path, ahead: timedelta | None):
    agent = Agent(tmp_path / "status.json", ahead)
    for _ in range(9):
        agent.look()

    found = agent.read()

    assert found.updated_at == NOW + 9 * LOOK
    assert found.next_heartbeat_in_seconds == 30.0
    assert found.is_running(agent.laptop_time + timedelta(seconds=STALE_SECONDS - 1))
    assert not found.is_running(agent.laptop_time + timedelta(seconds=STALE_SECONDS + 1))


@pytest.mark.parametrize(
    "news",
    [
        {"problem": "The server is not reached."},
        {"queued_heartbeats": 4},
        {"slots_today": (1, 2)},
        {"failing": {"geoip": "no database"}},
        {"delivered_at": NOW + LOOK},
        {"next_heartbeat_in_seconds": 300.0},
        {"clock_skew_seconds": 2.0},
    ],
)
def test_news_are_written_at_once(agent: Agent, news: dict[str, Any]):
    agent.look()
    agent.look(**news)

    found = agent.read()

    assert {name: getattr(found, name) for name in news} == news


def test_a_clock_that_drifts_is_no_news_until_it_is_wrong_by_a_second(agent: Agent):
    agent.look(clock_skew_seconds=0.0)
    before = agent.file.read_bytes()
    agent.look(clock_skew_seconds=0.9)
    drifted = agent.file.read_bytes()
    agent.look(clock_skew_seconds=1.1)

    assert drifted == before
    assert agent.read().clock_skew_seconds == 1.1


def test_a_file_that_somebody_took_away_is_written_again(agent: Agent):
    agent.look()
    agent.file.unlink()
    agent.look()

    assert agent.read().updated_at == NOW + 2 * LOOK


def test_a_full_disk_takes_what_fits_into_the_place_of_the_file(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
):
    def is_full(*_arguments: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    agent.look(problem="The server is not reached, and this is a long sentence about it.")
    monkeypatch.setattr("wfhagent.status.rewrite_private", is_full)
    agent.look(problem="The disk is full.")

    assert agent.read().problem == "The disk is full."
    assert agent.read().is_running(agent.laptop_time)


def test_an_agent_that_was_stopped_does_not_run(agent: Agent):
    agent.look()
    agent.look(ended=True)

    assert not agent.read().is_running(agent.laptop_time)


def test_an_agent_that_ended_before_the_clock_was_set_back_does_not_run(tmp_path: Path):
    agent = Agent(tmp_path / "status.json", timedelta(days=1))
    agent.look()

    assert not agent.read().is_running(agent.laptop_time - timedelta(days=1))
