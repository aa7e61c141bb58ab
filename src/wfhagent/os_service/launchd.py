"""macOS: a LaunchAgent in the user's Library."""

import plistlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wfhagent.clock import pause
from wfhagent.messages import _
from wfhagent.os_service import files
from wfhagent.os_service.runner import Run, require
from wfhagent.os_service.unit import (
    AGENT,
    RESTART_SECONDS,
    STOP_SECONDS,
    Definition,
    Job,
    ServiceError,
    ServiceSpec,
    State,
)
from wfhagent.system.compiled import BUNDLE, BUNDLE_IDENTIFIER
from wfhagent.system.probe import may_be_there

POLL_SECONDS = 0.5


def render_agent(spec: ServiceSpec, log: Path | None, job: Job = AGENT) -> str:
    """Return the property list; what goes wrong before the agent has its own log goes to *log*.

    An agent of all users has none: launchd knows no place that is each user's own.
    """
    # The icon opens pages in the browser, whose files are no affair of ours.
    umask = {"Umask": 0o077} if job is AGENT else {}
    early = {} if log is None else {"StandardErrorPath": str(log)}
    return plistlib.dumps(
        {
            "Label": job.name,
            "ProgramArguments": list(spec.command_of(job)),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False} if job is AGENT else True,
            "ThrottleInterval": RESTART_SECONDS,
            "ExitTimeOut": STOP_SECONDS,
            # Only a graphical log-in has a screen, and a person in front of it.
            "LimitLoadToSessionType": "Aqua",
            # The system throttles what is "Background": an icon would answer late.
            "ProcessType": "Standard" if job is AGENT else "Interactive",
            **bundle_keys(spec.program[0]),
            **umask,
            **early,
        },
        sort_keys=False,
    ).decode()


def bundle_keys(program: str) -> dict[str, str]:
    """Return the key by which System Settings shows a job of *program* under its bundle's name."""
    is_bundled = any(parent.name == BUNDLE for parent in Path(program).parents)
    return {"AssociatedBundleIdentifiers": BUNDLE_IDENTIFIER} if is_bundled else {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Launchd:
    """The service of one user under `launchctl`, in the domain of the graphical log-in."""

    home: Path
    uid: int
    run: Run
    pause: Callable[[float], None] = pause
    job: Job = AGENT

    def definitions(self, spec: ServiceSpec) -> list[Definition]:
        """Return the files that `install` writes."""
        return [Definition(where=str(self._plist), text=render_agent(spec, self._log, self.job))]

    def install(self, spec: ServiceSpec) -> str:
        """Write the LaunchAgent and (re)start it when the user is logged in."""
        for definition in self.definitions(spec):
            files.write(definition)
        if not self._succeeds("print", self._domain):
            return _("Installed as {where}. It starts at the next sign-in.").format(
                where=self._plist
            )
        self._unload()
        self._load()
        text = _("Installed as {where}. It is running, and starts at every sign-in.")
        return text.format(where=self._plist)

    def uninstall(self) -> str:
        """Stop the agent and remove what `install` wrote."""
        if not may_be_there(self._plist):
            return _("Nothing to remove: {where} does not exist.").format(where=self._plist)
        self._unload()
        files.remove(self._plist, up_to=self.home / "Library")
        files.remove(self._log, up_to=self.home / "Library")
        return _("Removed {where}.").format(where=self._plist)

    def start(self) -> str:
        """Start the agent now."""
        self._require_installed()
        if self._is_loaded():
            require(self.run, ["launchctl", "kickstart", self._target])
        else:
            self._load()
        return _("Started.")

    def stop(self) -> str:
        """Stop the agent until the next log-in."""
        self._require_installed()
        self._unload()
        return _("Stopped until the next sign-in or `wfhagent service start`.")

    def state(self) -> State:
        """Return the state of the service."""
        if not may_be_there(self._plist):
            return State(installed=False)
        disabled = self.run(["launchctl", "print-disabled", self._domain]).stdout
        job = self.run(["launchctl", "print", self._target])
        return State(
            installed=True,
            enabled=re.search(rf'"{self.job.name}" => (?:disabled|true)', disabled) is None,
            running=job.returncode == 0 and "state = running" in job.stdout,
        )

    @property
    def _plist(self) -> Path:
        return self.home / "Library" / "LaunchAgents" / f"{self.job.name}.plist"

    @property
    def _log(self) -> Path:
        return self.home / "Library" / "Logs" / f"{self.job.name}.log"

    @property
    def _domain(self) -> str:
        return f"gui/{self.uid}"

    @property
    def _target(self) -> str:
        return f"{self._domain}/{self.job.name}"

    def _is_loaded(self) -> bool:
        return self._succeeds("print", self._target)

    def _succeeds(self, *arguments: str) -> bool:
        return self.run(["launchctl", *arguments]).returncode == 0

    def _require_installed(self) -> None:
        if not may_be_there(self._plist):
            text = _("{where} does not exist. Run `wfhagent service install` first.")
            raise ServiceError(text.format(where=self._plist))

    def _load(self) -> None:
        # Somebody may have switched it off; bootstrap would then fail without a reason.
        require(self.run, ["launchctl", "enable", self._target])
        require(self.run, ["launchctl", "bootstrap", self._domain, str(self._plist)])

    def _unload(self) -> None:
        """Take the agent out of launchd, which answers before the process has ended."""
        if not self._is_loaded():
            return
        self.run(["launchctl", "bootout", self._target])
        for _poll in range(round(2 * STOP_SECONDS / POLL_SECONDS)):
            if not self._is_loaded():
                return
            self.pause(POLL_SECONDS)
        text = _("launchd did not unload {target}. Sign out and in again.")
        raise ServiceError(text.format(target=self._target))
