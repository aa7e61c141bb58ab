"""`wfhagent plugin new` creates a plugin that works at once and passes every tool."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.linux_only import not_windows
from tests.modes import of_modes
from tests.wine import development_tools

from wfhagent.errors import PluginError
from wfhagent.plugin_tools.new import make_plugin
from wfhagent.plugin_tools.scaffold import Kind
from wfhagent.plugins.trust import check_files


@pytest.fixture(params=Kind, ids=str)
def plugin(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return make_plugin("docking_station", tmp_path, request.param)


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_agent_takes_it_and_its_own_tests_pass(plugin: Path):
    for command in ("check", "test"):
        done = run(plugin.parent, "wfhagent", "plugin", command, "docking_station")

        assert done.returncode == 0, done.stdout + done.stderr
        assert "NOTE" not in done.stdout


def test_the_kind_is_an_option_of_the_command(tmp_path: Path):
    done = run(tmp_path, "wfhagent", "plugin", "new", "pigeon", "--kind", "transport")

    assert "Say how it sends in `__init__.py`" in done.stdout
    assert "register_transports" in (tmp_path / "pigeon" / "__init__.py").read_text()


@pytest.mark.parametrize(
    "command",
    [
        (
            "mypy",
            "--strict",
            "docking_station/__init__.py",
            "docking_station/test_docking_station.py",
        ),
        ("ruff", "check", "--isolated", "docking_station"),
        ("ruff", "format", "--isolated", "--check", "docking_station"),
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
    (wheel,) = (plugin / "dist").glob("wfhagent_docking_station-0.1.0-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "wfhagent_docking_station/__init__.py" in names
    assert not [name for name in names if "test_" in name]
    points = zipfile.ZipFile(wheel).read(
        "wfhagent_docking_station-0.1.0.dist-info/entry_points.txt"
    )
    assert b"docking_station = wfhagent_docking_station" in points


@not_windows("its commands are typed into a shell of Linux")
def test_its_workflow_runs_check_and_test(tmp_path: Path):
    import yaml  # noqa: PLC0415 -- the world of Wine has none

    make_plugin("docking_station", tmp_path)
    workflow = yaml.safe_load((tmp_path / "docking_station/.github/workflows/test.yml").read_text())
    job = workflow["jobs"]["test"]
    home = tmp_path / "home"
    home.mkdir()

    # What a workspace lets others write is no reason to refuse it.
    (tmp_path / "docking_station").chmod(0o777)
    (checkout,) = [step for step in job["steps"] if "checkout" in step.get("uses", "")]
    installs, *runs = [step["run"] for step in job["steps"] if "run" in step]
    for command in runs:
        done = subprocess.run(
            ["bash", "-ec", f"umask 022; {command}"],
            cwd=tmp_path,
            env={"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(home)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    assert checkout["with"] == {"path": "docking_station"}
    assert installs == "python -m pip install -r docking_station/.github/requirements.txt"
    assert runs[1:] == [
        "wfhagent plugin check ~/docking_station",
        "wfhagent plugin test ~/docking_station",
    ]
    assert {name.partition("-")[0] for name in job["strategy"]["matrix"]["system"]} == {
        *("ubuntu", "windows", "macos")
    }


def test_its_workflow_names_no_place_of_packages(plugin: Path):
    texts = [file.read_text() for file in (plugin / ".github").rglob("*.*") if file.is_file()]

    assert len(texts) == 2
    assert not [text for text in texts if "://" in text.replace("git+https:// with", "")]
    assert "wfhagent @ FILL-IN\n" in "".join(texts)


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
