"""Installs the agent from its wheels on a laptop whose desktop is a stand-in."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.agent_toml import write_agent_toml
from tests.worlds.laptop import Laptop
from tests.worlds.roots import REPOSITORY

DESKTOP = """\
[Unit]
Description=A stand-in for a desktop, which starts the target like this
BindsTo=graphical-session.target
Before=graphical-session.target
"""
SESSION = """\
trap 'systemctl --user stop desk-session.target; exit 0' TERM
systemctl --user start desk-session.target
sleep infinity & wait
"""
PATIENT_LOGIND = "[Login]\nInhibitDelayMaxSec=30\n"
"""A busy machine takes longer than five seconds for two logs."""


def build_wheels(folder: Path) -> None:
    """Build the wheels of agent and plugins into *folder*."""
    sources = [REPOSITORY, *sorted((REPOSITORY / "plugins").iterdir())]
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    command = [*pip, "--wheel-dir", str(folder), *map(str, sources)]
    subprocess.run(command, check=True, cwd=folder)


def install_for_everybody(laptop: Laptop, settings: dict[str, dict[str, Any]]) -> None:
    """Boot *laptop*, install the agent, and put IT's agent.toml to its fixed place."""
    laptop.write("/etc/systemd/user/desk-session.target", DESKTOP)
    laptop.write("/etc/systemd/logind.conf.d/delay.conf", PATIENT_LOGIND)
    config = laptop.tree / "etc/xdg/wfhagent/agent.toml"
    config.parent.mkdir(parents=True)
    write_agent_toml(config, settings)
    own = laptop.tree / "srv/own"
    own.mkdir()
    build_wheels(own)
    laptop.boot()
    laptop.run("python3", "-m", "venv", "/opt/wfhagent")
    laptop.run("sh", "-c", "/opt/wfhagent/bin/pip install --quiet /srv/own/*.whl")
    laptop.run("ln", "-s", "/opt/wfhagent/bin/wfhagent", "/usr/local/bin/wfhagent")


def log_in(laptop: Laptop, *, seat: str) -> None:
    """Log in to the stand-in of a desktop: at the screen with seat0, as over xrdp without."""
    laptop.log_in("/bin/sh", "-c", SESSION, seat=seat, XDG_SESSION_TYPE="x11")
