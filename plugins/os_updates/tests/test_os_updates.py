"""Updates that wait, as each system counts them; each fact that is unknown has its reason."""

from pathlib import Path

import pytest
from tests.linux_only import linux_only

import wfhagent_os_updates
from wfhagent.plugin import Absent, Config
from wfhagent.testing import check_collector, make_context
from wfhagent_os_updates import OsUpdates, apt, dnf, macos, reader_of, windows

FACTS = {"pending", "security", "restart_pending", "last_installed", "last_checked"}


def test_its_declarations_are_in_order():
    assert check_collector(OsUpdates) == []


@linux_only("the updates of the machine that runs the tests")
def test_this_machine_has_facts_or_reasons(monkeypatch: pytest.MonkeyPatch):
    # The real apt, without its lists, which take it seconds.
    no_lists = [("-o", f"Dir::Etc::{name}=/dev/null") for name in ("sourcelist", "sourceparts")]
    *options, upgrade = apt.SIMULATE
    monkeypatch.setattr(apt, "SIMULATE", (*options, *sum(no_lists, ()), upgrade))

    facts = OsUpdates(Config()).collect(make_context())

    assert set(facts) == FACTS
    if any(Path("/var/lib/apt/lists").glob("*Release")):
        assert (facts["pending"], facts["security"]) == (0, 0)


@pytest.mark.parametrize(
    ("platform", "program", "reader"),
    [
        ("linux", "usr/bin/apt-get", apt.read),
        ("linux", "usr/bin/dnf", dnf.read),
        ("linux", "usr/bin/pacman", None),
        ("darwin", "usr/sbin/softwareupdate", macos.read),
        ("win32", "", windows.read),
    ],
)
def test_each_system_has_its_reader(tmp_path: Path, platform: str, program: str, reader: object):
    (tmp_path / program).parent.mkdir(parents=True, exist_ok=True)
    if program:
        (tmp_path / program).touch()

    assert reader_of(platform, tmp_path) == reader


def test_a_system_that_nobody_knows_has_a_reason(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wfhagent_os_updates, "reader_of", lambda platform: None)

    facts = OsUpdates(Config()).collect(make_context())

    reason = Absent("it is not known how to ask this system for its updates")
    assert facts == dict.fromkeys(FACTS, reason)
