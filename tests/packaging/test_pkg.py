"""The macOS package: its tree, its scripts and their calls. Not tested on a Mac."""

import os
import plistlib
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

from installers import pkg, tree

from wfhagent.os_service.unit import AGENT, ICON, Job

SUPPORT = pkg.SUPPORT.lstrip("/")
TOOLS = {
    "ps": "echo '501 /System/Library/CoreServices/Dock.app/Contents/MacOS/Dock'\n"
    "echo '502 /System/Library/CoreServices/Dock.app/Contents/MacOS/Dock'\n"
    "echo '503 /usr/libexec/UserEventAgent'\n",
    "launchctl": 'echo "launchctl $*" >> "$CALLS"\n[ "$1" != print ]\n',
    "pkgutil": 'echo "pkgutil $*" >> "$CALLS"\n',
}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """What `make binary` builds, small."""
    app = tmp_path / "built" / "wfhagent.app"
    programs = app / "Contents" / "MacOS"
    programs.mkdir(parents=True)
    (programs / "wfhagent").write_text("the program")
    (programs / "wfhagent").chmod(0o700)
    (programs / "libssl.dylib").write_text("a library")
    return app


@pytest.fixture
def root(tmp_path: Path, app: Path) -> Path:
    """A Mac's root after the installer has copied the tree."""
    pkg.lay_out(tmp_path / "root", app)
    return tmp_path / "root"


@pytest.fixture
def mac(tmp_path: Path) -> dict[str, str]:
    """An environment in which macOS's commands only record their calls."""
    commands = tmp_path / "bin"
    commands.mkdir()
    for name, text in TOOLS.items():
        (commands / name).write_text(f"#!/bin/sh\n{text}")
        (commands / name).chmod(0o755)
    calls = tmp_path / "calls"
    calls.touch()
    return {"PATH": f"{commands}:{os.environ['PATH']}", "CALLS": str(calls)}


