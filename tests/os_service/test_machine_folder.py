"""Only administrators can write agent.toml's folder in ProgramData, whoever created it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.os_service.fake_system import FakeSystem, answered
from tests.wine import symbolic_links

from wfhagent.os_service.machine_folder import protect
from wfhagent.os_service.unit import ServiceError


def owned_by(*, trusted: bool) -> Callable[[Path], bool]:
    return lambda _path: trusted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "wfhagent"


def test_it_is_made_for_administrators_to_write_and_users_to_read(folder: Path, system: FakeSystem):
    assert protect(folder, system, owned_by(trusted=True)) == ""

    assert folder.is_dir()
    grants = "*S-1-5-32-544:(OI)(CI)F *S-1-5-18:(OI)(CI)F *S-1-5-32-545:(OI)(CI)RX"
    assert system.commands == [
        f"icacls {folder} /inheritance:r /grant:r {grants}",
        f"icacls {folder} /setowner *S-1-5-32-544",
    ]


def test_one_that_it_made_keeps_its_agent_toml(folder: Path, system: FakeSystem):
    folder.mkdir()
    (folder / "agent.toml").write_text("of IT")

    assert protect(folder, system, owned_by(trusted=True)) == ""

    assert (folder / "agent.toml").read_text() == "of IT"


def test_one_that_a_user_planted_is_moved_aside_with_all_that_is_in_it(
    folder: Path, system: FakeSystem
):
    folder.mkdir()
    (folder / "agent.toml").write_text("hostile")

    message = protect(folder, system, owned_by(trusted=False))

    (aside,) = (path for path in folder.parent.iterdir() if path != folder)
    assert list(folder.iterdir()) == []
    assert (aside / "agent.toml").read_text() == "hostile"
    assert (
        message == f"{folder} belonged to an ordinary user. It was renamed to {aside}; delete it. "
    )


@symbolic_links
def test_a_link_is_moved_aside_and_not_followed(folder: Path, system: FakeSystem):
    target = folder.with_name("target")
    target.mkdir()
    folder.symlink_to(target, target_is_directory=True)

    protect(folder, system, owned_by(trusted=True))

    assert folder.is_dir()
    assert not folder.is_symlink()
    assert target.is_dir()


def test_what_cannot_be_looked_at_or_set_is_named(folder: Path, system: FakeSystem):
    folder.mkdir()

    def unreadable(path: Path) -> bool:
        raise PermissionError(13, "Access is denied", str(path))

    with pytest.raises(ServiceError, match=r"wfhagent cannot be protected: .*Access is denied"):
        protect(folder, system, unreadable)
    system.answers["icacls"] = answered(5, err="Access is denied.")
    with pytest.raises(ServiceError, match=r"icacls .* failed \(5\): Access is denied"):
        protect(folder, system, owned_by(trusted=True))
