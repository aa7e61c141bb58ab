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
"""Programs read them: keys may be added, and none goes."""


def said(after: float = 20, **changes: Any) -> str:
    return screen(status_of(**changes), NOW + timedelta(seconds=after))


def test_all_is_well_in_one_screen():
    lines = said().splitlines()

    assert lines[0].endswith("running (pid 77)")
    assert lines[1] == "  reports      alice on laptop-7, to https://127.0.0.1:9"
    assert lines[2] == "  enrolled     yes, token kept in the file"
    assert lines[3].endswith(", 20 s ago")
    assert lines[4] == "  next         heartbeat in 1 min; a detailed log at a random time"
    assert lines[5] == "  logs         1 of 2 taken on Monday 23 November"
    assert lines[6] == "  waiting      3 heartbeats, 1 logs"
    assert len(lines) == 8


def test_an_agent_that_does_not_run_says_so_and_promises_nothing():
    text = said(after=3 * 3600)

    assert "NOT running, since 3 h" in text
    assert "Nothing is collected or sent." in text
    assert "heartbeat in" not in text


def test_a_problem_comes_with_what_to_do():
    text = said(problem="The server is not reached.", problem_code="x", delivered_at=None)

    assert "PROBLEM      The server is not reached. (x)" in text
    assert "wfhagent doctor" in text
    assert "nothing since it started" in text


def test_what_is_lost_is_said_only_when_there_is_some():
    assert "dropped" not in said()
    text = said(refused=2, dropped_heartbeats=5, failing={"geoip": "no database"})

    assert "refused      2 by the server" in text
    assert "dropped      5 heartbeats, 0 logs" in text
    assert "PLUGIN       geoip: no database" in text


def test_a_machine_before_its_enrolment_is_not_called_enrolled():
    text = said(enrolled=False, username="", hostname="")

    assert "not yet" in text
    assert "nobody yet" in text


@pytest.mark.parametrize(
    ("after", "words"),
    [(59, "59 s"), (60, "1 min"), (7199, "119 min"), (7200, "2 h"), (172_800, "2 days")],
)
def test_durations_are_said_in_the_unit_that_fits(after: float, words: str):
    assert f", {words} ago" in said(after=after)


def test_json_has_every_key_and_exit_codes_tell_how_it_stands(laptop: Laptop):
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


def test_test_logs_are_counted_beside_the_logs_of_the_day():
    assert "  logs         1 of 2 taken on Monday 23 November; 1 test log in 24 hours" in said(
        tests_today=1
    )
