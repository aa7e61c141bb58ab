"""`wfhagent plugin vendor` puts packages into a plugin, for each platform that is asked for."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.drop_ins import collector, drop
from tests.plugin_tools.checking import check
from tests.plugin_tools.wheel_files import make_wheel

from wfhagent.cli import main
from wfhagent.plugin_tools import download
from wfhagent.plugins.vendored import this_platform
from wfhagent.system.compiled import Compiled

DAYS = {
    "feasts/__init__.py": "from feasts.days import NUMBER",
    "feasts/days.py": "NUMBER = 80\n",
    "feasts-1.0.data/scripts/feasts": "#!/bin/sh\n",
    "feasts-1.0.data/purelib/feasts_extra.py": "MORE = 1\n",
}
LINUX = "linux-x86_64-cp312"
WINDOWS = "windows-x86_64-cp312"


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place where pip finds something."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "none"))
    return folder


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    body = "import feasts; self.number = feasts.NUMBER"
    drop(tmp_path / "own", "battery/requirements.txt", "feasts\n")
    return drop(tmp_path / "own", "battery/__init__.py", collector(body=body)).parent


def vendor(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "wfhagent", "plugin", "vendor", str(path), *options],
        capture_output=True,
        text=True,
        check=False,
    )


def names(folder: Path) -> list[str]:
    """The files in *folder* without those about a distribution."""
    found = (file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    return sorted(name for name in found if ".dist-info/" not in name)


def test_a_package_that_imports_itself_by_its_full_name_works(plugin: Path, wheels: Path):
    make_wheel(wheels, "feasts", DAYS)

    done = vendor(plugin)

    assert done.returncode == 0, done.stderr
    assert f"{this_platform()}: feasts 1.0" in done.stdout
    # Scripts are for nobody.
    assert names(plugin / "_vendor") == ["feasts/__init__.py", "feasts/days.py", "feasts_extra.py"]
    checked = check(plugin)
    assert checked.returncode == 0, checked.stdout
    assert '"percent": 80' in checked.stdout
    assert "It imports feasts" not in checked.stdout


def test_compiled_packages_and_markers_are_those_of_each_platform(plugin: Path, wheels: Path):
    """The dependency of Windows is found on Linux, and the other way round."""
    needs = ("colors; sys_platform == 'win32'", "tints; python_version < '3.12'")
    make_wheel(wheels, "feasts", DAYS, requires=("fast", *needs))
    make_wheel(wheels, "colors", {"colors.py": ""})
    make_wheel(wheels, "tints", {"tints.py": ""})
    for tag in ("manylinux_2_17_x86_64.manylinux2014_x86_64", "win_amd64", "macosx_11_0_arm64"):
        make_wheel(wheels, "fast", {"fast/core.so": tag}, tag=f"cp312-cp312-{tag}")

    done = vendor(plugin, "--for", "linux", "--for", "windows", "--python", "3.12")

    assert done.returncode == 0, done.stderr
    assert f"{LINUX}: fast 1.0, feasts 1.0\n" in done.stdout
    assert f"{WINDOWS}: colors 1.0, fast 1.0, feasts 1.0\n" in done.stdout
    folder = plugin / "_vendor"
    assert names(folder / LINUX) == ["fast/core.so"]
    assert names(folder / WINDOWS) == ["colors.py", "fast/core.so"]
    assert (folder / LINUX / "fast/core.so").read_text().startswith("manylinux")
    assert names(folder / "feasts") == ["__init__.py", "days.py"]


def test_what_was_vendored_before_is_replaced(plugin: Path, wheels: Path):
    drop(plugin, "_vendor/old.py", "")
    make_wheel(wheels, "feasts", DAYS)

    assert vendor(plugin).returncode == 0

    assert not (plugin / "_vendor/old.py").exists()
    assert sorted(file.name for file in plugin.iterdir()) == [
        *("__init__.py", "_vendor", "requirements.txt")
    ]


def test_what_pip_does_not_find_is_a_sentence_and_changes_nothing(plugin: Path, wheels: Path):
    old = drop(plugin, "_vendor/old.py", "")
    make_wheel(wheels, "feasts", DAYS, requires=["nowhere"])

    done = vendor(plugin)

    assert done.returncode == 1
    assert f"requirements.txt: pip finds no packages for {this_platform()}: " in done.stderr
    assert "No matching distribution found for nowhere" in done.stderr
    assert old.exists()


def test_what_every_agent_has_is_left_out(plugin: Path, wheels: Path):
    make_wheel(wheels, "feasts", DAYS, requires=["psutil"])
    make_wheel(wheels, "psutil", {"psutil/__init__.py": ""})

    done = vendor(plugin)

    assert "Left out, because every agent has them: psutil 1.0." in done.stdout
    assert not (plugin / "_vendor/psutil").exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--python", "2.7"], "--python takes a version such as 3.12, and not '2.7'."),
        (["--for", "beos"], "beos"),
    ],
)
@pytest.mark.usefixtures("wheels")
def test_a_wrong_option_is_a_sentence(plugin: Path, options: list[str], sentence: str):
    done = vendor(plugin, *options)

    assert done.returncode
    assert sentence in done.stderr


@pytest.mark.usefixtures("wheels")
def test_a_single_file_and_a_folder_without_requirements_are_refused(tmp_path: Path):
    single = drop(tmp_path, "battery.py", collector())
    folder = drop(tmp_path, "meter/__init__.py", collector()).parent

    assert "only a plugin that is a folder" in vendor(single).stderr
    assert "requirements.txt: is not there. Write one package per line" in vendor(folder).stderr


def test_the_compiled_agent_says_where_to_run_it(
    plugin: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    program = Compiled(folder=plugin, home=plugin)
    monkeypatch.setattr(download, "compiled", lambda: program)
    monkeypatch.setattr(sys, "argv", ["wfhagent", "plugin", "vendor", str(plugin)])

    with pytest.raises(SystemExit):
        main()

    assert "The compiled agent has no pip. Run `wfhagent plugin vendor` in a virtual" in (
        capsys.readouterr().err
    )


def test_the_tests_of_a_plugin_find_its_packages(plugin: Path, wheels: Path):
    make_wheel(wheels, "feasts", DAYS)
    drop(
        plugin,
        "test_battery.py",
        "from feasts import NUMBER\n\ndef test_it():\n    assert NUMBER == 80\n",
    )
    assert vendor(plugin).returncode == 0

    done = subprocess.run(
        [sys.executable, "-m", "wfhagent", "plugin", "test", str(plugin)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_fifty_modules_of_a_package_are_one_note_which_names_the_command(tmp_path: Path):
    # They run only if the collector asks for them, as an import within a function does.
    lines = [f"    import nowhere.part{number}" for number in range(50)]
    late = "\n".join(["def late():", *lines, "    import tkinter.font, wfhagent.assembly, gauge"])
    plugin = drop(tmp_path, "battery/__init__.py", f"{collector()}\n{late}\n").parent
    drop(plugin, "gauge.py", "")

    notes = [line for line in check(plugin).stdout.splitlines() if "It imports" in line]

    assert [note.partition("It imports ")[2] for note in notes] == [
        (
            "gauge, which the agent looks for among its own modules: for a module of the "
            "plugin's folder write `from . import`."
        ),
        (
            "nowhere, which the compiled agent may not have. Write its distribution into "
            "requirements.txt, and run `wfhagent plugin vendor battery`."
        ),
        "tkinter, a module of Python that the compiled agent may not have: do without it.",
        "wfhagent.assembly, which may change: plugins import wfhagent.plugin only.",
    ]


@pytest.mark.parametrize(
    ("name", "vendored", "advice"),
    [
        ("battery/__init__.py", "", "requirements.txt, and run `wfhagent plugin vendor battery`"),
        ("battery.py", "", "make this plugin a folder, to which `wfhagent plugin vendor` adds"),
        ("battery/__init__.py", "battery/nowhere.py", "`from . import nowhere`"),
        (
            "battery/__init__.py",
            "battery/_vendor/beos-x86_64-cp31/nowhere/__init__.py",
            "the plugin has nowhere for beos-x86_64-cp31: on a device like this, with Python ",
        ),
    ],
    ids=["folder", "file", "own", "other_platform"],
)
def test_an_import_that_fails_says_what_to_do(
    tmp_path: Path, name: str, vendored: str, advice: str
):
    plugin = drop(tmp_path, name, collector(at_import="import nowhere"))
    if vendored:
        drop(tmp_path, vendored, "")

    done = check(plugin if name.endswith("battery.py") else plugin.parent)

    assert "No module named 'nowhere' (battery" in done.stdout
    assert advice in done.stdout
