"""What the two scripts print on Windows."""

from datetime import UTC, datetime

from wfhagent.plugin import Absent, AbsentError
from wfhagent_os_updates import windows

COUNTS = '{"security":1,"pending":3}\r\n'
STATE = '{"checked":"2026-11-27T05:12:09Z","installed":"2026-11-13T02:30:51Z","restart":true}\r\n'
NEW = '{"checked":"","installed":"","restart":false}\r\n'


def answers(search: str, state: str) -> windows.Facts:
    return windows.read(lambda script: search if script == windows.SEARCH else state)


def test_all_facts_come_from_the_windows_update_agent():
    assert answers(COUNTS, STATE) == {
        "pending": 3,
        "security": 1,
        "restart_pending": True,
        "last_installed": datetime(2026, 11, 13, 2, 30, 51, tzinfo=UTC),
        "last_checked": datetime(2026, 11, 27, 5, 12, 9, tzinfo=UTC),
    }


def test_a_new_device_has_installed_nothing_yet():
    facts = answers(COUNTS, NEW)

    assert facts["restart_pending"] is False
    assert facts["last_installed"] == Absent("Windows Update has not installed an update yet")
    assert facts["last_checked"] == Absent("Windows Update has not looked for updates yet")


def test_a_search_that_takes_too_long_costs_the_counts_alone():
    def ask(script: str) -> str:
        if script == windows.SEARCH:
            raise AbsentError("powershell gave no answer within 80 s")
        return STATE

    facts = windows.read(ask)

    assert facts["pending"] == Absent("powershell gave no answer within 80 s")
    assert facts["security"] == facts["pending"]
    assert facts["restart_pending"] is True


def test_an_answer_that_is_none_is_a_sentence():
    reason = Absent("the system gave an answer that cannot be read")
    assert set(answers("", "").values()) == {reason}


def test_the_search_asks_no_server():
    assert "$searcher.Online = $false" in windows.SEARCH
