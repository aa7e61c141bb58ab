"""Fixtures for the tests of the service."""

from pathlib import Path, PurePosixPath

import pytest
from tests.os_service.fake_system import FakeSystem

from wfhagent.os_service import tree
from wfhagent.os_service.launchd import Launchd
from wfhagent.os_service.systemd import Systemd
from wfhagent.os_service.task_scheduler import TaskScheduler
from wfhagent.os_service.unit import ServiceSpec


@pytest.fixture
def system() -> FakeSystem:
    return FakeSystem()


@pytest.fixture
def spec() -> ServiceSpec:
    config = PurePosixPath("/etc/wfh agent/agent.toml")
    return ServiceSpec(program=["/opt/wfhagent/wfhagent"], config=config)


@pytest.fixture
def systemd(system: FakeSystem, tmp_path: Path) -> Systemd:
    return Systemd(config_home=tmp_path, run=system, is_logged_in=lambda: True)


@pytest.fixture
def launchd(system: FakeSystem, tmp_path: Path) -> Launchd:
    (tmp_path / "Library").mkdir()
    return Launchd(home=tmp_path, uid=501, run=system, pause=lambda seconds: None)


@pytest.fixture
def tasks(system: FakeSystem) -> TaskScheduler:
    return TaskScheduler(user="OFFICE\\alice", sid=lambda: "S-1-5-21-1-2-3-1001", run=system)


@pytest.fixture
def no_twin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let programs be text on Windows, too: they get no twin without a console."""
    monkeypatch.setattr(tree, "write_windowless_copy", lambda program, twin: None)