def run(mac: dict[str, str], *command: object) -> str:
    """Run a script of the package, which must succeed; return its calls of Apple's tools."""
    words = ["sh", *(str(word) for word in command)]
    done = subprocess.run(words, env=mac, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Path(mac["CALLS"]).read_text()


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    pkg.write_scripts(tmp_path / "scripts")
    return tmp_path / "scripts"


@pytest.mark.parametrize(("job", "words"), [(AGENT, ["run", "--quiet"]), (ICON, ["tray"])])
def test_every_user_who_logs_in_gets_agent_and_icon_of_the_package(
    root: Path, job: Job, words: list[str]
):
    plist = plistlib.loads((root / pkg.PLISTS[job].lstrip("/")).read_bytes())

    program, *arguments = plist["ProgramArguments"]
    assert plist["Label"] == job.name
    assert arguments == words
    assert (root / program.lstrip("/")).read_text() == "the program"
    assert "/wfhagent.app/Contents/MacOS/" in program
    assert plist["AssociatedBundleIdentifiers"] == "org.wfhagent.agent"
    assert plist["RunAtLoad"] is True
    assert plist["LimitLoadToSessionType"] == "Aqua"
    # A shared file would belong to the first user and be unreadable for others.
    assert "StandardErrorPath" not in plist


def test_the_command_starts_the_program_in_its_bundle_and_is_no_link(root: Path):
    command = root / pkg.COMMAND.lstrip("/")
    program = root / pkg.PROGRAM.lstrip("/")
    program.write_text('#!/bin/sh\necho "$0: $*"\n')
    command.write_text(command.read_text().replace(pkg.PROGRAM, str(program)))

    done = subprocess.run([command, "a b", "c"], capture_output=True, text=True, check=True)

    assert not command.is_symlink()
    assert done.stdout == f"{program}: a b c\n"


def test_the_bundle_is_installed_where_the_package_says_and_nowhere_else(root: Path):
    (component,) = pkg.components()

    assert (root / str(component["RootRelativeBundlePath"])).is_dir()
    assert component["BundleIsRelocatable"] is False
    assert component["BundleIsVersionChecked"] is False


def test_nobody_but_its_owner_may_write_what_it_brings(root: Path):
    for path in root.rglob("*"):
        if not path.is_symlink():
            assert path.stat().st_mode & 0o022 == 0, path
    assert os.access(root / pkg.UNINSTALL.lstrip("/"), os.X_OK)


def test_an_upgrade_ends_the_agents_of_all_sessions_and_starts_the_new_ones(
    mac: dict[str, str], scripts: Path
):
    calls = run(mac, scripts / "preinstall", "the.pkg", "/", "/")
    for job in pkg.PLISTS:
        assert f"bootout gui/501/{job.name}\n" in calls
        assert f"bootout gui/502/{job.name}\n" in calls
    assert "503" not in calls

    calls = run(mac, scripts / "postinstall", "the.pkg", "/", "/")
    for plist in pkg.PLISTS.values():
        assert f"bootstrap gui/501 {plist}" in calls
        assert f"bootstrap gui/502 {plist}" in calls


def test_an_upgrade_leaves_drop_ins_and_configuration_and_no_old_file(
    mac: dict[str, str], scripts: Path, root: Path
):
    program = root / pkg.PROGRAM_FOLDER.lstrip("/")
    (program / "plugins").mkdir()
    (program / "plugins" / "battery.py").touch()
    (root / SUPPORT / "agent.toml").touch()

    calls = run(mac, scripts / "preinstall", "the.pkg", root, root)

    assert sorted(path.name for path in program.rglob("*")) == ["battery.py", "plugins"]
    assert (root / SUPPORT / "agent.toml").exists()
    assert not calls, "on another disk no agent runs"


def test_a_removal_leaves_no_process_and_no_file_but_the_configuration(
    mac: dict[str, str], root: Path
):
    (root / SUPPORT / "agent.toml").touch()

    calls = run(mac, root / pkg.UNINSTALL.lstrip("/"))

    assert "bootout gui/501/wfhagent" in calls
    assert "pkgutil --forget wfhagent" in calls
    assert [path for path in root.rglob("*") if not path.is_dir()] == [
        root / SUPPORT / "agent.toml"
    ]


def test_a_purge_leaves_nothing(mac: dict[str, str], root: Path):
    (root / SUPPORT / "agent.toml").touch()

    run(mac, root / pkg.UNINSTALL.lstrip("/"), "--purge")

    assert not [path for path in root.rglob("*") if not path.is_dir()]
    assert not (root / SUPPORT).exists()


def test_the_installer_asks_nothing_and_refuses_other_processors():
    script = ET.fromstring(pkg.render_distribution("0.1.0", "arm64"))

    options = script.find("options")
    assert options is not None
    assert options.attrib == {
        "customize": "never",
        "require-scripts": "false",
        "hostArchitectures": "arm64",
    }
    named = {reference.get("id") for reference in script.iter("pkg-ref")}
    assert named == {pkg.IDENTIFIER}
    assert [reference.text for reference in script.iter("pkg-ref")][-1] == "component.pkg"


def test_it_is_signed_only_with_an_identity(tmp_path: Path):
    signed = pkg.commands(tmp_path, tmp_path / "x.pkg", "0.1.0", "Developer ID Installer: X")
    unsigned = pkg.commands(tmp_path, tmp_path / "x.pkg", "0.1.0", "")

    assert [command[0] for command in signed] == ["pkgbuild", "productbuild"]
    assert "Developer ID Installer: X" in signed[1]
    assert "--component-plist" in signed[0]
    assert "--sign" not in unsigned[1]
    assert unsigned[1][-1] == str(tmp_path / "x.pkg")


def test_without_a_program_nothing_is_built(tmp_path: Path):
    with pytest.raises(tree.PackageError, match="make binary"):
        pkg.build(tmp_path, tmp_path, "0.1.0", architecture="arm64")
