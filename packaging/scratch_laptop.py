"""A scratch home as one employee's machine without Python, and a receiver that it reports to."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from contents import ROOT

from wfhagent.system.user_agents import places, running_agent
from wfhserver.clock import SystemClock
from wfhserver.demo.certificate import make_certificate
from wfhserver.demo.children import child

TOKEN = "wfhe_smoke"  # noqa: S105 -- of a receiver that lives for a minute
PATIENCE_SECONDS = 60.0
CLOCK = SystemClock()

DROP_IN = """\
from wfhagent.plugin import Collector, Config, Fact, Personal, hookimpl

class Smoke(Collector[Config]):
    name = "smoke"
    facts = (Fact("smoke", "A word", "To see that it travels", Personal.NO),)

    def collect(self, context):
        return {"smoke": "from a drop-in"}

@hookimpl
def register_collectors():
    return [Smoke]
"""

# Nothing here may move the machine's own processes: systemd is stood in for.
SYSTEMCTL = "#!/bin/sh\nexit 0\n"


class SmokeError(Exception):
    """A step did not do what it must; says what was seen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Laptop:
    """A scratch home, and *program* in it, as one employee's machine."""

    program: Path
    folder: Path
    environment: Mapping[str, str]
    arrivals: Path

    @property
    def config(self) -> Path:
        """The agent.toml that IT has pushed."""
        return self.folder / "agent.toml"

    def run(
        self,
        *arguments: str,
        allowed: tuple[int, ...] = (0,),
        stdin: int = subprocess.DEVNULL,
    ) -> str:
        """Run the program to its end and return what it printed; it must exit as *allowed*."""
        done = subprocess.run(  # noqa: S603 -- the program under test
            [str(self.program), *arguments],
            stdin=stdin,
            env=dict(self.environment),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        if done.returncode not in allowed:
            raise SmokeError(f"{arguments} gave {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def arrived(self) -> str:
        """Return what the receiver has printed."""
        return self.arrivals.read_text(encoding="utf-8")


def require(holds: object, *seen: object) -> None:
    """Raise with what was *seen* unless it *holds*."""
    if not holds:
        raise SmokeError("\n".join(str(one) for one in seen))


def wait_for(holds: Callable[[], bool], what: str, laptop: Laptop) -> None:
    """Wait until it *holds*; other processes decide when."""
    give_up = CLOCK.elapsed() + PATIENCE_SECONDS
    while not holds():
        if CLOCK.elapsed() > give_up:
            raise SmokeError(f"{what} did not happen; the receiver has:\n{laptop.arrived()}")
        CLOCK.pause(0.1)


def processes_in(folder: Path) -> list[str]:
    """Return the programs under *folder* that run, where the system says it by files."""
    links = [os.path.realpath(link) for link in Path("/proc").glob("[0-9]*/exe")]
    return [link for link in links if Path(link).is_relative_to(folder)]


@contextmanager
def receiver(folder: Path) -> Iterator[tuple[str, Path, Path]]:
    """Run the reference receiver; yield its URL, its authority and the file it prints to."""
    certificate = make_certificate(folder / "tls")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arrivals = folder / "arrivals"
    command = [
        *(sys.executable, str(ROOT / "server_stub" / "receiver.py")),
        *("--port", str(port), "--accept-token", TOKEN),
        *("--tls-cert", str(certificate.chain), "--tls-key", str(certificate.key)),
    ]
    with child(command, journal=arrivals, environment=os.environ):
        while "Uvicorn running" not in arrivals.read_text(encoding="utf-8"):
            CLOCK.pause(0.1)
        yield f"https://127.0.0.1:{port}", certificate.authority, arrivals


@contextmanager
def user_record_aside() -> Iterator[None]:
    """Keep the record of this user's agents unchanged: it is in the account's home, not in HOME.

    Otherwise the test logs of one run would leave none for the next run of the same day.

    Raises:
        SmokeError: an agent of this user is running, which has its record open.
    """
    running = running_agent()
    require(running is None, f"Stop the agent of this user first: {running}")
    aside = {place: place.with_name(f"{place.name}.aside") for place in places()}
    for place, kept in aside.items():
        if kept.exists():
            # A run was killed: what it put aside is the user's.
            shutil.rmtree(place, ignore_errors=True)
        elif place.exists():
            place.rename(kept)
    try:
        yield
    finally:
        for place, kept in aside.items():
            shutil.rmtree(place, ignore_errors=True)
            if kept.exists():
                kept.rename(place)


def make_laptop(
    program: Path, folder: Path, url: str, authority: Path, screen: Mapping[str, str]
) -> Laptop:
    """Return a laptop without Python: its PATH has what `service` calls, and nothing else."""
    commands = folder / "bin"
    (folder / "plugins").mkdir(parents=True)
    commands.mkdir()
    (commands / "systemctl").write_text(SYSTEMCTL)
    (commands / "systemctl").chmod(0o755)
    (commands / "env").symlink_to("/usr/bin/env")
    # Next to the download, where an employee would put it; the folder's program has its own.
    placed = program
    if program.parent.name != "wfhagent":
        placed = Path(shutil.copy2(program, folder / program.name))
    else:
        placed = Path(shutil.copytree(program.parent, folder / "wfhagent")) / program.name
    (placed.parent / "plugins").mkdir(exist_ok=True)
    (placed.parent / "plugins" / "smoke.py").write_text(DROP_IN)
    (folder / "agent.toml").write_text(
        f'[server]\nurl = "{url}"\nauth_token = "{TOKEN}"\n'
        '[heartbeat]\ninterval_seconds = 5\n[detailed_log]\nstart = "00:00"\nend = "00:01"\n'
    )
    given = {key: screen[key] for key in ("DISPLAY", "XAUTHORITY") if key in screen}
    environment = {
        "HOME": str(folder),
        "PATH": str(commands),
        # The system's trust, without touching the system's.
        "SSL_CERT_FILE": str(authority),
        "XDG_SESSION_TYPE": "x11",
        **given,
    }
    return Laptop(
        program=placed,
        folder=folder,
        environment=environment,
        arrivals=folder.parent / "arrivals",
    )
