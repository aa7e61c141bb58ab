"""Commands of the system, as plugins ask them: in English, with a limit, with reasons."""

import os
import subprocess
import sys
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from wfhagent.plugin import Absent, AbsentError, attempt
from wfhagent.plugin.command import ask_command, ask_powershell
from wfhagent.system.no_window import NO_WINDOW


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_what_it_prints_is_the_answer():
    assert ask_command(python("print('FileVault is On.')")) == "FileVault is On.\n"


def test_it_gets_no_input_and_prints_nothing_here(capfd: pytest.CaptureFixture[str]):
    code = "import sys; print(repr(sys.stdin.read())); print('noise', file=sys.stderr)"

    assert ask_command(python(code)) == "''\n"
    assert capfd.readouterr() == ("", "")


def test_a_command_that_is_not_there_is_a_reason():
    found = attempt(lambda: ask_command(["wfhagent-no-such-command"]))

    assert found == Absent("wfhagent-no-such-command is not installed")


def test_a_failure_has_its_code_and_its_last_words():
    with pytest.raises(AbsentError, match=r"failed with 3: no permission$"):
        ask_command(python("import sys; print('no permission', file=sys.stderr); sys.exit(3)"))


def test_some_codes_are_answers():
    code = "import sys; print('two updates'); sys.exit(100)"

    assert ask_command(python(code), allowed=(0, 100)) == "two updates\n"


def test_a_command_without_end_is_stopped():
    with pytest.raises(AbsentError, match=r"gave no answer within 0\.1 s"):
        ask_command(python("import threading; threading.Event().wait()"), limit_seconds=0.1)


def test_bytes_that_are_no_text_do_no_harm():
    code = r"import os; os.write(1, b'Caf\xff')"

    assert ask_command(python(code)).startswith("Caf")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what `subprocess.run` was called with; nothing is started."""
    call: dict[str, Any] = {}

    def run(command: list[str], **options: Any) -> SimpleNamespace:
        call.update(options, command=command)
        return SimpleNamespace(returncode=0, stdout="", stderr="")

    monkeypatch.setattr(subprocess, "run", run)
    return call


def test_it_opens_no_window_and_answers_in_english(started: Mapping[str, Any]):
    ask_command(["fdesetup", "status"])

    assert started["creationflags"] == NO_WINDOW
    assert started["env"]["LC_ALL"] == "C"
    assert started["env"]["HOME" if os.name == "posix" else "USERPROFILE"]


def test_an_error_in_a_script_is_a_failure_of_powershell(started: Mapping[str, Any]):
    ask_powershell("Get-Battery")

    assert started["command"][-1] == "$ErrorActionPreference = 'Stop'; Get-Battery"
    assert "-NoProfile" in started["command"]
