"""The agents of this user: one runs at a time, and all of them are on record.

Where that record is follows from the user account alone. No setting and no environment variable
moves it, so a second agent.toml cannot make an agent that the first one does not know of.
"""

import functools
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import platformdirs

from wfhagent.errors import AlreadyRunningError, FolderError, LockedError
from wfhagent.messages import _
from wfhagent.system.lock import hold, is_held
from wfhagent.system.private import rewrite_private
from wfhagent.system.probe import is_folder

log = logging.getLogger(__name__)

LOCK = "agent.lock"
HOLDER = "running.json"
REMEMBERED = timedelta(days=366)
"""An agent that has not run for longer leaves the record."""
_UNKNOWN_MACHINE = "machine"


class UserAgent(msgspec.Struct, frozen=True, kw_only=True):
    """One agent of this user; *by_hand* is a command such as `wfhagent send`."""

    config: str
    data_directory: str
    server: str
    pid: int
    started_at: datetime
    by_hand: bool = False
    running: bool = False

    def __str__(self) -> str:
        return _("{config}, which reports to {server} (data in {folder})").format(
            config=self.config, server=self.server, folder=self.data_directory
        )


def places() -> Sequence[Path]:
    """Return the folders that hold the record; each is used where it can be.

    The folder of the login session is of this machine and this start of it. The home is the one in
    the system's user database, whatever HOME says; a home on the network serves several machines.
    """
    session, home = _session_place(), _home_place()
    # Asked each time: it appears when somebody logs in.
    return (session, home) if session is not None and is_folder(session.parent) else (home,)


def ledger_file() -> Path:
    """Return the record of the logs that this user's agents have taken: outside of data folders.

    It is in the home, for it must outlive the login session.
    """
    return places()[-1] / "days.json"


@functools.cache
def _session_place() -> Path | None:
    if sys.platform == "linux":
        return Path(f"/run/user/{os.getuid()}") / "wfhagent"
    else:  # noqa: RET505 -- mypy reads each system's branch alone
        return None


if sys.platform == "win32":

    @functools.cache
    def _home_place() -> Path:
        # Outside the data folder, so that removing that one leaves the record.
        return Path(platformdirs.user_data_dir("wfhagent-user", appauthor=False))

else:

    @functools.cache
    def _home_place() -> Path:
        import pwd  # noqa: PLC0415 -- not on Windows

        user = os.getuid()
        try:
            home = Path(pwd.getpwuid(user).pw_dir)
        except KeyError:
            # A user whom the system does not know; `hold` refuses a folder of somebody else.
            return Path(f"/tmp/wfhagent-{user}")  # noqa: S108
        if sys.platform == "darwin":
            return home / "Library" / "Application Support" / "wfhagent-user"
        else:  # noqa: RET505 -- as above
            return home / ".local" / "state" / "wfhagent" / f"agents-{_machine()}"


def _machine() -> str:
    """Return what tells this machine from others that share the home."""
    try:
        return Path("/etc/machine-id").read_text(encoding="ascii").strip()[:12] or _UNKNOWN_MACHINE
    except (OSError, ValueError):
        return _UNKNOWN_MACHINE


@contextmanager
def only_agent(agent: UserAgent, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Be the one agent of this user until the context or the process ends, and be on record.

    Raises:
        AlreadyRunningError: another one runs; the message names it.
    """
    with ExitStack() as held:
        usable = [place for place in places() if _take(held, place, wait_seconds)]
        if not usable:
            log.warning("No folder of this user can be written: other agents would go unnoticed")
        for place in usable:
            _note(place, agent)
        yield


def _take(held: ExitStack, place: Path, wait_seconds: float) -> bool:
    """Take the lock in *place*; false where nothing can be written."""
    try:
        held.enter_context(hold(place / LOCK, wait_seconds=wait_seconds))
    except FolderError:
        return False
    except LockedError as error:
        other = _read(_within(place, HOLDER))
        raise AlreadyRunningError(_of_running(other)) from error
    return True


def _of_running(other: UserAgent | None) -> str:
    rule = _("Each user can run one agent, whatever its agent.toml. See `wfhagent status`.")
    if other is None:
        return f"{_('Another agent of this user is running.')} {rule}"
    first = _("Another agent of this user is running: {agent}, pid {pid}.")
    return f"{first.format(agent=other, pid=other.pid)} {rule}"


def running_agent() -> UserAgent | None:
    """Return the agent of this user that runs now; None when there is none."""
    for place in places():
        if is_held(_within(place, LOCK)):
            return _read(_within(place, HOLDER))
    return None


def agents_of_user() -> Sequence[UserAgent]:
    """Return every agent on record, the one that runs first, then the latest."""
    running = running_agent()
    found = {} if running is None else {running.data_directory: running}
    for place in places():
        for name in _notes(place):
            agent = _read(_within(place, name))
            if agent is None:
                continue
            known = found.get(agent.data_directory)
            if known is None or (known is not running and known.started_at < agent.started_at):
                found[agent.data_directory] = agent
    agents = [msgspec.structs.replace(agent, running=agent is running) for agent in found.values()]
    return sorted(agents, key=lambda agent: (agent.running, agent.started_at), reverse=True)


def _notes(place: Path) -> Sequence[str]:
    """Return the names of the files with an agent each."""
    try:
        names = os.listdir(place)  # noqa: PTH208 -- as below
    except OSError:
        # Who cannot look there learns of no others, and works all the same.
        return ()
    return [name for name in names if name.startswith("agent-") and name.endswith(".json")]


def _within(place: Path, name: str) -> str:
    # No Path: the icon asks once a minute, and each one costs some memory for good.
    return os.path.join(place, name)  # noqa: PTH118


def others_of_user(data_directory: Path) -> Sequence[UserAgent]:
    """Return the agents of this user other than the one in *data_directory*."""
    own = full_name(data_directory)
    return [agent for agent in agents_of_user() if agent.data_directory != own]


def standing(agent: UserAgent) -> str:
    """Return whether *agent* runs, for people."""
    since = f"{agent.started_at.astimezone():%Y-%m-%d %H:%M}"
    if agent.running:
        return _("running since {since} (pid {pid}) with {agent}").format(
            since=since, pid=agent.pid, agent=agent
        )
    return _("not running, last started {since} with {agent}").format(since=since, agent=agent)


def full_name(path: Path) -> str:
    """Return the one name of *path* by which agents are distinguished."""
    return os.path.realpath(path)


def _note(place: Path, agent: UserAgent) -> None:
    """Put *agent* on record, and forget those that are long gone."""
    import hashlib  # noqa: PLC0415 -- the icon, which waits too, does without OpenSSL

    name = hashlib.sha256(agent.data_directory.encode()).hexdigest()[:16]
    content = msgspec.json.format(msgspec.json.encode(agent), indent=2)
    try:
        for file in (place / f"agent-{name}.json", place / HOLDER):
            rewrite_private(file, content)
        for noted in _notes(place):
            other = _read(_within(place, noted))
            if other is None or agent.started_at - other.started_at > REMEMBERED:
                (place / noted).unlink(missing_ok=True)
    except OSError as error:
        log.warning("%s: this agent could not be put on record: %s", place, error)


def _read(file: str) -> UserAgent | None:
    try:
        with open(file, "rb") as stream:  # noqa: PTH123 -- as in `_within`
            return msgspec.json.decode(stream.read(), type=UserAgent)
    except (OSError, ValueError):
        return None
