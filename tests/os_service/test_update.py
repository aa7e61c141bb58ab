"""An update of the download stops the old agent only for a moment."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from wfhagent.cli import service
from wfhagent.os_service import tree
from wfhagent.os_service.unit import ServiceError
from wfhagent.system.compiled import PROGRAM, Compiled

pytestmark = pytest.mark.usefixtures("no_twin")


class Manager:
    """Records each action, and whether the new files existed by then."""

    def __init__(self, target: Path) -> None:
        self.done: list[str] = []
        self._fresh = target.with_name("program.new")

    def stop_both(self) -> None:
        assert self._fresh.exists(), "unpacking, which takes long, comes before the stop"
        self.done.append("stopped")

    def start_both(self) -> None:
        self.done.append("started")


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    target = tmp_path / "data" / "program"
    monkeypatch.setattr(service, "program_directory", lambda: target)
    return target


@pytest.fixture
def download(tmp_path: Path) -> Compiled:
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / PROGRAM).write_text("new")
    return Compiled(folder=folder, home=tmp_path)


def update(download: Compiled, manager: Manager) -> None:
    service._lay_out(download, manager)  # type: ignore[arg-type]


def test_the_first_installation_has_nothing_to_stop(download: Compiled, target: Path):
    manager = Manager(target)

    update(download, manager)

    assert (target / PROGRAM).read_text() == "new"
    assert manager.done == []


def test_the_old_one_stops_when_the_new_one_is_unpacked(download: Compiled, target: Path):
    target.mkdir(parents=True)
    (target / PROGRAM).write_text("old")
    manager = Manager(target)

    update(download, manager)

    assert (target / PROGRAM).read_text() == "new"
    assert manager.done == ["stopped"], "the installation that follows starts the new one"


def test_the_old_one_is_started_again_where_the_new_one_cannot_take_its_place(
    download: Compiled, target: Path, monkeypatch: pytest.MonkeyPatch
):
    target.mkdir(parents=True)
    manager = Manager(target)

    def in_use(_target: Path) -> None:
        raise ServiceError("in use")

    monkeypatch.setattr(tree, "put_in_place", in_use)

    with pytest.raises(ServiceError, match="in use"):
        update(download, manager)
    assert manager.done == ["stopped", "started"]


def test_a_program_that_cannot_be_unpacked_stops_nothing(download: Compiled, target: Path):
    target.mkdir(parents=True)
    (download.folder / PROGRAM).unlink()
    download.folder.rmdir()
    manager = Manager(target)

    with pytest.raises(ServiceError, match="cannot be copied"):
        update(download, manager)
    assert manager.done == []


def test_the_service_of_all_users_needs_the_package():
    with pytest.raises(ServiceError, match="Install the package"):
        service._all_users(None)


@pytest.mark.parametrize("is_own_program", [True, False])
def test_windows_removes_the_program_that_uninstalls_itself_when_it_has_ended(
    is_own_program: bool,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    (target / "certifi").mkdir(parents=True)
    folder = target if is_own_program else target.parent
    started: list[Sequence[str]] = []
    uninstaller = SimpleNamespace(uninstall=lambda: "Removed.")
    monkeypatch.setattr(service, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(service, "service_manager", lambda: uninstaller)
    monkeypatch.setattr(service, "compiled", lambda: Compiled(folder=folder, home=folder))
    monkeypatch.setattr(service, "start_command", started.append)

    service.uninstall()

    assert target.exists() == is_own_program
    assert len(started) == is_own_program
    assert all(str(target) in command[-1] for command in started)
