"""The files of a download, unpacked to where the service runs them."""

import os
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.linux_only import not_windows
from tests.modes import of_modes

from wfhagent.cli.service import check_drop_ins
from wfhagent.errors import PluginError
from wfhagent.os_service import tree
from wfhagent.os_service.remove_later import remove_later
from wfhagent.os_service.unit import ServiceError
from wfhagent.system.compiled import PACKED_PROGRAM, PROGRAM, Compiled

pytestmark = pytest.mark.usefixtures("no_twin")


@pytest.fixture
def download(tmp_path: Path) -> Compiled:
    """A download in one folder, unpacked in another."""
    folder, home = tmp_path / "cache", tmp_path / "Downloads"
    (folder / "certifi").mkdir(parents=True)
    home.mkdir()
    (folder / PACKED_PROGRAM).write_text("first")
    (folder / PACKED_PROGRAM).chmod(0o755)
    (folder / "certifi" / "cacert.pem").write_text("pem")
    return Compiled(folder=folder, home=home)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "data" / "program"


def lay_out(download: Compiled, target: Path) -> None:
    tree.unpack(download, target)
    tree.put_in_place(target)


def files_in(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): file.read_text()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_the_program_has_its_plain_name_and_can_be_run(download: Compiled, target: Path):
    lay_out(download, target)

    assert files_in(target.parent) == {
        f"program/{PROGRAM}": "first",
        "program/certifi/cacert.pem": "pem",
    }
    assert os.access(target / PROGRAM, os.X_OK)


def test_an_update_leaves_nothing_of_the_old_program_but_its_drop_ins(
    download: Compiled, target: Path
):
    lay_out(download, target)
    (target / "plugins").mkdir()
    (target / "plugins" / "battery.py").write_text("drop-in")
    (target / "gone.so").write_text("of the old version")
    (download.folder / PACKED_PROGRAM).write_text("second")

    lay_out(download, target)

    assert files_in(target.parent) == {
        f"program/{PROGRAM}": "second",
        "program/certifi/cacert.pem": "pem",
        "program/plugins/battery.py": "drop-in",
    }


def test_drop_ins_next_to_the_download_come_along(download: Compiled, target: Path):
    lay_out(download, target)
    (target / "plugins").mkdir()
    (target / "plugins" / "old.py").write_text("old")
    (download.home / "plugins").mkdir()
    (download.home / "plugins" / "new.py").write_text("new")

    lay_out(download, target)

    assert files_in(target / "plugins") == {"new.py": "new"}


@of_modes
def test_drop_ins_that_others_can_write_are_refused(download: Compiled):
    (download.home / "plugins").mkdir()
    (download.home / "plugins" / "new.py").touch()
    (download.home / "plugins" / "new.py").chmod(0o666)

    with pytest.raises(PluginError, match=r"new\.py: can be changed by other users"):
        check_drop_ins(download)


def test_an_interrupted_layout_is_done_again(download: Compiled, target: Path):
    for left in ("program.new", "program.old"):
        (target.parent / left / "half").mkdir(parents=True)

    lay_out(download, target)

    assert list(target.parent.iterdir()) == [target]


def test_a_place_that_cannot_be_written_is_named(download: Compiled, tmp_path: Path):
    (tmp_path / "data").touch()

    with pytest.raises(ServiceError, match=r"cannot be copied to .*data.program"):
        lay_out(download, tmp_path / "data" / "program")


def test_it_is_cleared_without_a_trace(download: Compiled, target: Path):
    lay_out(download, target)
    tree.clear(target)
    tree.clear(target)

    assert files_in(target.parent) == {}


@not_windows("bundles are of macOS")
def test_a_bundle_is_copied_whole_with_the_drop_ins_next_to_it(tmp_path: Path, target: Path):
    home = tmp_path / "Downloads"
    programs = home / "wfhagent.app" / "Contents" / "MacOS"
    programs.mkdir(parents=True)
    (programs / "wfhagent").write_text("bundle")
    (programs / "certifi").symlink_to("../Resources/certifi")
    (home / "plugins").mkdir()
    (home / "plugins" / "new.py").write_text("new")
    bundle = Compiled(folder=programs, home=home, bundle=home / "wfhagent.app")

    lay_out(bundle, target)

    assert files_in(target) == {
        "wfhagent.app/Contents/MacOS/wfhagent": "bundle",
        "plugins/new.py": "new",
    }
    copied = target / "wfhagent.app" / "Contents" / "MacOS" / "certifi"
    assert copied.readlink() == Path("../Resources/certifi"), "a seal holds links as they are"


def test_an_old_program_that_stays_in_use_stays_in_its_place(download: Compiled, target: Path):
    lay_out(download, target)
    (download.folder / PACKED_PROGRAM).write_text("second")
    tree.unpack(download, target)

    def file_in_use(source: Path, goal: Path, **_waits: object) -> None:
        if goal == target and source.name.endswith(".new"):
            raise PermissionError(13, "The file is in use", str(source))
        source.replace(goal)

    with pytest.raises(ServiceError, match="in use"):
        tree.put_in_place(target, replace=file_in_use)

    assert (target / PROGRAM).read_text() == "first"


def test_what_an_update_left_next_to_the_program_is_cleared_too(download: Compiled, target: Path):
    lay_out(download, target)
    for left in ("program.new", "program.old"):
        (target.parent / left).mkdir()

    tree.clear(target)

    assert list(target.parent.iterdir()) == []


def test_the_old_program_is_no_error_where_windows_still_holds_a_file_of_it(
    download: Compiled, target: Path, monkeypatch: pytest.MonkeyPatch
):
    lay_out(download, target)
    tree.unpack(download, target)

    def file_in_use(folder: Path) -> None:
        raise PermissionError(13, "The file is in use", str(folder))

    with monkeypatch.context() as patch:
        patch.setattr(tree.shutil, "rmtree", file_in_use)
        tree.put_in_place(target)

    assert (target / PROGRAM).read_text() == "first"
    lay_out(download, target)
    assert list(target.parent.iterdir()) == [target]


def test_the_running_program_is_removed_by_another_when_it_has_ended():
    started: list[Sequence[str]] = []

    remove_later([Path("O'Hara.old"), Path("program")], started.append)

    ((*words, script),) = started
    assert words == ["powershell", "-NoProfile", "-NonInteractive", "-Command"]
    assert f"Wait-Process -Id {os.getpid()} " in script
    assert "Remove-Item -LiteralPath 'O''Hara.old','program' " in script


def test_on_windows_the_program_gets_its_twin_without_a_console(
    download: Compiled, target: Path, monkeypatch: pytest.MonkeyPatch
):
    made: list[tuple[Path, Path]] = []
    monkeypatch.setattr(tree, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(tree, "write_windowless_copy", lambda *files: made.append(files))

    tree.unpack(download, target)

    fresh = target.with_name("program.new")
    assert made == [(fresh / PROGRAM, fresh / "wfhagentw.exe")]
