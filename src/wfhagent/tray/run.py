"""The process of the icon: started with the session, and again when it ends."""

import sys
from pathlib import Path

from wfhagent.clock import SystemClock
from wfhagent.errors import AlreadyRunningError, LockedError, TrayError
from wfhagent.messages import _
from wfhagent.notice.announce import show_in_child
from wfhagent.system.lock import hold
from wfhagent.system.paths import DataPaths, program
from wfhagent.tray.commands import Commands
from wfhagent.tray.source import Source


def run(config_file: Path, paths: DataPaths, *, takes_screenshots: bool) -> None:
    """Show the icon of the agent with *config_file* and *paths* until the session ends.

    Raises:
        AlreadyRunningError: this user has one.
        TrayError: there is no session to show it in.
    """
    # In full: what a click starts has another working directory.
    given = ["--config", str(config_file.absolute())]
    commands = Commands(program(), given, tell=show_in_child(program()))
    source = Source(
        file=paths.status,
        clock=SystemClock(),
        commands=commands,
        permission_notice=paths.permission_notice if takes_screenshots else None,
    )
    try:
        with hold(paths.tray_lock):
            _show(source)
    except LockedError as error:
        raise AlreadyRunningError(
            _("The icon is already shown ({lock}).").format(lock=paths.tray_lock)
        ) from error


def _show(source: Source) -> None:
    if sys.platform == "linux":
        _show_on_linux(source)
    else:
        from wfhagent.tray.pystray_tray import PystrayTray  # noqa: PLC0415

        PystrayTray(source).run()


def _show_on_linux(source: Source) -> None:
    from wfhagent.desktop.bus import BusError  # noqa: PLC0415
    from wfhagent.desktop.serving_bus import ServingBus  # noqa: PLC0415
    from wfhagent.tray.linux import LinuxTray  # noqa: PLC0415

    try:
        bus = ServingBus()
    except BusError as error:
        raise TrayError(
            _("The session bus does not answer ({error}). Run this in a desktop session.").format(
                error=error
            )
        ) from error
    with bus:
        try:
            LinuxTray(bus, source).run()
        except OSError as error:
            raise TrayError(
                _("The session bus has closed: {error}.").format(error=error)
            ) from error
