"""The icon shows the agent's own status, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from tests.tray.statuses import NOW, status

from wfhagent.system.user_agents import UserAgent
from wfhagent.tray.menu import Action, menu_of
from wfhagent.tray.view import State, look_at

OFFLINE = {"problem": "https://wfh.example.com: no network.", "queued_heartbeats": 3}


@pytest.mark.parametrize(
    ("changed", "state", "sentence"),
    [
        ({}, State.CONNECTED, "Connected"),
        (
            OFFLINE,
            State.WAITING,
            "Offline: data waits on this device",
        ),
        (
            {"problem": "The token was revoked.", "problem_code": "token_revoked"},
            State.ATTENTION,
            "The token was revoked",
        ),
        ({"refused": 1}, State.ATTENTION, "The server rejected 1 entry: please tell IT"),
        (
            {"day_off": "Saturday is not a working day"},
            State.PAUSED,
            "Connected; Saturday is not a working day",
        ),
        (
            {"outside_window": "logs are taken from 08:00 to 22:00"},
            State.PAUSED,
            "Connected; logs are taken from 08:00 to 22:00",
        ),
        (
            {"notice": "new", "notice_version": "v1"},
            State.ATTENTION,
            "Please read your company's notice about this program",
        ),
        ({"notice": "shown", "notice_version": "v1"}, State.CONNECTED, "Connected"),
        (
            {"notice": "shown", "notice_version": "v1", "logs_held": "not acknowledged"},
            State.ATTENTION,
            "Please read your company's notice about this program",
        ),
    ],
)
def test_each_state_has_its_sentence(changed: dict[str, Any], state: State, sentence: str):
    look = look_at(status(**changed), NOW)

    assert (look.state, look.sentence) == (state, sentence)


def test_an_agent_that_fell_silent_or_never_ran_asks_for_attention():
    silent = look_at(status(), NOW + timedelta(minutes=10))

    assert silent.state is State.ATTENTION
    assert silent.sentence == "The agent is not running: nothing is collected or sent"
    assert look_at(None, NOW).state is State.ATTENTION


def labels(**changed: Any) -> list[str]:
    return [line.label for line in menu_of(look_at(status(**changed), NOW))]


def test_the_menu_says_when_it_reported_and_how_many_logs_there_were():
    assert labels() == [
        "Connected",
        "Last report: 2 min ago",
        "Logs today: 1 of 2",
        "",
        "What is collected",
        "My journal",
        "My data on the server",
        "Run diagnostics",
        "",
        "wfhagent 0.1.0",
    ]


def test_offline_the_menu_says_how_much_waits_and_why():
    assert labels(**OFFLINE)[:5] == [
        "Offline: data waits on this device",
        "Last report: 2 min ago",
        "Logs today: 1 of 2",
        "3 entries are waiting on this device",
        "https://wfh.example.com: no network",
    ]


def test_a_notice_can_be_read_and_acknowledged_until_it_is():
    open_notice = look_at(status(notice="shown", notice_version="v1"), NOW)
    done = look_at(status(notice="acknowledged", notice_version="v1"), NOW)

    offered = [line.action for line in menu_of(open_notice)]
    assert offered.index(Action.NOTICE) < offered.index(Action.ACKNOWLEDGE)
    later = [line.action for line in menu_of(done)]
    assert Action.NOTICE in later
    assert Action.ACKNOWLEDGE not in later


def test_a_notice_that_was_not_shown_cannot_be_acknowledged_in_the_menu():
    unread = look_at(status(notice="new", notice_version="v1"), NOW)

    offered = [line.action for line in menu_of(unread)]
    assert Action.NOTICE in offered
    assert Action.ACKNOWLEDGE not in offered


def test_changes_are_in_the_menu_until_they_are_acknowledged():
    look = look_at(
        status(notice="new", notice_version="v2", open_changes=("screenshot: quality 50 → 95",)),
        NOW,
    )

    assert look.sentence == "What is collected here has changed: please read it"
    assert "Changed: screenshot: quality 50 → 95" in [line.label for line in menu_of(look)]


def test_no_sentence_makes_the_menu_as_wide_as_the_screen():
    look = look_at(status(problem="x" * 900, problem_code="y"), NOW)

    assert max(map(len, look.lines)) <= 160


def test_the_icon_never_says_that_nothing_is_collected_while_another_agent_runs():
    other = UserAgent(
        config="/elsewhere/agent.toml",
        data_directory="/elsewhere",
        server="https://wfh.example.com",
        pid=9,
        started_at=NOW,
        running=True,
    )

    for known in (None, status(), status(ended=True)):
        look = look_at(known, NOW, [other])
        assert look.state is State.ATTENTION
        assert look.sentence == "Another agent of yours is running and sends data"
        assert "Settings: /elsewhere/agent.toml" in look.lines


def test_the_menu_lists_the_other_agents_of_this_user_that_do_not_run():
    other = UserAgent(
        config="/elsewhere/agent.toml",
        data_directory="/elsewhere",
        server="https://wfh.example.com",
        pid=9,
        started_at=NOW,
    )

    look = look_at(status(), NOW, [other])

    assert look.state is State.CONNECTED
    assert look.lines[-1] == "Not running: /elsewhere/agent.toml"
