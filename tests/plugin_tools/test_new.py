"""`wfhagent plugin new` makes something that works as it is, by every tool its author will use."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.modes import of_modes
from tests.wine import development_tools

from wfhagent.errors import PluginError
from wfhagent.plugin_tools.new import make_plugin
from wfhagent.plugins.trust import check_files


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    return make_plugin("disk_space", tmp_path)


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False
    )


def test_its_own_tests_pass(plugin: Path):
    done = run(plugin.parent, "pytest", "-q", "-p", "no:cacheprovider", "disk_space")

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("mypy", "--strict", "disk_space/__init__.py", "disk_space/test_disk_space.py"),
        ("ruff", "check", "--isolated", "disk_space"),
        ("ruff", "format", "--isolated", "--check", "disk_space"),
    ],
    ids=["mypy", "ruff check", "ruff format"],
)
@development_tools
def test_a_new_plugin_is_in_order(plugin: Path, command: tuple[str, ...]):
    done = run(plugin.parent, *command)

    assert done.returncode == 0, done.stdout + done.stderr


@development_tools
def test_a_new_plugin_is_a_distribution_too(plugin: Path):
    done = run(plugin, "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", "dist", ".")

    assert done.returncode == 0, done.stderr
    (wheel,) = (plugin / "dist").glob("wfhagent_disk_space-0.1.0-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "wfhagent_disk_space/__init__.py" in names
    assert not [name for name in names if "test_" in name]
    points = zipfile.ZipFile(wheel).read("wfhagent_disk_space-0.1.0.dist-info/entry_points.txt")
    assert b"disk_space = wfhagent_disk_space" in points


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Battery", "lower-case letters"),
        ("my-plugin", "lower-case letters"),
        ("2nd", "lower-case letters"),
        ("../escape", "lower-case letters"),
        ("_hidden", "leading underscore"),
        ("class", "a word of Python"),
        ("platform", "the name of another module"),
        ("network", "the name of another module"),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_a_reason(tmp_path: Path, name: str, said: str):
    with pytest.raises(PluginError, match=said):
        make_plugin(name, tmp_path)

    assert list(tmp_path.iterdir()) == []


@of_modes
def test_nobody_else_may_write_it_whatever_the_umask(tmp_path: Path):
    before = os.umask(0o002)
    try:
        made = make_plugin("battery", tmp_path)
    finally:
        os.umask(before)

    check_files(made)


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path):
    (tmp_path / "battery").mkdir()
    (tmp_path / "battery" / "mine.txt").write_text("precious")

    with pytest.raises(PluginError, match="is there already"):
        make_plugin("battery", tmp_path)

    assert [file.name for file in (tmp_path / "battery").iterdir()] == ["mine.txt"]
