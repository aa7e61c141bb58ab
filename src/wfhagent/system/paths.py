"""Where everything is. Asking for a path makes nothing."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from wfhagent.errors import SettingsError
from wfhagent.system.compiled import compiled
from wfhagent.system.ownership import mistrust
from wfhagent.system.probe import is_file, is_folder, may_be_there

PAGES = ("journal", "privacy", "notice", "check", "my-data")
CONFIG_VARIABLE = "WFHAGENT_CONFIG"
MACHINE_FOLDERS = {"linux": "/etc/xdg", "darwin": "/Library/Application Support"}
"""Where IT puts configuration, by `sys.platform`; Windows is asked, see `machine_config`."""
KEPT_LOG_FILES = 3
"""How many rotated files of the log there are at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DataPaths:
    """The files of the agent under its data directory.

    With *to_downloads* pages go to the user's folder of downloads, where it can be written.
    *state_directory* and *cache_directory* are those of the user's programs, where the agent has
    no folder of its own for everything.
    """

    directory: Path
    to_downloads: bool = False
    state_directory: Path | None = None
    cache_directory: Path | None = None

    @property
    def plugin_state(self) -> Path:
        """What collectors remember, in a folder for each plugin."""
        # Not `plugins`: on Windows and macOS drop-ins are there.
        return (self.state_directory or self.directory) / "plugin-state"

    @property
    def plugin_cache(self) -> Path:
        """What collectors can get again, in a folder for each plugin."""
        return (self.cache_directory or self.directory) / "plugin-cache"

    @property
    def pages(self) -> Mapping[str, Path]:
        """The pages that a browser is given, by what they show."""
        downloads = _downloads() if self.to_downloads else None
        folder = self.directory / "pages" if downloads is None else downloads
        return {name: folder / f"wfhagent-{name}.html" for name in PAGES}

    @property
    def outbox(self) -> Path:
        """The SQLite file with everything that waits or was sent."""
        return self.directory / "outbox.sqlite3"

    @property
    def status(self) -> Path:
        """What the running agent says of itself, for `wfhagent status` and the tray."""
        return self.directory / "status.json"

    @property
    def lock(self) -> Path:
        """Held by the resident agent: one per user."""
        return self.directory / "agent.lock"

    @property
    def delivery_lock(self) -> Path:
        """Held by whoever delivers the outbox: the resident agent, or a command while it runs."""
        return self.directory / "delivery.lock"

    @property
    def credentials(self) -> Path:
        """The machine's identity, when there is no keyring."""
        return self.directory / "credentials.json"

    @property
    def new_agent_id(self) -> Path:
        """The number under which this device enrolls, until it is enrolled."""
        return self.directory / "agent-id"

    @property
    def verdicts(self) -> Path:
        """What was learned of third-party plugins, so that each is looked at once."""
        return self.directory / "drop-ins.json"

    @property
    def tray_lock(self) -> Path:
        """Held by the icon: one per user."""
        return self.directory / "tray.lock"

    @property
    def permission_notice(self) -> Path:
        """There once the icon has pointed out that the desktop does not allow screenshots yet."""
        return self.directory / "permission-notice-shown"

    @property
    def notice(self) -> Path:
        """Which version of the company's notice was shown and acknowledged here."""
        return self.directory / "notice.json"

    @property
    def company_calendar(self) -> Path:
        """The employee's working hours, as the server sent them last."""
        return self.directory / "company-calendar.json"

    @property
    def log(self) -> Path:
        """The agent's own log file."""
        return self.directory / "agent.log"


def config_file(given: Path | None) -> Path:
    """Return the agent.toml to use: *given*, $WFHAGENT_CONFIG, the machine's, the user's.

    The machine's file is the one that IT pushes, so it goes before the user's.

    Raises:
        SettingsError: on Windows, somebody else can change the machine's file.
    """
    machine = machine_config()
    named = os.environ.get(CONFIG_VARIABLE)
    if given is not None or named:
        chosen = Path(named or "") if given is None else given
    else:
        user = Path(platformdirs.user_config_dir("wfhagent", appauthor=False)) / "agent.toml"
        # A file of the machine that cannot be looked at is no reason to take another one.
        chosen = machine if may_be_there(machine) else user
    if sys.platform == "win32" and chosen == machine:
        check_machine_file(machine)
    return chosen


