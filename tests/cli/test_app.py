"""The command line as a whole: its commands, and what each of them loads."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from wfhagent.cli import main, make_app
from wfhagent.cli.app import COMMANDS

LOADED = """
import sys
from wfhagent.cli import main
sys.argv = ["wfhagent", *sys.argv[1:]]
try:
    main()
finally:
    print(*sys.modules)
"""


def loaded_by(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_help_names_every_command_with_a_sentence():
    lines = CliRunner().invoke(make_app(), ["--help"]).stdout.splitlines()

    rows = [line.split() for line in lines[lines.index("Commands:") + 1 :]]
    named = [row[0] for row in rows if row]
    assert [name for name in named if name in COMMANDS] == list(COMMANDS)
    assert all(len(row) > 1 for row in rows if row)


def test_help_begins_with_what_everybody_must_know():
    begin = CliRunner().invoke(make_app(), ["--help"]).stdout.partition("Options:")[0]

    positions = [
        begin.find(words)
        for words in ("screenshot", "Who can see it", "How long", "Questions", "To object")
    ]
    assert -1 not in positions
    assert positions == sorted(positions)
    assert "cannot be paused" in " ".join(begin.split())


def test_a_mistyped_command_is_answered_with_the_right_one():
    result = CliRunner().invoke(make_app(), ["statsu"])

    assert result.exit_code == 2
    assert "Did you mean 'status'?" in result.output


def test_the_version_is_printed_without_any_command():
    loaded = loaded_by("--version")

    assert "typer" in loaded
    assert {name for name in loaded if name.startswith("wfhagent.")} == {
        *(
            "wfhagent.process",
            "wfhagent.process.child",
            "wfhagent.errors",
            "wfhagent.process.streams",
        ),
        *("wfhagent.cli", "wfhagent.cli.app", "wfhagent.cli.base"),
    }


def test_a_command_is_loaded_without_the_others():
    loaded = loaded_by("status", "--help")

    commands = {f"wfhagent.cli.{name.replace('-', '_')}" for name in COMMANDS}
    assert loaded & commands == {"wfhagent.cli.status"}


def test_who_interrupts_a_command_sees_no_traceback(monkeypatch: pytest.MonkeyPatch):
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.argv", ["wfhagent", "status"])
    monkeypatch.setattr("wfhagent.cli.make_app", interrupted)

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 130
