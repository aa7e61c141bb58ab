"""`wfhagent plugin check`: what the agent would say, from the agent's own processes."""

import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest
from tests.drop_ins import calendar, drop
from tests.modes import of_modes
from tests.wine import one_case_under_wine

from wfhagent.plugin_tools.new import make_plugin


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    return make_plugin("battery", tmp_path)


def check(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "wfhagent", "plugin", "check", str(path), *options],
        capture_output=True,
        text=True,
        check=False,
    )


def change(plugin: Path, before: str, after: str) -> None:
    file = plugin / "__init__.py"
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def test_a_new_plugin_is_taken_and_shows_its_section(plugin: Path):
    done = check(plugin)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "The agent takes it." in done.stdout
    assert '"system": ' in done.stdout
    assert '[plugins.trusted]: "battery" = "' in done.stdout


def test_the_same_for_programs(plugin: Path):
    found = json.loads(check(plugin, "--json").stdout)

    assert found["problems"] == []
    assert (found["name"], found["path"]) == ("battery", str(plugin))
    assert len(found["sha256"]) == 64


@one_case_under_wine
@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("def register_collectors", "def register_colectors", "register_colectors"),
        ("wfhagent_api = 1", "wfhagent_api = 99", "plugin API 99"),
        ("import platform\n", "import platfrom\n", "platfrom"),
        ("import platform\n", "import platform, sys\nsys.exit(3)\n", "SystemExit"),
        ("        system = platform.system()\n", "        raise OSError('broken')\n", "broken"),
        ('return {"system": system', 'return {"colour": 1, "system": system', "colour"),
        ("time_limit_seconds = 5.0", "time_limit_seconds = 0.0", "0"),
        (
            '        return {"system": system',
            '        return "system"  # ',
            "and gave a value of type str",
        ),
    ],
    ids=["hook", "api", "import", "exit", "raises", "undeclared", "no time", "no facts"],
)
def test_what_the_agent_would_refuse_or_drop_is_said(
    plugin: Path, before: str, after: str, said: str
):
    change(plugin, before, after)

    done = check(plugin)

    assert done.returncode == 1, done.stdout
    assert "WRONG: " in done.stdout
    assert said in done.stdout


def test_what_its_author_may_want_to_know_is_said(plugin: Path):
    change(plugin, "import platform\n", "import platform\nimport pytest\n")
    change(
        plugin,
        "        if not system:\n",
        "        print('found', system)\n        if not system:\n",
    )
    change(
        plugin,
        "occasions = ",
        'facts = (*facts, Fact("left", what="What", why="Why"))\n    occasions = ',
    )

    done = check(plugin, "--set", "with_version=false")

    assert done.returncode == 0, done.stdout
    assert "NOTE: It imports pytest, which the compiled agent may not have" in done.stdout
    assert "NOTE: It declares 'left' and gives neither a value nor Absent" in done.stdout
    assert f"info: printed: found {platform.system()}\n" in done.stdout
    assert f"debug: This is {platform.system()}\n" in done.stdout
    assert f'"system": "{platform.system()}"' in done.stdout


@of_modes
def test_a_file_that_others_may_write_is_said(plugin: Path):
    (plugin / "__init__.py").chmod(0o666)

    done = check(plugin)

    assert done.returncode == 1
    assert f"chmod -R go-w {plugin}" in done.stdout


def test_a_calendar_is_asked_for_the_next_days(tmp_path: Path):
    shown = check(drop(tmp_path, "holidays.py", calendar(body="return f'Off on {day}'")))

    assert shown.stdout.count("Off on 2") == 7
    assert "The agent takes it." in shown.stdout


def test_what_is_no_plugin_is_said(tmp_path: Path):
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
