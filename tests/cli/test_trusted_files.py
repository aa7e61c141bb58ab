"""`doctor` names configuration files, and files named in them, that somebody else can change."""

import json
import os
from pathlib import Path

import pytest
from tests.cli.conftest import Laptop
from tests.modes import of_modes

from wfhagent.system.ownership import only_root_writes

pytestmark = of_modes

as_root = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="chown needs root")


def configuration(laptop: Laptop) -> tuple[bool, str]:
    findings = json.loads(laptop.run("doctor", "--json").stdout)
    (found,) = [each for each in findings if each["what"] == "configuration"]
    return found["ok"], found["detail"]


def test_settings_of_your_own_are_in_order(laptop: Laptop):
    assert configuration(laptop) == (True, str(laptop.file))


@pytest.mark.parametrize("mode", [0o666, 0o646, 0o602])
def test_settings_that_others_may_write_are_a_fault(laptop: Laptop, mode: int):
    laptop.file.chmod(mode)

    assert configuration(laptop) == (False, f"{laptop.file}: can be changed by other users")


@as_root
def test_settings_that_a_group_of_others_may_write_are_a_fault(laptop: Laptop):
    os.chown(laptop.file, 0, 4242)
    laptop.file.chmod(0o664)

    assert configuration(laptop) == (False, f"{laptop.file}: can be changed by other users")


@as_root
def test_settings_of_a_third_person_are_a_fault(laptop: Laptop):
    os.chown(laptop.file, 4242, 4242)

    assert configuration(laptop) == (False, f"{laptop.file}: belongs neither to you nor to root")


def test_settings_that_others_can_replace_are_a_fault(laptop: Laptop):
    laptop.folder.parent.chmod(0o777)

    assert configuration(laptop) == (
        False,
        f"{laptop.folder.parent}: can be changed by other users",
    )


def test_settings_behind_a_link_are_judged_where_they_are(laptop: Laptop, tmp_path: Path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    laptop.file.rename(shared / "agent.toml")
    laptop.file.symlink_to(shared / "agent.toml")

    assert configuration(laptop) == (False, f"{shared}: can be changed by other users")


def test_an_authority_a_data_folder_and_drop_ins_that_others_may_write_are_named(laptop: Laptop):
    authority = laptop.folder / "authority.pem"
    authority.touch()
    authority.chmod(0o666)
    laptop.configure("server", ca_file=str(authority))
    for folder in (laptop.data, laptop.folder / "plugins"):
        folder.chmod(0o777)

    ok, detail = configuration(laptop)

    assert not ok
    for path in (authority, laptop.data, laptop.folder / "plugins"):
        assert f"{path}: can be changed by other users" in detail


@as_root
def test_only_root_writes_what_others_can_neither_change_nor_replace(tmp_path: Path):
    file = tmp_path / "folder" / "file"
    file.parent.mkdir(mode=0o755)
    file.touch(mode=0o644)
    assert only_root_writes(file)

    file.parent.chmod(0o777)
    assert not only_root_writes(file)
    file.parent.chmod(0o755)
    os.chown(file.parent, 4242, 0)
    assert not only_root_writes(file)
    os.chown(file.parent, 0, 0)
    file.chmod(0o666)
    assert not only_root_writes(file)
    assert not only_root_writes(tmp_path / "nowhere")
