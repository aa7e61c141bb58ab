"""Windows: the XML of our tasks, in the schema of the Task Scheduler ([MS-TSCH] 2.5)."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from wfhagent.os_service.unit import AGENT, NAME, Job, ServiceError, ServiceSpec
from wfhagent.system.no_window import windowless

NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
USERS = "S-1-5-32-545"
"""The group of all users of a computer."""

Leaves = dict[str, str]

SETTINGS: dict[str, str | Leaves] = {
    "AllowStartOnDemand": "true",
    "MultipleInstancesPolicy": "",  # of the audience
    "DisallowStartIfOnBatteries": "false",
    "StopIfGoingOnBatteries": "false",
    "AllowHardTerminate": "true",
    "StartWhenAvailable": "true",
    "RunOnlyIfNetworkAvailable": "false",
    "WakeToRun": "false",
    "Enabled": "true",
    # Everybody finds the task in the list.
    "Hidden": "false",
    "IdleSettings": {"StopOnIdleEnd": "false", "RestartOnIdle": "false"},
    "ExecutionTimeLimit": "PT0S",
    # 7, the default, is below normal, for disk and memory as well.
    "Priority": "6",
    "RunOnlyIfIdle": "false",
}
LONG_AGO = "2020-01-01T00:00:00"


@dataclass(frozen=True, kw_only=True, slots=True)
class Audience:
    """For whom a task starts the agent.

    Attributes:
        principal: the elements of the task's principal that name a user or a group.
        user: SID of the user whose log-on starts it; empty for everybody's.
        instances: what the Task Scheduler does when the task runs already.
        every: after how long it looks whether the task runs; an ISO 8601 duration.
    """

    principal: Leaves
    user: str = ""
    instances: str
    every: str


def one_user(sid: str) -> Audience:
    """Return the audience of the one user with *sid*."""
    return Audience(
        principal={"UserId": sid, "LogonType": "InteractiveToken"},
        user=sid,
        instances="IgnoreNew",
        every="PT5M",
    )


ALL_USERS = Audience(
    principal={"GroupId": USERS},
    # Nothing says whether IgnoreNew looks at each user's session or at the computer, where the
    # second user would have no agent. A second agent of one user ends by itself, at its lock;
    # since that costs a start, it is tried less often.
    instances="Parallel",
    every="PT15M",
)


def render_task(spec: ServiceSpec, audience: Audience, job: Job = AGENT) -> str:
    """Return the task as XML: at log-on and while signed in, with no more than a user's rights."""
    task = ET.Element("Task", {"version": "1.2", "xmlns": NAMESPACE})
    _add(task, "RegistrationInfo", {"Author": NAME, "Description": job.description})
    triggers = ET.SubElement(task, "Triggers")
    log_on = _add(triggers, "LogonTrigger", {"Enabled": "true"})
    if audience.user:
        _add(log_on, "UserId", audience.user)
    # Whatever the reason why the agent does not run: it was ended, it failed, or it was installed
    # after the log-on. RestartOnFailure means only programs that could not be started.
    clock = _add(triggers, "TimeTrigger", {"Enabled": "true", "StartBoundary": LONG_AGO})
    _add(clock, "Repetition", {"Interval": audience.every, "StopAtDurationEnd": "false"})
    principal = {**audience.principal, "RunLevel": "LeastPrivilege"}
    _add(ET.SubElement(task, "Principals"), "Principal", principal).set("id", "Author")
    settings = ET.SubElement(task, "Settings")
    for name, value in {**SETTINGS, "MultipleInstancesPolicy": audience.instances}.items():
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
    program = windowless(command[0])
    arguments = subprocess.list2cmdline(command[1:])
    for text in (program, arguments):
        # There is no way to escape either.
        if text.count("%") > 1 or "$(" in text:
            raise ServiceError(
                f"The Task Scheduler would take a part of {text} for a variable; "
                "give the folder a name without % and $(."
            )
    return {"Command": program, "Arguments": arguments}
