"""Linux: a unit of the user's own systemd, bound to the graphical session."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wfhagent.messages import _
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
# The agent is asked to stop; it ends its collectors itself.
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
            _(
                "systemd cannot start a program with a quote or backslash in its path: {program}. "
                "Move it."
            ).format(program=program)
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
            return _("Installed as {where}. It starts at the next sign-in.").format(
                where=self._unit
            )
        if not self.is_logged_in():
            # One that runs ends by itself, or goes on with a desktop that logind does not know.
            self._require("try-restart")
            text = _("Installed as {where}. It starts at the next sign-in to a desktop.")
            return text.format(where=self._unit)
        self._require("restart")
        text = _("Installed as {where}. It is running, and starts at every sign-in.")
        return text.format(where=self._unit)

    def uninstall(self) -> str:
        """Stop the agent and remove what `install` wrote."""
        if not self._installed:
            return _("Nothing to remove: {where} does not exist.").format(where=self._unit)
        self._require_systemd()
        stopped = self.run(_user("stop", self._name)).returncode == 0
        require(self.run, _offline("disable", self._name))
        for file in (self._unit, *([self._autostart] if self.job is AGENT else [])):
            files.remove(file, up_to=self.config_home)
        self._reload()
        if stopped:
            return _("Removed {where}.").format(where=self._unit)
        text = _("Removed {where}. An agent that is still running ends with its session.")
        return text.format(where=self._unit)

    def start(self) -> str:
        """Start the agent now."""
        self._require_installed()
        if not self.is_logged_in():
            raise ServiceError(
                _(
                    "This user is not signed in to a desktop. The agent starts at the next sign-in "
                    "to a desktop."
                )
            )
        self._require("start")
        return _("Started.")

    def stop(self) -> str:
        """Stop the agent until the next log-in."""
        self._require_installed()
        self._require("stop")
        return _("Stopped until the next sign-in or `wfhagent service start`.")

    def state(self) -> State:
        """Return the state of the service."""
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
            text = _("{where} does not exist. Run `wfhagent service install` first.")
            raise ServiceError(text.format(where=self._unit))
        self._require_systemd()

    def _require_systemd(self) -> None:
        if self.run(["systemctl", "is-system-running"]).stdout.strip() == "offline":
            raise ServiceError(
                _(
                    "This system does not run systemd, so no service can be installed. Start "
                    "`wfhagent run --quiet` at sign-in by other means."
                )
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
        _(
            "The user's systemd does not answer (`systemctl --user status`). The user is not "
            "signed in, or XDG_RUNTIME_DIR belongs to another user. Sign in, then try again."
        )
    )
