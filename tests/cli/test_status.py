"""`wfhagent status` as an employee reads it, and as a program does."""

import json
from datetime import timedelta
from typing import Any

import pytest
from tests.cli.conftest import NOW, Laptop
from tests.cli.test_doctor import status_of

from wfhagent.cli.status import screen
from wfhagent.status import Status, write_status

KEYS = {
    "pid",
    "version",
    "server",
    "updated_at",
    "next_heartbeat_in_seconds",
    "username",
    "hostname",
    "enrolled",
    "token_kept_in",
    "delivered_at",
    "problem",
    "problem_code",
    "workday",
    "slots_today",
    "queued_heartbeats",
    "queued_logs",
    "refused",
    "dropped_heartbeats",
    "dropped_logs",
    "clock_skew_seconds",
    "failing",
    "running",
}
"""Programs read them: keys may be added but never removed."""


def status_text(after: float = 20, **changes: Any) -> str:
    return screen(status_of(**changes), NOW + timedelta(seconds=after))


def test_all_is_well_in_one_screen():
    lines = status_text().splitlines()

    assert lines[0].endswith("running (pid 77)")
    assert lines[1] == "  reports      alice on laptop-7, to https://127.0.0.1:9"
    assert lines[2] == "  enrolled     yes, token stored in a file"
    assert lines[3].endswith(", 20 s ago")
    assert lines[4] == "  next         heartbeat in 1 min; a detailed log at a random time"
    assert lines[5] == "  logs         1 of 2 taken on Monday, November 23"
    assert lines[6] == "  waiting      3 heartbeats, 1 log"
    assert len(lines) == 8


def test_an_agent_that_does_not_run_says_so_and_promises_nothing():
    text = status_text(after=3 * 3600)

    assert "NOT running, for 3 h" in text
    assert "Nothing is collected or sent." in text
    assert "heartbeat in" not in text


def test_a_problem_comes_with_what_to_do():
    text = status_text(problem="The server is not reached.", problem_code="x", delivered_at=None)

    assert "PROBLEM      The server is not reached. (x)" in text
    assert "wfhagent doctor" in text
    assert "nothing since the agent started" in text


def test_losses_are_shown_only_when_there_are_any():
    assert "dropped" not in status_text()
    text = status_text(refused=2, dropped_heartbeats=5, failing={"geoip": "no database"})

    assert "rejected     2 by the server" in text
    assert "dropped      5 heartbeats, 0 logs" in text
    assert "PLUGIN       geoip: no database" in text


def test_a_machine_before_its_enrollment_is_not_called_enrolled():
    text = status_text(enrolled=False, username="", hostname="")

    assert "not yet" in text
    assert "nobody yet" in text


@pytest.mark.parametrize(
    ("after", "words"),
    [(59, "59 s"), (60, "1 min"), (7199, "119 min"), (7200, "2 h"), (172_800, "2 days")],
)
def test_durations_have_the_unit_that_fits(after: float, words: str):
    assert f", {words} ago" in status_text(after=after)


def test_json_has_every_key_and_the_exit_code_gives_the_state(laptop: Laptop):
    nothing = laptop.run("status", "--json")
    write_status(laptop.data / "status.json", status_of())
    stale = laptop.run("status", "--json")

    assert (nothing.exit_code, nothing.stdout) == (1, "")
    assert "No agent has run" in nothing.stderr
    assert stale.exit_code == 1
    answer = json.loads(stale.stdout)
    assert set(answer) >= KEYS
    assert answer["running"] is False


def test_no_field_says_when_the_next_detailed_log_comes():
    assert not [name for name in Status.__struct_fields__ if "next" in name and "log" in name]


def test_test_logs_are_counted_apart_from_the_logs_of_the_day():
    assert (
        "  logs         1 of 2 taken on Monday, November 23; 1 test log in 24 hours"
        in status_text(tests_today=1)
    )
