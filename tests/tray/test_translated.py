"""The menu and notifications of the icon in the pseudo-language."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.pseudo import agent_in_pseudo, untranslated
from tests.tray.statuses import NOW, status

from wfhagent import __version__
from wfhagent.desktop.portal_permission import PortalPermission
from wfhagent.system.user_agents import UserAgent
from wfhagent.tray.commands import Commands
from wfhagent.tray.menu import Action, menu_of
from wfhagent.tray.view import look_at, with_permission

OTHER = UserAgent(config="/1", data_directory="/2", server="/3", pid=7, started_at=NOW)


@pytest.fixture(autouse=True)
def _pseudo() -> Iterator[None]:
    with agent_in_pseudo():
        yield


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"problem": "1", "queued_heartbeats": 1, "tests_today": 1},
        {"problem": "1", "problem_code": "1", "queued_logs": 3},
        {"day_off": "1", "delivered_at": None},
        {"refused": 2, "failing": {"a": "1"}},
        {"notice": "new", "notice_version": "1", "logs_held": "1"},
        {"notice": "shown", "notice_version": "1", "logs_held": "1", "open_changes": ("1",)},
        {"delivered_at": NOW - timedelta(days=3)},
    ],
)
def test_every_line_of_the_menu_is_translated(changed: dict[str, Any]):
    look = with_permission(look_at(status(**changed), NOW), PortalPermission.UNANSWERED)
    words = "\n".join([look.sentence, *(line.label for line in menu_of(look))])

    assert untranslated(words, [f"wfhagent {__version__}"]) == []


def test_so_are_those_of_an_agent_that_does_not_run_and_of_another_one():
    running = UserAgent(
        config="/1", data_directory="/2", server="/3", pid=7, started_at=NOW, running=True
    )
    looks = [look_at(None, NOW, [OTHER]), look_at(status(), NOW, [running])]
    looks.append(look_at(status(), NOW + timedelta(hours=3)))
    words = [line.label for look in looks for line in menu_of(look)]

    assert untranslated("\n".join(words), [f"wfhagent {__version__}"]) == []


def test_what_a_click_could_not_do_is_translated():
    shown: list[str] = []
    commands = Commands(
        ["/nowhere/1"], [], tell=lambda one: shown.append(f"{one.title} {one.text}") or ""
    )
    commands.start(Action.JOURNAL)

    (text,) = shown
    # The system says in its own words what it refused.
    assert untranslated(text.partition("[")[0], ["/nowhere/1"]) == []
