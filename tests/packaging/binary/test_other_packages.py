"""The RPM and the MSI contain what they must. They are not installed on this system."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGING = Path(__file__).parents[3] / "packaging"
sys.path.insert(0, str(PACKAGING))

from installers import msi, rpm, tree  # noqa: E402


def output_of(*command: object, folder: Path | None = None) -> str:
    return subprocess.run(
        [str(word) for word in command], cwd=folder, capture_output=True, text=True, check=True
    ).stdout


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_rpm_brings_program_unit_and_the_place_of_the_configuration(tmp_path: Path):
    package = rpm.build(tmp_path, "0.1.0", "w.ufdio")

    listed = output_of("rpm", "-qlp", package).split()
    assert {
        *("/usr/bin/wfhagent", tree.PROGRAM, str(Path(tree.CONFIG).parent)),
        f"/{tree.UNITS}/graphical-session.target.wants/wfhagent.service",
        f"/{tree.UNITS}/graphical-session.target.wants/wfhagent-tray.service",
    } <= set(listed)
    assert output_of("rpm", "-qp", "--configfiles", package).split() == [
        "/etc/xdg/autostart/wfhagent.desktop"
    ]
    scripts = output_of("rpm", "-qp", "--scripts", package)
    assert f'end_agents "{tree.PROGRAM}"' in scripts
    assert f'end_agents "{tree.PROGRAM} (deleted)"' in scripts


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The MSI with the folder that was built here."""
    return msi.build(tmp_path_factory.mktemp("msi"), tree.STANDALONE, "0.1.0")


def test_the_msi_holds_the_folder_byte_for_byte(package: Path, tmp_path: Path):
    """tests/packaging/test_msi.py covers the installation."""
    output_of("msiextract", package, folder=tmp_path)
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    assert digests(folder) == digests(tree.STANDALONE)
