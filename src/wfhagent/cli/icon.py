"""The icon in the panel, without the command line: its process stays, and has to be small."""

from pathlib import Path

from wfhagent.process.logging_setup import log_to_stderr
from wfhagent.settings import read_settings
from wfhagent.system.memory import use_one_arena
from wfhagent.system.paths import config_file, data_paths
from wfhagent.tray.run import run

SCREENSHOT = "screenshot"
"""The plugin that needs the desktop's permission under Wayland."""


def show_icon(config: Path | None) -> None:
    """Show it until the session ends.

    Raises:
        AlreadyRunningError: this user has one.
        SettingsError: the configuration cannot be used.
        TrayError: there is no session to show it in.
    """
    use_one_arena()
    log_to_stderr("warning")
    file = config_file(config)
    settings = read_settings(file)
    paths = data_paths(settings.agent.data_directory)
    run(file, paths, takes_screenshots=SCREENSHOT not in settings.plugins.disabled)
