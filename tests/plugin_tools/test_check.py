"""`wfhagent plugin check` runs the agent's own checks and reports their results."""

import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest
from tests.drop_ins import calendar, collector, drop
from tests.modes import of_modes
from tests.plugin_tools.checking import change, check
from tests.wine import one_case_under_wine

from wfhagent.plugin_tools.new import make_plugin


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    return make_plugin("battery", tmp_path)


def test_a_new_plugin_is_taken_and_shows_its_section(plugin: Path):
    done = check(plugin)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "The agent takes it." in done.stdout
    assert '"system": ' in done.stdout
    assert '[plugins.trusted]: "battery" = "' in done.stdout


def test_what_is_found_is_one_json_object_for_programs(plugin: Path):
    found = json.loads(check(plugin, "--json").stdout)

    (collector,) = found.pop("collectors")
    (section,) = collector.pop("would_send")
    (fact,) = collector.pop("facts")
    (setting,) = collector.pop("settings")
    assert len(found.pop("sha256")) == 64
    assert found.pop("output") == [f"debug: This is {platform.system()}"]
    assert found == {
        "format": 1,
        "name": "battery",
        "path": str(plugin),
        "problems": [],
        "notes": [],
        "transports": [],
        "calendars": [],
        "systems": [],
    }
    assert {**collector, "about": ""} == {
        "name": "battery",
        "about": "",
        "occasions": ["detailed_log"],
        "time_limit_seconds": 5.0,
    }
    assert (fact["name"], fact["type"], fact["label"]) == ("system", "text", "System")
    assert (fact["personal"], fact["unit"], fact["choices"]) == ("no", "", [])
    assert (setting["key"], setting["default"]) == ("with_version", "true")
    assert section == {
        "occasion": "detailed_log",
        "facts": {"system": f"{platform.system()} {platform.release()}"},
        "absent": {},
        "attachments": {},
        "undeclared": [],
        "failure": "",
    }


def test_a_problem_is_in_the_json_and_in_the_exit_code(plugin: Path):
    change(plugin, 'return {"system": system', 'return {"color": 1, "system": system')

    done = check(plugin, "--json")

    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert found["problems"] == ["It gives 'color' and does not declare it: dropped."]
    assert found["collectors"][0]["would_send"][0]["undeclared"] == ["'color'"]


@one_case_under_wine
@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("def register_collectors", "def register_colectors", "register_colectors"),
        ("wfhagent_api = 1", "wfhagent_api = 99", "plugin API 99"),
        ("import platform\n", "import platfrom\n", "platfrom"),
        ("import platform\n", "import platform, sys\nsys.exit(3)\n", "SystemExit"),
        ("        system = platform.system()\n", "        raise OSError('broken')\n", "broken"),
        ('return {"system": system', 'return {"color": 1, "system": system', "color"),
        ("time_limit_seconds = 5.0", "time_limit_seconds = 0.0", "0"),
        (
            '        return {"system": system',
            '        return "system"  # ',
            "and gave a value of type str",
        ),
    ],
    ids=["hook", "api", "import", "exit", "raises", "undeclared", "no time", "no facts"],
)
def test_what_the_agent_would_refuse_or_drop_is_reported(
    plugin: Path, before: str, after: str, problem: str
):
    change(plugin, before, after)

    done = check(plugin)

    assert done.returncode == 1, done.stdout
    assert "WRONG: " in done.stdout
    assert problem in done.stdout


def test_hints_for_the_author_are_printed(plugin: Path):
    change(plugin, "import platform\n", "import platform\nimport pytest\n")
    change(
        plugin,
        "        if not system:\n",
        "        print('found', system)\n        if not system:\n",
    )
    change(
        plugin,
        "occasions = ",
        'facts = (*facts, Fact("left", "What", "Why", Personal.NO))\n    occasions = ',
    )

    done = check(plugin, "--set", "with_version=false")

    assert done.returncode == 0, done.stdout
    assert "NOTE: It imports pytest, which the compiled agent may not have" in done.stdout
    assert "NOTE: It declares 'left' and gives neither a value nor Absent" in done.stdout
    assert "NOTE: left has no type: it is shown as JSON, and is no column." in done.stdout
    assert "system has no type" not in done.stdout
    assert f"info: printed: found {platform.system()}\n" in done.stdout
    assert f"debug: This is {platform.system()}\n" in done.stdout
    assert f'"system": "{platform.system()}"' in done.stdout


@of_modes
def test_a_file_that_others_may_write_is_reported(plugin: Path):
    (plugin / "__init__.py").chmod(0o666)

    done = check(plugin)

    assert done.returncode == 1
    assert f"chmod -R go-w {plugin}" in done.stdout


def test_a_fact_that_the_protocol_knows_needs_no_type(tmp_path: Path):
    source = collector().replace('"percent"', '"local_ip"').replace("80", "'192.0.2.1'")

    done = check(drop(tmp_path, "battery.py", source))

    assert "The agent takes it." in done.stdout
    assert "NOTE" not in done.stdout


def test_a_name_that_its_tests_could_not_import_is_a_note_only(tmp_path: Path):
    source = collector(at_import="import psutil", body="return {'percent': psutil.cpu_count()}")

    done = check(drop(tmp_path, "psutil.py", source))

    assert done.returncode == 0, done.stdout
    assert "NOTE: 'psutil' is a module that plugins import: in its tests" in done.stdout


