"""Linux: a unit of the user's own systemd, bound to the graphical session."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wfhagent.os_service import files
from wfhagent.os_service.runner import Run, refusal, require
from wfhagent.os_service.unit import (
    AGENT,
    ICON,
    NAME,
    RESTART_SECONDS,
    STOP_SECONDS,
    Definition,
    Job,
    ServiceError,
    ServiceSpec,
    State,
)
from wfhagent.os_session.attendance import VARIABLE, employee_is_logged_in
from wfhagent.system.probe import may_be_there

PLAIN = re.compile(r"[A-Za-z0-9_@/.,+=-]+")
REFUSED = re.compile(r"[\"'\\]")
NO_BUS = "Failed to connect to bus"

UNIT_TEXT = """\
# Written by `wfhagent service install`; `systemctl --user edit {name}` changes it lastingly.
[Unit]
Description={description}
# The session has a screen to take; and the agent ends with it, in time to send what is left.
PartOf=graphical-session.target
After=graphical-session.target
# A laptop without a network or an agent.toml is not given up.
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart={command}
Restart=on-failure
RestartSec={restart_seconds}
TimeoutStopSec={stop_seconds}
# The agent is told to stop; it ends its collectors itself.
KillMode=mixed
# A collector that wants too much is killed, the agent goes on.
MemoryMax=1G
OOMPolicy=continue
UMask=0077
# It ends when its user is not logged in, as after a start by ssh, or with linger.
Environment={variable}=1
# What works without privileges. Not here: whatever needs a namespace (Private*, Protect*). It fails
# where unprivileged ones are forbidden, and hides /tmp/.X11-unix from screenshots.
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
# Not default.target: that comes before the session's DISPLAY is known, and with every ssh log-in.
WantedBy=graphical-session.target
"""

ICON_TEXT = """\
# Written by `wfhagent service install`; `systemctl --user edit {name}` changes it lastingly.
[Unit]
Description={description}
PartOf=graphical-session.target
After=graphical-session.target
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart={command}
Restart=always
RestartSec={restart_seconds}
TimeoutStopSec={stop_seconds}
# It opens pages in the browser, which stays when the icon goes. What the agent's unit forbids is
# not forbidden here: a browser needs namespaces for its own sandbox.
KillMode=process

