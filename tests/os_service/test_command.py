"""`wfhagent service`, as used by a management tool, with a stand-in for systemctl."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the stand-in is a shell script")

SYSTEMCTL = """\
#!/bin/sh
case "$*" in
  *restart*|*" start "*) : > "$HOME/runs" ;;
  *" stop "*) rm -f "$HOME/runs" ;;
  *is-active*) test -e "$HOME/runs" || exit 3 ;;
esac
"""

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home of alice"
    home.mkdir()
    return home


@pytest.fixture
def systemctl(tmp_path: Path) -> Path:
    script = tmp_path / "bin" / "systemctl"
    script.parent.mkdir()
    script.write_text(SYSTEMCTL)
    script.chmod(0o755)
    return script


@pytest.fixture
def service(home: Path, systemctl: Path) -> Command:
    own = ("XDG_", "WFHAGENT_")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(own)}
    environment |= {"HOME": str(home), "PATH": f"{systemctl.parent}:{os.environ['PATH']}"}

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "wfhagent", "service", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**environment, **more},
            cwd=home,
        )

    return run


def files_in(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_a_service_lives_from_install_to_uninstall(service: Command, home: Path):
    story = [
        service(*arguments)
        for arguments in (
            ("status",),
            ("install", "--config", "agent.toml"),
            ("install", "--config", "agent.toml"),
            ("status",),
            ("stop",),
            ("status",),
            ("start",),
            ("uninstall",),
            ("status",),
            ("uninstall",),
        )
    ]

    assert [step.returncode for step in story] == [4, 0, 0, 0, 0, 3, 0, 0, 4, 0]
    assert [step.stderr for step in story] == [""] * len(story)
    assert all(len(step.stdout.splitlines()) == 1 for step in story)
    assert story[3].stdout == "Installed, enabled, running.\n"
    assert story[5].stdout == "Installed, enabled, not running.\n"
    assert files_in(home) == []


def test_what_would_be_written_is_shown_and_not_written(service: Command, home: Path):
    shown = service("install", "--print", "--config", "agent.toml")

    assert shown.returncode == 0
    assert f"==> {home}/.config/systemd/user/wfhagent.service <==\n" in shown.stdout
    assert f'run --quiet --config "{home}/agent.toml"\n' in shown.stdout
    assert f"==> {home}/.config/autostart/wfhagent.desktop <==\n" in shown.stdout
    assert files_in(home) == []


def test_the_file_named_by_the_environment_is_the_service_s_too(service: Command, home: Path):
    shown = service("install", "--print", WFHAGENT_CONFIG="mine.toml")

    assert f'--config "{home}/mine.toml"\n' in shown.stdout


def test_the_configured_folder_is_used(service: Command, home: Path, tmp_path: Path):
    config_home = tmp_path / "config"

    service("install", XDG_CONFIG_HOME=str(config_home))

    assert files_in(config_home) == [
        "autostart/wfhagent.desktop",
        "systemd/user/wfhagent-tray.service",
        "systemd/user/wfhagent.service",
    ]
    assert files_in(home) == ["runs"]


def test_without_systemctl_the_error_says_what_to_do(service: Command, systemctl: Path, home: Path):
    systemctl.unlink()

    refused = service("install", PATH=str(systemctl.parent))

    assert refused.returncode == 1
    assert refused.stderr.startswith("wfhagent: There is no command systemctl,")
    assert files_in(home) == []


def test_the_home_of_somebody_else_is_left_alone(service: Command, home: Path):
    if os.getuid() == 0:
        os.chown(home, 12345, -1)
        refused = service("install")
    else:
        refused = service("install", HOME="/")

    assert refused.returncode == 1
    assert "belongs to another user" in refused.stderr
    assert files_in(home) == []


def test_what_is_not_installed_cannot_be_started(service: Command):
    refused = service("start")

    assert refused.returncode == 1
    assert "Run `wfhagent service install` first" in refused.stderr
