"""The service manager of the system that this program runs on."""

import os
import sys
from pathlib import Path
from typing import Protocol

from wfhagent.service.runner import Run, run_command
from wfhagent.service.unit import Definition, ServiceError, ServiceSpec, State


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
        """Return how the service stands."""


def service_manager(run: Run = run_command) -> ServiceManager:
    """Return the manager of this system's services for this user.

    Raises:
        ServiceError: this system has none that is known.
    """
    # One of the three is of use here; the agent that stays carries none of the others.
    manager: ServiceManager
    if sys.platform == "win32":
        from wfhagent.service.task_scheduler import TaskScheduler  # noqa: PLC0415

        manager = TaskScheduler(user=_windows_user(), run=run)
    elif sys.platform == "darwin":
        from wfhagent.service.launchd import Launchd  # noqa: PLC0415

        manager = Launchd(home=_own_home(), uid=os.getuid(), run=run)
    elif sys.platform == "linux":
        from wfhagent.service.systemd import Systemd  # noqa: PLC0415

        configured = os.environ.get("XDG_CONFIG_HOME")
        config_home = Path(configured) if configured else _own_home() / ".config"
        manager = Systemd(config_home=config_home, run=run)
    else:
        raise ServiceError(
            f"No services are known on {sys.platform}; start `wfhagent run --quiet` by other means."
        )
    return manager


def _own_home() -> Path:
    """Return the user's folder, which must be theirs: sudo and runuser can leave HOME behind."""
    home = Path.home()
    if sys.platform != "win32" and home.exists() and home.stat().st_uid != os.getuid():
        raise ServiceError(
            f"{home} is another user's folder; run this as the user whom the agent reports, "
            "with their HOME: `runuser -l NAME -c 'wfhagent service …'`."
        )
    return home


def _windows_user() -> str:
    domain, name = os.environ.get("USERDOMAIN", "."), os.environ.get("USERNAME", "")
    if not name:
        raise ServiceError("USERNAME is not set; run this as the user whom the agent reports.")
    return f"{domain}\\{name}"
