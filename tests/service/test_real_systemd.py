"""The service under a real user manager, where a container lets one run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.service import real_user_manager

AGENT_TOML = """\
[server]
url = "http://127.0.0.1:9"
allow_insecure_loopback = true
auth_token = "wfhe_none"
[agent]
data_directory = "{folder}/data"
keyring = false
"""
SERVICE = [sys.executable, "-m", "wfhagent", "service"]
SHOW = ["systemctl", "--user", "show", "wfhagent", "--property"]


def namespace(*command: str) -> list[str]:
    return ["unshare", "--mount", "--propagation", "private", *command]


def possible() -> bool:
    """Only root in a container: elsewhere PID 1 is a systemd whose groups are not to be touched."""
    if sys.platform != "linux" or os.getuid() != 0 or Path("/run/systemd/system").exists():
        return False
    mounting = namespace("mount", "-t", "tmpfs", "tmpfs", "/run")
    return (
        real_user_manager.MANAGER.exists()
        and subprocess.run(mounting, capture_output=True, check=False).returncode == 0
    )


pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(not possible(), reason="needs root in a container, and its cgroups"),
]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / '50%h of "$HOME" \'ü\\n' / "agent.toml"
    file.parent.mkdir()
    file.write_text(AGENT_TOML.format(folder=tmp_path))
    return file


def told(story: list[list[str]], folder: Path) -> list[tuple[int, str]]:
    driver = [sys.executable, real_user_manager.__file__, json.dumps(story), str(folder)]
    done = subprocess.run(
        namespace(*driver),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": "/run/user/0"},
    )
    if "TimeoutError" in done.stderr:
        pytest.skip("this container gives a user manager no cgroups")
    assert done.returncode == 0, done.stderr
    return [(code, text) for code, text in json.loads(done.stdout)]


def test_the_agent_runs_as_systemd_was_told(config: Path, tmp_path: Path):
    story = [
        [*SERVICE, "install", "--config", str(config)],
        [*SERVICE, "status"],
        [*SHOW, "ExecStart", "--property", "NoNewPrivileges"],
        [*SERVICE, "stop"],
        [*SERVICE, "status"],
        [*SERVICE, "start"],
        ["systemctl", "--user", "kill", "--signal", "KILL", "wfhagent"],
        [*SERVICE, "uninstall"],
        [*SERVICE, "status"],
    ]

    answers = told(story, tmp_path)

    assert [code for code, _ in answers] == [0, 0, 0, 0, 3, 0, 0, 0, 4], answers
    assert f"run --quiet --config {config} ;" in answers[2][1]
    assert "NoNewPrivileges=yes" in answers[2][1]
    assert not list((tmp_path / ".config").iterdir())
