"""The MSI, built with wixl around a stand-in for the folder of Windows: what it does, and when."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("wixl", "wixl-heat", "msibuild", "msiinfo"))),
    reason="wixl and msitools are not installed",
)


@pytest.fixture(scope="module")
def msi() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "packaging"))
        from installers import msi  # noqa: PLC0415

        yield msi


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "standalone" / "wfhagent"
    (folder / "certifi").mkdir(parents=True)
    (folder / "tzdata/zoneinfo/Europe").mkdir(parents=True)
    zone = "tzdata/zoneinfo/Europe/Vienna"
    for name in ("wfhagent.exe", "wfhagentw.exe", "certifi/cacert.pem", zone):
        (folder / name).write_text(name)
    return folder


@pytest.fixture
def package(msi: ModuleType, folder: Path, tmp_path: Path) -> Path:
    return msi.build(tmp_path / "build" / "new", folder, "0.1.0")


def table(package: Path, name: str) -> dict[str, list[str]]:
    """Return the rows of a table by their first column, without the three lines of its head."""
    command = ["msiinfo", "export", str(package), name]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [line.split("\t") for line in text.splitlines()[3:]]
    return {row[0]: row[1:] for row in rows}


def order(package: Path) -> list[str]:
    sequence = table(package, "InstallExecuteSequence")
    return sorted(sequence, key=lambda name: int(sequence[name][1]))


def test_everything_is_done_in_its_order(package: Path):
    actions = order(package)

    assert [name for name in actions if name in STEPS] == STEPS


STEPS = [
    *("CostFinalize", "SetPOWERSHELL", "SetPROGRAM", "EndAgents", "InstallValidate"),
    # Removing the old version belongs to the transaction: it comes back when the new one fails.
    *("InstallInitialize", "RemoveExistingProducts", "ProcessComponents"),
    *("RestoreService", "RemoveService", "RemoveFiles", "RemoveFolders", "CreateFolders"),
    *("InstallFiles", "UndoService", "InstallService", "InstallFinalize"),
]


def test_the_service_is_set_up_by_the_installed_program_as_system(package: Path):
    kind, source, target, *_ = table(package, "CustomAction")["InstallService"]

    # 50: a program named by a property; 1024: in the script; 2048: not as the current user. Its
    # failure is one of the installation.
    assert (int(kind), source) == (50 + 1024 + 2048, "PROGRAM")
    assert target == "service install --all-users"
    assert table(package, "CustomAction")["SetPROGRAM"][2] == "[INSTALLDIR]wfhagent.exe"


def test_each_change_of_the_service_is_undone_when_the_installation_is_rolled_back(package: Path):
    actions, sequence = table(package, "CustomAction"), table(package, "InstallExecuteSequence")

    for undoing, undone, target in (
        ("RestoreService", "RemoveService", "service install --all-users"),
        ("UndoService", "InstallService", "service uninstall --all-users"),
    ):
        assert int(actions[undoing][0]) & 0x500 == 0x500, "a rollback action"
        assert actions[undoing][2] == target
        assert sequence[undoing][0] == sequence[undone][0]
        assert int(sequence[undoing][1]) < int(sequence[undone][1])


def test_the_service_goes_with_a_removal_and_comes_with_everything_else(package: Path):
    sequence = table(package, "InstallExecuteSequence")

    assert sequence["RemoveService"][0] == 'REMOVE="ALL"'
    assert sequence["InstallService"][0] == 'NOT REMOVE="ALL"'
    assert sequence["EndAgents"][0] == ""


def test_agents_of_all_users_end_by_the_files_that_they_run(package: Path):
    kind, source, target, *_ = table(package, "CustomAction")["EndAgents"]

    assert (int(kind), source) == (50 + 64, "POWERSHELL")
    assert "Path -in '[INSTALLDIR]wfhagent.exe','[INSTALLDIR]wfhagentw.exe'" in target
    # Brackets and braces have a special meaning in an MSI.
    assert re.findall(r"[\[\]{}]", target.replace("[INSTALLDIR]", "")) == []
    assert len(target) <= 255


def test_nothing_starts_by_the_run_key_and_a_downgrade_is_refused(package: Path, msi: ModuleType):
    assert table(package, "Registry") == {}
    assert set(table(package, "Upgrade")) == {f"{{{msi.UPGRADE_CODE}}}"}
    # Set by the table Upgrade when a newer version is found.
    assert table(package, "LaunchCondition").keys() == {"NOT WIX_DOWNGRADE_DETECTED"}


def test_both_programs_are_in_it(package: Path, folder: Path, tmp_path: Path):
    listed = subprocess.run(
        ["msiextract", "--list", str(package)], capture_output=True, text=True, check=True
    ).stdout

    assert {Path(line).name for line in listed.split()} == {
        *("wfhagent.exe", "wfhagentw.exe", "cacert.pem", "Vienna"),
    }


def test_folders_that_hold_folders_only_are_removed_too(package: Path):
    directories = table(package, "Directory")

    removed = {directories[name][1] for name in table(package, "CreateFolder")}

    assert removed == {"zoneinfo", "tzdata", "wfhagent"}


def test_a_folder_without_one_of_the_programs_is_named(
    msi: ModuleType, folder: Path, tmp_path: Path
):
    (folder / "wfhagentw.exe").unlink()
    with pytest.raises(msi.tree.PackageError, match=r"holds no wfhagentw\.exe; `make binary`"):
        msi.build(tmp_path, folder, "0.1.0")

    (folder / "wfhagent.exe").unlink()
    with pytest.raises(msi.tree.PackageError, match="holds no program; `make binary`"):
        msi.build(tmp_path, folder, "0.1.0")
    assert list(tmp_path.glob("*.msi")) == []


def test_a_package_that_wixl_does_not_write_is_an_error(
    msi: ModuleType, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    wixl = tmp_path / "bin" / "wixl"
    wixl.parent.mkdir()
    wixl.write_text("#!/bin/sh\nexit 0\n")
    wixl.chmod(0o755)
    monkeypatch.setenv("PATH", str(wixl.parent), prepend=":")

    with pytest.raises(msi.tree.PackageError, match="wixl made no package"):
        msi.build(tmp_path, folder, "0.1.0")
    assert list(tmp_path.glob("*.msi")) == []


def test_without_a_built_program_the_command_says_so_and_prints_nothing_else(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "installers.msi", "--folder", str(tmp_path), "--version", "1.0"],
        cwd=ROOT / "packaging",
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == f"make msi: {tmp_path} holds no program; `make binary` builds it.\n"
