"""An employee's laptop in a booted systemd: the agent from its wheels, and alice's log-ins."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.worlds.systemd.prepare import REPOSITORY
from tests.worlds.systemd.world import World

USER, UID = "alice", 1000
DESKTOP = """\
[Unit]
Description=Stands in for a desktop, which starts the target like this
BindsTo=graphical-session.target
Before=graphical-session.target
"""
SESSION = """\
trap 'systemctl --user stop desk-session.target; exit 0' TERM
systemctl --user start desk-session.target
sleep infinity & wait
"""


def build_wheels(folder: Path) -> None:
    """Build the wheels of agent and plugins into *folder*."""
    sources = [REPOSITORY, *sorted((REPOSITORY / "plugins").iterdir())]
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    command = [*pip, "--wheel-dir", str(folder), *map(str, sources)]
    subprocess.run(command, check=True, cwd=folder)


class Laptop:
    """The machine, with alice as its only employee."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._logins = 0

    def set_up(self, wheels: Path, settings: dict[str, dict[str, Any]]) -> None:
        """Boot, install the agent for everybody, and put IT's agent.toml to its fixed place."""
        root = self.world.root
        (root / "etc/systemd/user/desk-session.target").write_text(DESKTOP)
        # A busy machine takes longer than five seconds for two logs.
        granted = root / "etc/systemd/logind.conf.d/delay.conf"
        granted.parent.mkdir()
        granted.write_text("[Login]\nInhibitDelayMaxSec=30\n")
        config = root / "etc/xdg/wfhagent/agent.toml"
        config.parent.mkdir(parents=True)
        config.write_text(
            "".join(
                f"[{table}]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in keys.items())
                for table, keys in settings.items()
            )
        )
        target = root / "srv/own"
        target.mkdir()
        for wheel in wheels.glob("*.whl"):
            (target / wheel.name).write_bytes(wheel.read_bytes())
        self.world.boot()
        self.world.run("useradd", "--create-home", "--uid", str(UID), "--shell", "/bin/sh", USER)
        self.world.run("python3", "-m", "venv", "/opt/wfhagent")
        self.world.run("sh", "-c", "/opt/wfhagent/bin/pip install --quiet /srv/own/*.whl")
        self.world.run("ln", "-s", "/opt/wfhagent/bin/wfhagent", "/usr/local/bin/wfhagent")

    def as_it(self, command: str, *, check: bool = True) -> str:
        """Run *command* as a management tool does: root becomes the employee."""
        return self.world.run("runuser", "-l", USER, "-c", command, check=check)

    def systemctl(self, *words: str, check: bool = True) -> str:
        """Ask the employee's own systemd."""
        variable = f"XDG_RUNTIME_DIR=/run/user/{UID}"
        become = ("runuser", "-u", USER, "--", "env", variable)
        return self.world.run(*become, "systemctl", "--user", *words, check=check).strip()

    def agent_is(self) -> str:
        """Return the state of the agent's unit."""
        return self.systemctl("is-active", "wfhagent.service", check=False)

    def log_in(self, *, seat: str = "") -> None:
        """Log in by PAM: at the screen with seat0, as over xrdp without a seat."""
        self._logins += 1
        variables = ["XDG_SESSION_TYPE=x11", *([f"XDG_SEAT={seat}"] if seat else [])]
        self.world.run(
            *("systemd-run", "--quiet", "--collect", f"--unit=login-{self._logins}"),
            *("-p", "PAMName=login", "-p", f"User={USER}", "-p", "KillMode=mixed"),
            *(f"--setenv={each}" for each in variables),
            *("/bin/sh", "-c", SESSION),
        )

    def log_out(self) -> None:
        """End the newest log-in."""
        self.world.run("systemctl", "stop", f"login-{self._logins}.service")

    def delays(self) -> set[str]:
        """Return the ends of the session that the agent holds up."""
        listed = self.world.run("systemd-inhibit", "--list", "--no-legend", "--no-pager")
        lines = [line.split() for line in listed.splitlines() if line.startswith("wfhagent")]
        return {end for line in lines for end in ("shutdown", "sleep") if end in line}
