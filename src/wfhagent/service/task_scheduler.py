"""Windows: a task that starts when the user logs on."""

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from xml.etree import ElementTree as ET

from wfhagent.service.runner import Run, require
from wfhagent.service.unit import AGENT, NAME, Definition, Job, ServiceError, ServiceSpec, State

NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
DISABLED, RUNNING = "1", "4"
"""TASK_STATE of the Task Scheduler."""

Leaves = dict[str, str]

REPETITION: Leaves = {"Interval": "PT5M", "StopAtDurationEnd": "false"}
RESTART: Leaves = {"Interval": "PT1M", "Count": "255"}
SETTINGS: dict[str, str | Leaves] = {
    "AllowStartOnDemand": "true",
    "RestartOnFailure": RESTART,
    "MultipleInstancesPolicy": "IgnoreNew",
    "DisallowStartIfOnBatteries": "false",
    "StopIfGoingOnBatteries": "false",
    "AllowHardTerminate": "true",
    "StartWhenAvailable": "true",
    "RunOnlyIfNetworkAvailable": "false",
    "WakeToRun": "false",
    "Enabled": "true",
    # Nothing is hidden: the task stands in everyone's list.
    "Hidden": "false",
    "IdleSettings": {"StopOnIdleEnd": "false", "RestartOnIdle": "false"},
    "ExecutionTimeLimit": "PT0S",
    "RunOnlyIfIdle": "false",
}


def render_task(spec: ServiceSpec, user: str, job: Job = AGENT) -> str:
    """Return the task as XML: when *user* logs on, with no more than the rights of everyone."""
    task = ET.Element("Task", {"version": "1.2", "xmlns": NAMESPACE})
    _add(task, "RegistrationInfo", {"Author": NAME, "Description": job.description})
    trigger = _add(ET.SubElement(task, "Triggers"), "LogonTrigger", {"Enabled": "true"})
    # Whether a program that ends with an error is a "failure" is not documented. The repetition
    # finds the agent running, and starts nothing, or starts it again.
    _add(trigger, "Repetition", REPETITION)
    _add(trigger, "UserId", user)
    principal = {"UserId": user, "LogonType": "InteractiveToken", "RunLevel": "LeastPrivilege"}
    _add(ET.SubElement(task, "Principals"), "Principal", principal).set("id", "Author")
    settings = ET.SubElement(task, "Settings")
    for name, value in SETTINGS.items():
        _add(settings, name, value)
    actions = ET.SubElement(task, "Actions", {"Context": "Author"})
    _add(actions, "Exec", _action(spec.command_of(job)))
    ET.indent(task)
    return f'<?xml version="1.0" encoding="UTF-16"?>\n{ET.tostring(task, encoding="unicode")}\n'


def _add(parent: ET.Element, tag: str, content: str | Leaves) -> ET.Element:
    element = ET.SubElement(parent, tag)
    if isinstance(content, str):
        element.text = content
    else:
        for name, text in content.items():
            ET.SubElement(element, name).text = text
    return element


def _action(command: Sequence[str]) -> Leaves:
    program = _windowless(command[0])
    arguments = subprocess.list2cmdline(command[1:])
    for text in (program, arguments):
        # There is no way to escape either.
        if text.count("%") > 1 or "$(" in text:
            raise ServiceError(
                f"The Task Scheduler would take a part of {text} for a variable; "
                "give the folder a name without % and $(."
            )
    return {"Command": program, "Arguments": arguments}


def _windowless(program: str) -> str:
    """Return the interpreter that opens no console window, in place of the one that does."""
    path = PureWindowsPath(program)
    return str(path.with_name("pythonw.exe")) if path.name.lower() == "python.exe" else program


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskScheduler:
    """The service of one user, named with the domain, under `schtasks`."""

    user: str
    run: Run
    job: Job = AGENT

    def definitions(self, spec: ServiceSpec) -> list[Definition]:
        """Return the task that `install` registers; Windows keeps it, no file is left."""
        text = render_task(spec, self.user, self.job)
        return [
            Definition(
                where=f"task {self._task} of the Task Scheduler", text=text, encoding="utf-16"
            )
        ]

    def install(self, spec: ServiceSpec) -> str:
        """Register the task and (re)start it."""
        (definition,) = self.definitions(spec)
        with tempfile.TemporaryDirectory(prefix=f"{NAME}-") as folder:
            file = Path(folder) / "task.xml"
            file.write_bytes(definition.content)
            require(self.run, self._schtasks("/Create", "/XML", str(file), "/F"))
        self.run(self._schtasks("/End"))
        require(self.run, self._schtasks("/Run"))
        return f"Installed as {definition.where}; runs now and starts with every log-on."

    def uninstall(self) -> str:
        """Stop the agent and remove the task."""
        if not self._installed:
            return f"Nothing to remove: there is no task {self._task}."
        self.run(self._schtasks("/End"))
        require(self.run, self._schtasks("/Delete", "/F"))
        return f"Removed task {self._task} of the Task Scheduler."

    def start(self) -> str:
        """Start the agent now."""
        self._require_installed()
        require(self.run, self._schtasks("/Change", "/ENABLE"))
        require(self.run, self._schtasks("/Run"))
        return "Started."

    def stop(self) -> str:
        """Stop the agent; disabled, because the repetition would start it again."""
        self._require_installed()
        require(self.run, self._schtasks("/Change", "/DISABLE"))
        require(self.run, self._schtasks("/End"))
        return "Stopped until `wfhagent service start`."

    def state(self) -> State:
        """Return how the service stands."""
        if not self._installed:
            return State(installed=False)
        # schtasks says it in the language of the system.
        name = self._task.replace("'", "''")
        question = f"[int](Get-ScheduledTask -TaskName '{name}' -ErrorAction Stop).State"
        powershell = ["powershell", "-NoProfile", "-NonInteractive", "-Command", question]
        number = require(self.run, powershell).stdout.strip()
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
            raise ServiceError(
                f"There is no task {self._task}; `wfhagent service install` registers it."
            )

    def _schtasks(self, verb: str, *options: str) -> list[str]:
        return ["schtasks", verb, "/TN", self._task, *options]
