"""A drop-in with a secret, in its child process: it has the value, and nothing else gets it."""

import logging
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from tests.collect.conftest import MakeRunner
from tests.drop_ins import collector

from wfhagent.assembly import assemble
from wfhagent.collect.gather import CollectedFacts
from wfhagent.collect.runner import CollectorRunner
from wfhagent.identity.questions import answers
from wfhagent.notice.policy import current_notice
from wfhagent.plugin import Occasion
from wfhagent.privacy.inventory import take_inventory
from wfhagent.process.child.frames import FrameError
from wfhagent.process.logging_setup import log_to_stderr
from wfhagent.testing import StaticClock

VALUE = "hunter2-under-the-bed"
JIRA = """
import os, sys
from typing import Annotated
from wfhagent.plugin import (
    Absent, Calendar, Collector, Config, Context, Fact, Facts, FactType, Meta, Occasion, Personal,
    Secret, hookimpl,
)

class JiraConfig(Config, frozen=True, kw_only=True):
    token: Annotated[Secret[str], Meta(description="API token of Jira.")]

class Jira(Collector[JiraConfig]):
    name = "jira"
    facts = (Fact("issues", "Open issues", "To plan", Personal.NO, type=FactType.TEXT),)
    occasions = frozenset(Occasion)
    time_limit_seconds = 60

    def collect(self, context: Context) -> Facts:
        token = self.config.token
        {body}

class Holidays(Calendar[JiraConfig]):
    name = "holidays"
    time_limit_seconds = 60

    def day_off(self, day):
        return f"{{len(self.config.token.reveal())}} letters"

@hookimpl
def register_collectors():
    return [Jira]

@hookimpl
def register_calendars():
    return [Holidays]
"""
SOURCES = {
    "text": f'"{VALUE}"',
    "environment": '{ env = "JIRA_TOKEN" }',
    "keyring": '{ keyring = "jira.token" }',
}
GIVES_LENGTH = "return {'issues': str(len(token.reveal()))}"
HOSTILE = {
    "raises it": "raise RuntimeError('no access with ' + token.reveal())",
    "raises its repr": "raise RuntimeError({'key': token.reveal() + chr(10)})",
    "raises it in an address": "raise RuntimeError('https://jira/' + token.reveal() + '/issues')",
    "ends with it": "sys.exit(token.reveal())",
    "dies with it": "os.write(2, b'x' * 190 + token.reveal().encode()); os._exit(3)",
    "gives it": "return {'issues': 'all of ' + token.reveal()}",
    "gives the setting": "return {'issues': token}",
    "gives it as a reason": "return {'issues': Absent('denied: ' + token.reveal())}",
    "gives it as a name": "return {token.reveal(): 1}",
    "gives its kind": "return {'issues': {token.reveal(): 1}}",
    "logs it": "context.log.error('with %s', token.reveal()); return {'issues': str(token)}",
    "prints it": "print(token.reveal(), self.config); return {'issues': repr(token)}",
}


def tables(source: str) -> str:
    return f"[plugins.jira]\ntoken = {source}\n[plugins.holidays]\ntoken = {source}\n"


@pytest.fixture(autouse=True)
def _variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIRA_TOKEN", VALUE)


def everything(facts: CollectedFacts, caplog: pytest.LogCaptureFixture) -> str:
    return repr(facts) + repr(caplog.record_tuples)


@pytest.mark.parametrize("occasion", list(Occasion))
@pytest.mark.parametrize("source", SOURCES)
def test_its_child_process_has_the_value(runner_of: MakeRunner, source: str, occasion: Occasion):
    runner = runner_of(
        jira=JIRA.format(body=GIVES_LENGTH),
        tables=tables(SOURCES[source]),
        keyring={"jira.token": VALUE},
    )

    facts = runner.run(occasion)

    assert facts.failures == {}
    assert facts.extra == {"jira": {"issues": str(len(VALUE))}}


@pytest.mark.parametrize("how", HOSTILE)
@pytest.mark.parametrize("source", SOURCES)
def test_whatever_it_does_with_the_value_none_of_it_travels(
    runner_of: MakeRunner, source: str, how: str, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG, "wfhagent")
    runner = runner_of(
        jira=JIRA.format(body=HOSTILE[how]),
        tables=tables(SOURCES[source]),
        keyring={"jira.token": VALUE},
    )

    shown = everything(runner.run(Occasion.DETAILED_LOG), caplog)

    assert "hunter2" not in shown
    assert "jira" in shown


@pytest.mark.parametrize("source", ["text", "environment"])
@pytest.mark.parametrize("how", ["raises it", "gives it", "gives it as a reason", "logs it"])
def test_a_collector_of_the_program_itself_gives_none_of_it_away_either(
    runner_of: MakeRunner,
    tmp_path: Path,
    clock: StaticClock,
    source: str,
    how: str,
    capfd: pytest.CaptureFixture[str],
):
    runner_of(tables=tables(SOURCES[source]), jira=JIRA.format(body="pass"))
    (tmp_path / "plugins" / "jira.py").unlink()
    module = ModuleType("built_in_jira")
    exec(JIRA.format(body=HOSTILE[how]), vars(module))
    assembly = assemble(tmp_path / "agent.toml", {"jira": module})
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    log_to_stderr("debug")
    try:
        facts = CollectorRunner(assembly, clock=clock, token=str).run(Occasion.HEARTBEAT)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)

    shown = repr(facts) + capfd.readouterr().err
    assert "jira" in shown
    assert "hunter2" not in shown


@pytest.mark.parametrize("source", ["environment", "keyring"])
def test_without_a_value_it_alone_fails_and_says_what_to_do(
    runner_of: MakeRunner, source: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("JIRA_TOKEN")
    runner = runner_of(
        jira=JIRA.format(body=GIVES_LENGTH),
        battery=collector(),
        tables=tables(SOURCES[source]),
    )

    facts = runner.run(Occasion.DETAILED_LOG)

    assert facts.extra == {"battery": {"percent": 80}}
    (reason,) = facts.failures.values()
    expected = {
        "environment": "the agent has no environment variable JIRA_TOKEN. Set it for the user",
        "keyring": "the keyring has no entry 'jira.token'. Store it with `wfhagent plugin secret",
    }
    assert "[plugins.jira] token cannot be read: " + expected[source] in reason


def test_a_child_gets_the_entries_of_its_own_table_and_no_other():
    answer = answers(
        {"token": {"keyring": "jira.token"}, "more": [{"keyring": "jira.more"}]},
        {"jira.token": "a-token", "jira.more": "another", "github.token": "not its own"}.get,
        None,
    )

    assert msgspec.msgpack.decode(answer(b"keyring jira.token"))["secret"] == "a-token"
    assert msgspec.msgpack.decode(answer(b"keyring jira.more"))["secret"] == "another"
    for question in (b"keyring github.token", b"keyring ", b"keyring \xff", b"whereami", b"token"):
        with pytest.raises(FrameError):
            answer(question)


def test_nothing_that_is_kept_or_shown_changes_with_the_value(
    runner_of: MakeRunner, tmp_path: Path
):
    seen = []
    for value in (VALUE, "another-value"):
        runner_of(jira=JIRA.format(body=GIVES_LENGTH), tables=tables(f'"{value}"'))
        assembly = assemble(tmp_path / "agent.toml", {})
        learned = (tmp_path / "data" / "drop-ins.json").read_text()
        notice, inventory = current_notice(assembly), take_inventory(assembly)
        seen.append((learned, notice, inventory))
        assert value not in repr(seen)

    assert seen[0] == seen[1]
    assert seen[0][1].collected.values["jira: token"] == "set in agent.toml"
