"""Windows: agent and icon of every user of the computer, as the package sets them up."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from wfhagent.messages import _
from wfhagent.os_service.machine_folder import protect
from wfhagent.os_service.runner import Run, require
from wfhagent.os_service.task_scheduler import register, schtasks, task_definition
from wfhagent.os_service.task_xml import ALL_USERS, render_task
from wfhagent.os_service.unit import AGENT, ICON, Definition, ServiceSpec
from wfhagent.system.compiled import WINDOWLESS_PROGRAM, WINDOWS_PROGRAM
from wfhagent.system.powershell import powershell

JOBS = (AGENT, ICON)
PROGRAMS = (WINDOWS_PROGRAM, WINDOWLESS_PROGRAM)


def end_agents(folder: str, *, spare: int = 0) -> str:
    r"""Return the PowerShell command that ends the agents and icons of all users.

    Args:
        folder: the folder of the program, with a \ at its end; others are not touched.
        spare: the process that is not ended.
    """
    files = ",".join(f"'{folder}{name}'" for name in PROGRAMS)
    names = ",".join(PureWindowsPath(name).stem for name in PROGRAMS)
    # No braces and no brackets: an MSI takes them for something of its own.
    return (
        f"Get-Process {names} -ErrorAction SilentlyContinue | Where-Object Path -in {files} | "
        f"Where-Object Id -ne {spare} | Stop-Process -Force"
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class AllUsers:
    """The tasks of all users, which only an administrator may change.

    Attributes:
        folder: where IT puts agent.toml.
        is_trusted: tells whether a folder belongs to the system or an administrator.
        pid: the number of this process.
    """

    run: Run
    folder: Path
    is_trusted: Callable[[Path], bool]
    pid: int

    def definitions(self, spec: ServiceSpec) -> list[Definition]:
        """Return the tasks that `install` registers."""
        return [task_definition(job.name, render_task(spec, ALL_USERS, job)) for job in JOBS]

    def install(self, spec: ServiceSpec) -> str:
        """Protect the folder of agent.toml, register both tasks, and start them.

        Raises:
            ServiceError: Windows refuses something; names it.
        """
        moved = protect(self.folder, self.run, self.is_trusted)
        for job, definition in zip(JOBS, self.definitions(spec), strict=True):
            register(self.run, job.name, definition)
        for job in JOBS:
            # Where nobody is signed in there is nothing to start.
            self.run(schtasks("/Run", job.name))
        names = ", ".join(job.name for job in JOBS)
        text = _("Installed for all users as Task Scheduler tasks: {names}.").format(names=names)
        return f"{moved}{text}"

    def uninstall(self, program: str) -> str:
        """Remove both tasks and end the agents of all users that run from the folder of *program*.

        Raises:
            ServiceError: Windows refuses something; names it.
        """
        for job in JOBS:
            if self.run(schtasks("/Query", job.name)).returncode == 0:
                self.run(schtasks("/End", job.name))
                require(self.run, schtasks("/Delete", job.name, "/F"))
        command = end_agents(f"{PureWindowsPath(program).parent}\\", spare=self.pid)
        self.run(powershell(command))
        return _("Removed the tasks of all users from Task Scheduler.")
