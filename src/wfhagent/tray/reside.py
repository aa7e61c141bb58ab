"""The process of the icon: started with the session, and again when it ends."""

import sys
from pathlib import Path

from wfhagent.clock import SystemClock
from wfhagent.errors import AlreadyRunningError, LockedError, TrayError
from wfhagent.notice.announce import show_in_child
from wfhagent.process.lock import hold
from wfhagent.settings import read_settings
from wfhagent.system.paths import config_file, data_paths, program
from wfhagent.tray.commands import Commands
from wfhagent.tray.source import Source

SCREENSHOT = "screenshot"
"""The plugin that needs the desktop's permission under Wayland."""


def reside(config: Path | None) -> None:
    """Show the icon until the session ends.

    Raises:
        AlreadyRunningError: this user has one.
        SettingsError: the configuration cannot be used.
        TrayError: there is no session to show it in.
    """
    file = config_file(config)
    settings = read_settings(file)
    paths = data_paths(settings.agent.data_directory)
    # In full: what a click starts has another working directory.
    given = ["--config", str(file.absolute())]
    commands = Commands(program(), given, tell=show_in_child(program()))
    source = Source(
        file=paths.status,
        clock=SystemClock(),
        commands=commands,
        permission_notice=(
            None if SCREENSHOT in settings.plugins.disabled else paths.permission_notice
        ),
    )
    try:
        with hold(paths.tray_lock):
            _show(source)
    except LockedError as error:
        raise AlreadyRunningError(f"The icon is there already ({paths.tray_lock}).") from error


def _show(source: Source) -> None:
    if sys.platform == "linux":
        _show_on_linux(source)
    else:
        from wfhagent.tray.pystray_tray import PystrayTray  # noqa: PLC0415

        PystrayTray(source).run()


def _show_on_linux(source: Source) -> None:
    from wfhagent.tray.linux import LinuxTray  # noqa: PLC0415
    from wfhagent.tray.session_bus import SessionBus  # noqa: PLC0415

    try:
        bus = SessionBus()
    except Exception as error:
        raise TrayError(
            f"The session bus does not answer ({error}); the icon needs a graphical session."
        ) from error
    with bus:
        try:
            LinuxTray(bus, source).run()
        except OSError as error:
            raise TrayError(f"The session bus is gone: {error}.") from error