def check_machine_file(file: Path) -> None:
    r"""Refuse the machine's agent.toml when somebody else can change it, or add to its folder.

    On Windows anybody may create C:\ProgramData\wfhagent before IT does. The folder decides for
    everybody which server is used and which plugins are run.

    Raises:
        SettingsError: names the file or folder, and what an administrator has to do.
    """
    for place in (file.parent, file):
        try:
            why = mistrust(place)
        except FileNotFoundError:
            continue  # Whoever reads it says so.
        except OSError as error:
            why = f"cannot be looked at ({error.strerror})"
        if why:
            raise SettingsError(
                f"{place}: {why}, so it is not used. Ask IT to delete {file.parent} and to set it "
                "up again with the owner Administrators and no write access for others."
            )


def machine_config() -> Path:
    """Return the agent.toml that IT pushes.

    Its place is fixed. The environment belongs to the employee, and desktops change it as well:
    Plasma puts a folder of the employee first into XDG_CONFIG_DIRS.
    """
    folder = MACHINE_FOLDERS.get(sys.platform)
    return Path(folder or _common_folder()) / "wfhagent" / "agent.toml"


def _common_folder() -> str:
    """Return the common folder of programs' data on Windows, as the machine's registry says."""
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 -- of this system only

        folders = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\Shell Folders"
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, folders) as key:
            return str(winreg.QueryValueEx(key, "Common AppData")[0])
    else:
        return MACHINE_FOLDERS["linux"]


def data_paths(configured: str) -> DataPaths:
    """Return the files under *configured*, or under the user's data folder when it is empty."""
    if configured:
        return DataPaths(directory=Path(configured).expanduser())
    directory = platformdirs.user_data_dir("wfhagent", appauthor=False)
    # Ubuntu's Firefox is a snap, and others are flatpaks: they read no hidden folder and no /tmp.
    return DataPaths(
        directory=Path(directory),
        to_downloads=sys.platform == "linux",
        state_directory=Path(platformdirs.user_state_dir("wfhagent", appauthor=False)),
        cache_directory=Path(platformdirs.user_cache_dir("wfhagent", appauthor=False)),
    )


def _downloads() -> Path | None:
    """Return the folder of downloads; None where there is none that can be written."""
    try:
        downloads = Path(platformdirs.user_downloads_dir())
    except Exception:  # noqa: BLE001 -- a file of the desktop, which may be closed or damaged
        return None
    # It would have to be searched, too.
    may_be_used = is_folder(downloads) and os.access(downloads, os.W_OK | os.X_OK)
    return downloads if may_be_used else None


def drop_in_directory(configured: str, config_file: Path) -> Path:
    """Return the folder of drop-in plugins.

    It is *configured*, or plugins/ next to the compiled program, else next to *config_file*.
    """
    if configured:
        return Path(configured).expanduser()
    found = compiled()
    home = config_file.absolute().parent if found is None else found.home
    return home / "plugins"


def program() -> list[str]:
    """Return the command that starts this very program again, whatever the working directory."""
    found = compiled()
    if found is None:
        return [sys.executable, "-P", "-m", "wfhagent"]
    # The unpacked program, also when a download was started: it needs no second process.
    return [str(found.program)]


def program_directory() -> Path:
    """Return where `wfhagent service install` lays out the tree of a download."""
    return Path(platformdirs.user_data_dir("wfhagent", appauthor=False)) / "program"


def log_files(file: Path) -> list[Path]:
    """Return *file* and the ones rotated away from it that exist, newest first."""
    rotated = (file.with_name(f"{file.name}.{number + 1}") for number in range(KEPT_LOG_FILES))
    return [name for name in (file, *rotated) if is_file(name)]