[Install]
WantedBy=graphical-session.target
"""

AUTOSTART_TEXT = f"""\
# For desktops that do not start graphical-session.target; elsewhere it finds the agent running.
[Desktop Entry]
Type=Application
Name={NAME}
Comment={AGENT.description}
Exec=systemctl --user start {AGENT.name}.service {ICON.name}.service
"""


def render_unit(spec: ServiceSpec, job: Job = AGENT) -> str:
    """Return the text of the unit of *job*."""
    text = UNIT_TEXT if job is AGENT else ICON_TEXT
    return text.format(
        name=job.name,
        variable=VARIABLE,
        description=job.description,
        command=render_command(spec.command_of(job)),
        restart_seconds=RESTART_SECONDS,
        stop_seconds=STOP_SECONDS,
    )


def render_command(command: tuple[str, ...]) -> str:
    """Return *command* as a value of ExecStart=, in which systemd finds the same words again.

    Raises:
        ServiceError: systemd refuses such a path of a program, however it is written.
    """
    program, *arguments = command
    if REFUSED.search(program):
        raise ServiceError(
            f"systemd starts no program with a quote or backslash in its path: {program}; move it."
        )
    # With the colon no $ is special; doubling it would be wrong in the program's own path.
    return " ".join(_quoted(word) for word in (f":{program}", *arguments))


def _quoted(word: str) -> str:
    if PLAIN.fullmatch(word.removeprefix(":")):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


@dataclass(frozen=True, kw_only=True, slots=True)
class Systemd:
    """The service of one user under `systemctl --user`."""

    config_home: Path
    run: Run
    job: Job = AGENT
    is_logged_in: Callable[[], bool] = employee_is_logged_in

    def definitions(self, spec: ServiceSpec) -> list[Definition]:
        """Return the files that `install` writes."""
        unit = Definition(where=str(self._unit), text=render_unit(spec, self.job))
        if self.job is not AGENT:
            return [unit]
        return [unit, Definition(where=str(self._autostart), text=AUTOSTART_TEXT)]

    def install(self, spec: ServiceSpec) -> str:
        """Write the unit, enable it, and (re)start it when the user is logged in."""
        self._require_systemd()
        for definition in self.definitions(spec):
            files.write(definition)
        require(self.run, _offline("enable", self._name))
        if not self._reload():
            return f"Installed as {self._unit}; starts with the next log-in."
        if not self.is_logged_in():
            # One that runs ends by itself, or goes on with a desktop that logind does not know.
            self._require("try-restart")
            return f"Installed as {self._unit}; starts with the next graphical log-in."
        self._require("restart")
        return f"Installed as {self._unit}; runs now and starts with every log-in."

    def uninstall(self) -> str:
        """Stop the agent and remove what `install` wrote."""
        if not self._installed:
            return f"Nothing to remove: {self._unit} does not exist."
        self._require_systemd()
        stopped = self.run(_user("stop", self._name)).returncode == 0
        require(self.run, _offline("disable", self._name))
        for file in (self._unit, *([self._autostart] if self.job is AGENT else [])):
            files.remove(file, up_to=self.config_home)
        self._reload()
        left = "" if stopped else "; an agent that still runs ends with its session"
        return f"Removed {self._unit}{left}."

    def start(self) -> str:
        """Start the agent now."""
        self._require_installed()
        if not self.is_logged_in():
            raise ServiceError(
                "This user is not logged in at the screen or a remote desktop; the agent starts "
                "with the next graphical log-in."
            )
        self._require("start")
        return "Started."

    def stop(self) -> str:
        """Stop the agent until the next log-in."""
        self._require_installed()
        self._require("stop")
        return "Stopped until the next log-in or `wfhagent service start`."

    def state(self) -> State:
        """Return how the service stands."""
        if not self._installed:
            return State(installed=False)
        self._require_systemd()
        enabled = self.run(_offline("is-enabled", self._name)).returncode == 0
        asked = self.run(_user("is-active", self._name))
        if NO_BUS in asked.stderr:
            raise _no_bus()
        return State(installed=True, enabled=enabled, running=asked.returncode == 0)

    @property
    def _name(self) -> str:
        return f"{self.job.name}.service"

    @property
    def _unit(self) -> Path:
        return self.config_home / "systemd" / "user" / self._name

    @property
    def _autostart(self) -> Path:
        return self.config_home / "autostart" / f"{NAME}.desktop"

    @property
    def _installed(self) -> bool:
        return may_be_there(self._unit)

    def _require_installed(self) -> None:
        if not self._installed:
            raise ServiceError(
                f"{self._unit} does not exist; `wfhagent service install` writes it."
            )
        self._require_systemd()

    def _require_systemd(self) -> None:
        if self.run(["systemctl", "is-system-running"]).stdout.strip() == "offline":
            raise ServiceError(
                "This machine was not started by systemd, so there is no service to set up; "
                "start `wfhagent run --quiet` at log-in by other means."
            )

    def _reload(self) -> bool:
        """Let the user's systemd read its units again; false when there is none to ask."""
        command = ["systemctl", "--user", "daemon-reload"]
        done = self.run(command)
        if done.returncode != 0 and NO_BUS not in done.stderr:
            raise refusal(command, done)
        return done.returncode == 0

    def _require(self, verb: str) -> None:
        command = _user(verb, self._name)
        done = self.run(command)
        if NO_BUS in done.stderr:
            raise _no_bus()
        if done.returncode != 0:
            raise refusal(command, done)


def _user(verb: str, unit: str) -> list[str]:
    return ["systemctl", "--user", verb, unit]


def _offline(verb: str, unit: str) -> list[str]:
    """Return a command that needs files only, so that it works before the user has logged in."""
    return ["env", "SYSTEMD_OFFLINE=1", *_user(verb, unit)]


def _no_bus() -> ServiceError:
    return ServiceError(
        "The user's own systemd does not answer (`systemctl --user status`): this user is not "
        "logged in, or XDG_RUNTIME_DIR is another user's; log in, then try again."
    )
