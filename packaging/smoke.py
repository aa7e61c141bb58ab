"""`make smoke`: tries the built programs as IT would, on a PATH without Python.

usage: smoke.py [PROGRAM...]   by default the folder's program and the download

A receiver with TLS stands in for the company's server. What the programs print is shown where a
step fails.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from contents import ROOT, first_party
from PIL import Image

from wfhserver.clock import SystemClock
from wfhserver.demo.certificate import make_certificate
from wfhserver.demo.children import child
from wfhserver.demo.display import display

BUILT = (ROOT / "build/standalone/wfhagent/wfhagent", ROOT / "build/onefile/wfhagent")
TOKEN = "wfhe_smoke"  # noqa: S105 -- of a receiver that lives for a minute
PATIENCE_SECONDS = 60.0
CLOCK = SystemClock()

DROP_IN = """\
from wfhagent.plugin import Collector, Config, Fact, hookimpl

class Smoke(Collector[Config]):
    name = "smoke"
    facts = (Fact("smoke", "A word", "To see that it travels"),)

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

    def run(self, *arguments: str, allowed: tuple[int, ...] = (0,)) -> str:
        """Run the program to its end and return what it printed; it must exit as *allowed*."""
        done = subprocess.run(  # noqa: S603 -- the program under test
            [str(self.program), *arguments],
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


def version(laptop: Laptop) -> None:
    """It starts, and says its version."""
    said = laptop.run("--version")
    require(said.startswith("wfhagent "), said)


def plugins(laptop: Laptop) -> None:
    """All first-party plugins are in it, and the drop-in is found."""
    found = json.loads(laptop.run("plugins", "--json", "--config", str(laptop.config)))
    built_in = {entry["name"] for entry in found if entry["origin"] == "built-in"}
    require(built_in == set(first_party()), found)
    problems = {entry["name"]: entry["problem"] for entry in found if entry["problem"]}
    require(set(problems) <= {"idle"}, problems)
    require("smoke" in {entry["name"] for entry in found}, found)


def preview(laptop: Laptop) -> None:
    """It shows what would be sent, with a picture of the whole screen."""
    picture = laptop.folder / "picture.webp"
    said = laptop.run("preview", "--config", str(laptop.config), "--picture", str(picture))
    require('"smoke": "from a drop-in"' in said and '"status": "taken"' in said, said)
    image = Image.open(BytesIO(picture.read_bytes()))
    require(image.format == "WEBP" and min(image.size) > 0, image)


def heartbeats(laptop: Laptop) -> None:
    """The agent enrols and sends heartbeats until it is stopped; it leaves no process."""
    command = [str(laptop.program), "run", "--quiet", "--config", str(laptop.config)]
    journal = laptop.folder / "run.log"
    with child(command, journal=journal, environment=laptop.environment) as agent:
        wait_for(lambda: laptop.arrived().count("heartbeats of") > 1, "two heartbeats", laptop)
        said = laptop.run("status", "--config", str(laptop.config))
        agent.terminate()
        code = agent.wait(PATIENCE_SECONDS)
    require(code == 0, f"stopped with {code}", journal.read_text(encoding="utf-8"))
    require(not processes_in(laptop.folder), processes_in(laptop.folder))
    require("enrolled" in laptop.arrived(), laptop.arrived(), said)


def detailed_log(laptop: Laptop) -> None:
    """A detailed log arrives, with the screenshot and the fact of the drop-in."""
    said = laptop.run("send", "log", "--config", str(laptop.config))
    require("Screenshot: taken" in said, said)
    logs = [line for line in laptop.arrived().splitlines() if line.startswith("log of agent")]
    require(len(logs) == 1 and "from a drop-in" in logs[0], laptop.arrived())


def doctor(laptop: Laptop) -> None:
    """It finds nothing wrong: TLS by the system's trust, enrolment, disk, screenshot."""
    # Stopped by this script, the agent does not run, and doctor may rightly say so.
    said = laptop.run("doctor", "--config", str(laptop.config), allowed=(0, 1))
    faults = [line.split()[1] for line in said.splitlines() if line.startswith("FAULT")]
    require(faults in ([], ["agent"]), said)


def service(laptop: Laptop) -> None:
    """The service runs the plain program from a fixed place, and goes without a trace."""
    before = files_in(laptop.folder)
    said = laptop.run("service", "install", "--config", str(laptop.config))
    unit = laptop.folder / ".config/systemd/user/wfhagent.service"
    (line,) = [
        line
        for line in unit.read_text(encoding="utf-8").splitlines()
        if line.startswith("ExecStart=")
    ]
    installed = Path(line.removeprefix("ExecStart=:").partition(" ")[0])
    answer = subprocess.run(  # noqa: S603 -- the program under test
        [str(installed), "plugins", "--config", str(laptop.config)],
        env=dict(laptop.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    require(answer.returncode == 0 and "smoke (drop-in" in answer.stdout, said, answer)
    laptop.run("service", "install", "--config", str(laptop.config))
    laptop.run("service", "uninstall")
    left = {path for path in files_in(laptop.folder) - before if ".cache" not in path.parts}
    require(not left, f"uninstall left {left}")


STEPS: tuple[Callable[[Laptop], None], ...] = (
    version,
    plugins,
    preview,
    heartbeats,
    detailed_log,
    doctor,
    service,
)


def files_in(folder: Path) -> set[Path]:
    """Return the files under *folder*, relative to it."""
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


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
    # Beside the download, where an employee would put it; the folder's program has its own.
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


def smoke(program: Path) -> None:
    """Take every step with *program* on a laptop of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wfhagent-smoke-")))
        screen = stack.enter_context(display(folder, folder / "arrivals"))
        url, authority, _ = stack.enter_context(receiver(folder))
        laptop = make_laptop(program, folder / "home", url, authority, screen)
        for step in STEPS:
            started = CLOCK.elapsed()
            step(laptop)
            summary = (step.__doc__ or "").strip()
            print(f"  ok {CLOCK.elapsed() - started:5.1f} s  {summary}", flush=True)  # noqa: T201


def main() -> int:
    """Try each program; return 1 when a step of one fails."""
    for program in [Path(given).resolve() for given in sys.argv[1:]] or list(BUILT):
        if not program.exists():
            print(f"There is no {program}; `make binary` builds it.", file=sys.stderr)  # noqa: T201
            return 1
        print(f"{program.relative_to(ROOT) if program.is_relative_to(ROOT) else program}")  # noqa: T201
        try:
            smoke(program)
        except SmokeError as error:
            print(f"  FAILED {error}", file=sys.stderr)  # noqa: T201
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