def test_a_calendar_is_asked_for_the_next_days(tmp_path: Path):
    shown = check(drop(tmp_path, "holidays.py", calendar(body="return f'Off on {day}'")))

    assert shown.stdout.count("Off on 2") == 7
    assert "The agent takes it." in shown.stdout


def test_a_calendar_is_asked_for_a_day_and_the_six_after_it(tmp_path: Path):
    body = "return 'Christmas Day' if (day.month, day.day) == (12, 25) else None"
    file = drop(tmp_path, "holidays.py", calendar(body=body))

    shown = check(file, "--day", "2026-12-24").stdout
    (found,) = json.loads(check(file, "--day", "2026-12-24", "--json").stdout)["calendars"]

    assert "holidays, from 2026-12-24 to 2026-12-30:" in shown
    assert "  2026-12-24: -\n  2026-12-25: Christmas Day\n" in shown
    assert found["days"] == {
        "2026-12-24": None,
        "2026-12-25": "Christmas Day",
        **{f"2026-12-{day}": None for day in range(26, 31)},
    }


def test_a_calendar_that_fails_is_wrong(tmp_path: Path):
    done = check(drop(tmp_path, "holidays.py", calendar(body="raise OSError('no file')")))

    assert done.returncode == 1
    assert "WRONG: It failed when it was asked: OSError: no file" in done.stdout


def test_a_day_that_is_none_and_a_day_without_a_calendar(plugin: Path):
    assert "2026-02-30" in check(plugin, "--day", "2026-02-30").stderr
    assert "NOTE: It has no calendar" in check(plugin, "--day", "2026-12-24").stdout


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        ("a.b.py", "a dot in its name would make it part of another module."),
        ("\N{BATTERY}.py", "[plugins.battery] unknown key 'least'; known are none"),
    ],
    ids=["dot", "emoji"],
)
def test_a_file_whose_name_is_none_for_a_plugin_has_a_sentence(
    tmp_path: Path, file: str, problem: str
):
    done = check(drop(tmp_path, file, collector()), "--set", "least=5", "--json")

    assert done.returncode == 1
    assert problem in json.loads(done.stdout)["problems"][0]


TWO = """
from typing import Literal
from wfhagent.plugin import (
    Calendar, Collector, Config, Fact, Facts, Personal, Secret, hookimpl,
)

class DeskConfig(Config, frozen=True, kw_only=True):
    token: Secret[str]
    state: Literal["open", "waiting"] = "open"

class LeaveConfig(Config, frozen=True, kw_only=True):
    token: Secret[str]
    days: tuple[str, ...] = ()

class Desk(Collector[DeskConfig]):
    name = "desk"
    facts = (Fact("tickets", "Tickets", "To plan help", Personal.NO),)

    def collect(self, context):
        return {"tickets": f"{self.config.state} {len(self.config.token.reveal())}"}

class Leave(Calendar[LeaveConfig]):
    name = "leave"

    def day_off(self, day):
        return "off" if str(day) in self.config.days else None

@hookimpl
def register_collectors():
    return [Desk]

@hookimpl
def register_calendars():
    return [Leave]
"""


def problem_of(file: Path, *options: str) -> str:
    (problem,) = json.loads(check(file, *options, "--json").stdout)["problems"]
    return str(problem)


def test_settings_that_are_tried_reach_each_table_of_a_plugin(tmp_path: Path):
    file = drop(tmp_path, "acme.py", TWO)
    options = ("--set", "token=abc123", "--set", "desk.state=waiting", "--day", "2026-12-24")

    done = check(file, *options, "--set", 'days=["2026-12-24"]', "--json")

    found = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout
    assert found["collectors"][0]["would_send"][0]["facts"] == {"tickets": "waiting 6"}
    assert found["calendars"][0]["days"]["2026-12-24"] == "off"
    assert "abc123" not in done.stdout


@one_case_under_wine
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ("--set desk.token=abc123", "[plugins.leave] token is missing. (Allowed: text, "),
        (
            "--set token=abc123 --set desk.state=opne",
            "'opne'; did you mean open? (Allowed: one of ",
        ),
        (
            "--set token=abc123 --set tokne=1",
            "[plugins.desk] unknown key 'tokne'; did you mean token?",
        ),
        ("--set token=[1]", "[plugins.desk] token: Expected a secret. (Allowed: text, "),
    ],
)
def test_a_setting_that_is_tried_is_checked_as_in_agent_toml(
    tmp_path: Path, options: str, problem: str
):
    file = drop(tmp_path, "acme.py", TWO)

    assert problem in problem_of(file, *options.split())


def test_a_path_that_is_no_plugin_is_reported(tmp_path: Path):
    done = check(tmp_path / "nothing")

    assert done.returncode == 1
    assert "is no plugin" in done.stderr


def test_its_own_tests_are_run_and_their_verdict_is_the_exit_code(plugin: Path):
    command = [sys.executable, "-m", "wfhagent", "plugin", "test", str(plugin)]

    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    change(plugin, '"system": system', '"sytem": system')
    failed = subprocess.run(command, capture_output=True, text=True, check=False)

    assert failed.returncode == 1
    assert "does not declare it" in failed.stdout
