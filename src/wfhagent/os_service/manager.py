"""The service manager of the system that this program runs on."""

import contextlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from wfhagent.messages import _
from wfhagent.os_service.runner import Run, run_command
from wfhagent.os_service.unit import (
    AGENT,
    ICON,
    Definition,
    Job,
    ServiceError,
    ServiceSpec,
    State,
)

if TYPE_CHECKING:
    from wfhagent.os_service.all_users import AllUsers


class ServiceManager(Protocol):
    """What each system's file offers; what it did comes back as one sentence."""

    def definitions(self, spec: ServiceSpec) -> list[Definition]:
        """Return what `install` writes, and where."""

    def install(self, spec: ServiceSpec) -> str:
        """Write, enable and (re)start the service."""

    def uninstall(self) -> str:
        """Stop the service and remove all of it."""

    def start(self) -> str:
        """Start the service now."""

    def stop(self) -> str:
        """Stop the service."""

    def state(self) -> State:
        """Return the state of the service."""


@dataclass(frozen=True, slots=True)
class WithIcon:
    """The agent and its icon, two processes: what is result and asked is of the agent.

    Who stops the agent keeps the icon, which then says that the agent does not run.
    """

    agent: ServiceManager
    icon: ServiceManager

    def definitions(self, spec: ServiceSpec) -> list[Definition]:
        """Return what `install` writes, and where."""
        return [*self.agent.definitions(spec), *self.icon.definitions(spec)]

    def install(self, spec: ServiceSpec) -> str:
        """Write, enable and (re)start both."""
        result = self.agent.install(spec)
        self.icon.install(spec)
        return result

    def uninstall(self) -> str:
        """Stop both and remove all of them."""
        self.icon.uninstall()
        return self.agent.uninstall()

    def start(self) -> str:
        """Start both now."""
        result = self.agent.start()
        if self.icon.state().installed:
            self.icon.start()
        return result

    def stop(self) -> str:
        """Stop the agent."""
        return self.agent.stop()

    def stop_both(self) -> None:
        """Stop whatever runs from the program that is installed, so that it can be replaced."""
        for job in (self.icon, self.agent):
            # One that is not installed does not run; one that goes on is found by who replaces it.
            with contextlib.suppress(ServiceError):
                job.stop()

    def start_both(self) -> None:
        """Start again what `stop_both` stopped."""
        for job in (self.agent, self.icon):
            with contextlib.suppress(ServiceError):
                job.start()

    def state(self) -> State:
        """Return the state of the agent."""
        return self.agent.state()


def service_manager(run: Run = run_command) -> WithIcon:
    """Return the manager of this system's services for this user: the agent with its icon.

    Raises:
        ServiceError: this system has none that is known.
    """
    return WithIcon(_manager(run, AGENT), _manager(run, ICON))


def all_users_service(run: Run = run_command) -> "AllUsers":
    """Return the service of every user of a Windows computer.

    Raises:
        ServiceError: this is another system.
    """
    if sys.platform != "win32":
        raise ServiceError(_("--all-users is only available on Windows."))
    else:  # noqa: RET506 -- mypy reads each system's branch alone
        import platformdirs  # noqa: PLC0415

        from wfhagent.os_service.all_users import AllUsers  # noqa: PLC0415
        from wfhagent.system.ownership import belongs_to_you_or_root  # noqa: PLC0415

        return AllUsers(
            run=run,
            folder=Path(platformdirs.site_config_dir("wfhagent", appauthor=False)),
            is_trusted=belongs_to_you_or_root,
            pid=os.getpid(),
        )


def _manager(run: Run, job: Job) -> ServiceManager:
    # One of the three is of use here; the agent that stays carries none of the others.
    manager: ServiceManager
    if sys.platform == "win32":
        from wfhagent.os_service.task_scheduler import TaskScheduler  # noqa: PLC0415

        manager = TaskScheduler(user=_windows_user(), sid=_windows_sid, run=run, job=job)
    elif sys.platform == "darwin":
        from wfhagent.os_service.launchd import Launchd  # noqa: PLC0415

        manager = Launchd(home=_own_home(), uid=os.getuid(), run=run, job=job)
    elif sys.platform == "linux":
        from wfhagent.os_service.systemd import Systemd  # noqa: PLC0415

        configured = os.environ.get("XDG_CONFIG_HOME")
        config_home = Path(configured) if configured else _own_home() / ".config"
        manager = Systemd(config_home=config_home, run=run, job=job)
    else:
        raise ServiceError(
            _(
                "Services are not supported on {system}. Start `wfhagent run --quiet` by other "
                "means."
            ).format(system=sys.platform)
        )
    return manager


def _own_home() -> Path:
    """Return the user's folder, which must be theirs: sudo and runuser can leave HOME behind."""
    try:
        home = Path.home()
    except RuntimeError as error:
        text = _("HOME is not set, and this user has no home folder.")
        raise ServiceError(text) from error
    if sys.platform != "win32" and _owner(home) not in {None, os.getuid()}:
        raise ServiceError(
            _(
                "{folder} belongs to another user. Run this as the employee, with their HOME: "
                "`runuser -l NAME -c 'wfhagent service …'`."
            ).format(folder=home)
        )
    return home


def _owner(folder: Path) -> int | None:
    """Return the user id of the owner of *folder*; None where it cannot be looked at."""
    try:
        return folder.stat().st_uid
    except OSError:
        return None


if sys.platform == "win32":

    def _windows_sid() -> str:
        from wfhagent.system.access_control import read_sid  # noqa: PLC0415
        from wfhagent.system.windows_security import own_sid  # noqa: PLC0415

        try:
            return read_sid(own_sid())
        except OSError as error:
            text = _("Windows does not say whose session this is: {error}.")
            raise ServiceError(text.format(error=error)) from error


def _windows_user() -> str:
    domain, name = os.environ.get("USERDOMAIN", "."), os.environ.get("USERNAME", "")
    if not name:
        raise ServiceError(_("USERNAME is not set. Run this as the employee."))
    return f"{domain}\\{name}"
