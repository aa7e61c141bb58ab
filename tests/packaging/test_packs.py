"""deb, rpm, MSI and pkg bring the packs that are in the folder of packs when they are built."""

import sys
from pathlib import Path

import pytest
from tests.drop_ins import collector, drop

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

from installers import packs, pkg, tree

from wfhagent.plugin_tools.pack import make_pack
from wfhagent.plugins.trust import check_trust


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """What `make binary` builds, small."""
    drop(tmp_path / "built" / "wfhagent.app", "Contents/MacOS/wfhagent", "the program")
    return drop(tmp_path / "built", "wfhagent/wfhagent", "the program").parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two packs, and a file that is none."""
    folder = drop(tmp_path, "packs/README", "none").parent
    for name in ("battery", "gauge"):
        make_pack(drop(tmp_path, f"{name}.py", collector(name)), folder, version="1")
    return folder


def test_a_package_has_the_plugins_with_their_manifests(
    program: Path, folder: Path, tmp_path: Path
):
    copy = packs.with_packs(program, tmp_path / "scratch", folder)

    assert (copy / "wfhagent").read_text() == "the program"
    assert len(check_trust(copy / "plugins" / "battery", {})) == 64
    assert (copy / "plugins/gauge/.wfhpack/manifest.json").is_file()
    assert not (program / "plugins").exists()


def test_without_packs_a_package_is_what_was_built(program: Path, tmp_path: Path):
    assert packs.with_packs(program, tmp_path / "scratch", tmp_path / "none") == program
    assert packs.add_packs(program, tmp_path / "none") == []


def test_two_packs_of_one_plugin_and_a_damaged_one_end_the_build(
    program: Path, folder: Path, tmp_path: Path
):
    make_pack(tmp_path / "battery.py", folder, version="2")
    with pytest.raises(tree.PackageError, match="has two packs of battery; remove one"):
        packs.add_packs(program, folder)

    drop(folder, "a.wfhpack", "damaged")
    with pytest.raises(tree.PackageError, match=r"a\.wfhpack: is damaged, or no pack"):
        packs.add_packs(program, folder)


def test_the_pkg_replaces_its_own_plugins_and_no_others(
    program: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pkg, "add_packs", lambda place: packs.add_packs(place, folder))
    root = tmp_path / "root"

    brought = pkg.lay_out(root, program.parent / "wfhagent.app")
    pkg.write_scripts(tmp_path / "scripts", brought)

    plugins = root / pkg.PROGRAM_FOLDER.lstrip("/") / "plugins"
    assert sorted(path.name for path in plugins.iterdir()) == ["battery", "gauge"]
    script = (tmp_path / "scripts/preinstall").read_text().splitlines()
    assert script[-2:] == [f'rm -rf "$program/plugins/{name}"' for name in brought]
