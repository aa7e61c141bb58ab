"""Windows: a task that starts when the user logs on."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from wfhagent.messages import _
from wfhagent.os_service.runner import Run, require
from wfhagent.os_service.task_xml import one_user, render_task
from wfhagent.os_service.unit import AGENT, NAME, Definition, Job, ServiceError, ServiceSpec, State
from wfhagent.system.powershell import powershell

DISABLED, RUNNING = "1", "4"
"""TASK_STATE of the Task Scheduler."""


def register(run: Run, name: str, definition: Definition) -> None:
    """Register *definition* as the task *name*, in place of one that is there.

    Raises:
        ServiceError: the Task Scheduler refuses it.
    """
    with tempfile.TemporaryDirectory(prefix=f"{NAME}-") as folder:
        file = Path(folder) / "task.xml"
        file.write_bytes(definition.content)
        require(run, schtasks("/Create", name, "/XML", str(file), "/F"))


def schtasks(verb: str, name: str, *options: str) -> list[str]:
    """Return the command that does *verb* with the task *name*."""
    return ["schtasks", verb, "/TN", name, *options]


def task_definition(name: str, text: str) -> Definition:
    """Return the task *name*; Windows keeps it, no file is left."""
    return Definition(where=f"task {name} of the Task Scheduler", text=text, encoding="utf-16")


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskScheduler:
    """The service of one user under `schtasks`.

    Attributes:
        user: the user's name, with the domain.
        sid: returns the user's SID, which stays when the name changes.
    """

    user: str
    sid: Callable[[], str]
    run: Run
    job: Job = AGENT

    def definitions(self, spec: ServiceSpec) -> list[Definition]:
        """Return the task that `install` registers."""
        return [task_definition(self._task, render_task(spec, one_user(self.sid()), self.job))]

    def install(self, spec: ServiceSpec) -> str:
        """Register the task and (re)start it."""
        (definition,) = self.definitions(spec)
        register(self.run, self._task, definition)
        self.run(self._schtasks("/End"))
        require(self.run, self._schtasks("/Run"))
        text = _("Installed as {where}. It is running, and starts at every sign-in.")
        return text.format(where=definition.where)

    def uninstall(self) -> str:
        """Stop the agent and remove the task."""
        if not self._installed:
            return _("Nothing to remove: there is no task {name}.").format(name=self._task)
        self.run(self._schtasks("/End"))
        require(self.run, self._schtasks("/Delete", "/F"))
        return _("Removed task {name} from Task Scheduler.").format(name=self._task)

    def start(self) -> str:
        """Start the agent now."""
        self._require_installed()
        require(self.run, self._schtasks("/Change", "/ENABLE"))
        require(self.run, self._schtasks("/Run"))
        return _("Started.")

    def stop(self) -> str:
        """Stop the agent; disabled, because the repetition would start it again."""
        self._require_installed()
        require(self.run, self._schtasks("/Change", "/DISABLE"))
        require(self.run, self._schtasks("/End"))
        return _("Stopped until `wfhagent service start`.")

    def state(self) -> State:
        """Return the state of the service."""
        if not self._installed:
            return State(installed=False)
        # schtasks says it in the language of the system.
        name = self._task.replace("'", "''")
        question = f"[int](Get-ScheduledTask -TaskName '{name}' -ErrorAction Stop).State"
        number = require(self.run, powershell(question)).stdout.strip()
        if not number.isdecimal():
            text = _("PowerShell did not give the state of task {name}. See Task Scheduler.")
            raise ServiceError(text.format(name=self._task))
        return State(installed=True, enabled=number != DISABLED, running=number == RUNNING)

    @property
    def _task(self) -> str:
        # Tasks of all users lie in one folder.
        return f"{self.job.name}-{PureWindowsPath(self.user).name}"

    @property
    def _installed(self) -> bool:
        return self.run(self._schtasks("/Query")).returncode == 0

    def _require_installed(self) -> None:
        if not self._installed:
            text = _("There is no task {name}. Run `wfhagent service install` first.")
            raise ServiceError(text.format(name=self._task))

    def _schtasks(self, verb: str, *options: str) -> list[str]:
        return schtasks(verb, self._task, *options)
