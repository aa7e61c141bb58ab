"""Only one agent per user runs at a time, whatever its agent.toml, and each is on record."""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Laptop
from tests.modes import has_mode
from tests.tray.statuses import status

from wfhagent.errors import AlreadyRunningError
from wfhagent.outbox.store import Outbox
from wfhagent.status import write_status
from wfhagent.system import user_agents
from wfhagent.system.user_agents import (
    REMEMBERED,
    UserAgent,
    agents_of_user,
    only_agent,
    others_of_user,
    running_agent,
)

REAL_PLACES = user_agents.places
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FIRST, SECOND = str(Path("/first").absolute()), str(Path("/second").absolute())


def agent(folder: str | Path, *, at: datetime = NOW, by_hand: bool = False) -> UserAgent:
    return UserAgent(
        config=str(Path(folder) / "agent.toml"),
        data_directory=str(Path(folder)),
        server="https://wfh.example.com",
        pid=7,
        started_at=at,
        by_hand=by_hand,
    )


def test_a_second_agent_is_refused_whatever_its_data_folder_and_the_error_names_the_first():
    with (
        only_agent(agent(FIRST)),
        pytest.raises(AlreadyRunningError, match=r"running: .*first.agent\.toml.*pid 7"),
        only_agent(agent(SECOND)),
    ):
        pass


def test_the_place_of_an_agent_is_free_when_it_ends():
    with only_agent(agent(FIRST)):
        assert running_agent() == agent(FIRST)

    assert running_agent() is None
    with only_agent(agent(SECOND)):
        pass


def test_every_agent_that_ever_ran_is_listed_and_whether_it_runs():
    with only_agent(agent(FIRST)):
        pass
    with only_agent(agent(SECOND, at=NOW + timedelta(hours=1))):
        listed = [(one.data_directory, one.running) for one in agents_of_user()]

    assert listed == [(SECOND, True), (FIRST, False)]
    assert [one.data_directory for one in others_of_user(Path(SECOND))] == [FIRST]


def test_an_agent_that_has_not_run_for_a_year_leaves_the_record(record_of_agents: Path):
    with only_agent(agent(FIRST)):
        pass
    with only_agent(agent(SECOND, at=NOW + REMEMBERED + timedelta(days=1))):
        pass

    assert [one.data_directory for one in agents_of_user()] == [SECOND]
    assert has_mode(record_of_agents, 0o700)


def test_an_agent_goes_on_record_wherever_it_can_and_a_lock_in_one_place_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "file").write_text("")
    session, home = tmp_path / "session", tmp_path / "home"
    monkeypatch.setattr(user_agents, "places", lambda: (tmp_path / "file" / "x", home))
    with only_agent(agent(FIRST)):
        # The session's folder is created at login.
        monkeypatch.setattr(user_agents, "places", lambda: (session, home))
        with pytest.raises(AlreadyRunningError), only_agent(agent(SECOND)):
            pass

        assert running_agent() == agent(FIRST)


@pytest.mark.skipif(sys.platform != "linux", reason="the places of other systems are others")
def test_no_variable_moves_the_record(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(user_agents, "places", REAL_PLACES)
    before = user_agents.places()
    for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME", "XDG_DATA_HOME", "TMPDIR", "USER"):
        monkeypatch.setenv(name, str(tmp_path))

    assert user_agents.places() == before
    assert all(place.is_absolute() for place in before)


@pytest.fixture
def second(laptop: Laptop) -> Laptop:
    """Another agent.toml of the same user, with a different data folder."""
    made = Laptop(laptop.folder.parent / "second")
    made.data.mkdir(parents=True)
    made.configure("server", url="https://127.0.0.1:9", auth_token="wfhe_enroll")
    made.configure("agent", data_directory=str(made.data), keyring=False)
    return made


def as_agent(laptop: Laptop, *, by_hand: bool = False) -> UserAgent:
    return agent(os.path.realpath(laptop.data), by_hand=by_hand)


def test_no_command_takes_a_log_with_another_agent_toml_while_an_agent_runs(
    laptop: Laptop, second: Laptop
):
    with (
        only_agent(as_agent(laptop)),
        pytest.raises(AlreadyRunningError, match="Another agent of this user"),
    ):
        second.run("send", "log")

    assert not (second.data / "outbox.sqlite3").exists()


def test_a_command_with_the_agent_toml_of_the_running_agent_goes_on(laptop: Laptop):
    with only_agent(as_agent(laptop)):
        done = laptop.run("preview")

    assert done.exit_code == 0


def test_status_names_the_agent_that_runs_when_this_one_has_never_run(
    laptop: Laptop, second: Laptop
):
    with only_agent(as_agent(laptop)):
        done = second.run("status")

    assert "OTHER AGENT" in done.output
    assert str(Path(os.path.realpath(laptop.data)) / "agent.toml") in done.output


def test_status_and_journal_do_not_say_that_nothing_is_collected_while_another_one_runs(
    laptop: Laptop, second: Laptop
):
    write_status(second.data / "status.json", status())
    Outbox(second.data / "outbox.sqlite3", now=NOW).close()

    with only_agent(as_agent(laptop)):
        screen = second.run("status")
        report = json.loads(second.run("status", "--json").stdout)
        page = Path(second.run("journal", "--no-open").stdout.strip()).read_text(encoding="utf-8")
    alone = second.run("status")

    assert screen.exit_code == 1
    assert "Nothing is collected" not in screen.output
    assert "nothing is collected" not in page
    assert "Another agent of yours" in page
    assert report["other_agents"][0]["running"] is True
    assert "Nothing is collected" in alone.output
    assert "other agent" in alone.output


def test_doctor_calls_it_a_fault(laptop: Laptop, second: Laptop):
    with only_agent(as_agent(laptop)):
        assert "FAULT other agent" in second.run("doctor").stdout
