"""`make smoke`: tries the built programs as IT would, on a PATH without Python.

usage: smoke.py [PROGRAM...]   by default the folder's program and the download

A receiver with TLS replaces the company's server. What the programs print is shown where a
step fails.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

from contents import ROOT, first_party
from PIL import Image
from scratch_laptop import (
    CLOCK,
    PATIENCE_SECONDS,
    Laptop,
    SmokeError,
    make_laptop,
    processes_in,
    receiver,
    require,
    user_record_aside,
    wait_for,
)

from wfhagent.plugins.first_party import OFF_BY_DEFAULT
from wfhserver.demo.children import child, terminal
from wfhserver.demo.display import display

EXPECTED_FAULTS = {"agent"} if sys.platform == "win32" else {"agent", "keyring"}
"""Stopped by this script, the agent does not run. Only Windows has a keyring in every session."""
BUILT = (ROOT / "build/standalone/wfhagent/wfhagent", ROOT / "build/onefile/wfhagent")


def version(laptop: Laptop) -> None:
    """It starts, and says its version."""
    output = laptop.run("--version")
    require(output.startswith("wfhagent "), output)


def plugins(laptop: Laptop) -> None:
    """All first-party plugins are in it, and the drop-in is found."""
    found = json.loads(laptop.run("plugins", "--json", "--config", str(laptop.config)))
    built_in = {entry["name"] for entry in found if entry["origin"] == "built-in"}
    require(built_in == set(first_party()), found)
    problems = {entry["name"]: entry["problem"] for entry in found if entry["problem"]}
    require(set(problems) <= OFF_BY_DEFAULT, problems)
    require("smoke" in {entry["name"] for entry in found}, found)


def preview(laptop: Laptop) -> None:
    """It shows what would be sent, with a screenshot of the whole screen."""
    screenshot = laptop.folder / "screenshot.webp"
    output = laptop.run("preview", "--config", str(laptop.config), "--picture", str(screenshot))
    require('"smoke": "from a drop-in"' in output and '"status": "taken"' in output, output)
    image = Image.open(BytesIO(screenshot.read_bytes()))
    require(image.format == "WEBP" and min(image.size) > 0, image)


def heartbeats(laptop: Laptop) -> None:
    """The agent enrolls and sends heartbeats until it is stopped; it leaves no process."""
    command = [str(laptop.program), "run", "--quiet", "--config", str(laptop.config)]
    journal = laptop.folder / "run.log"
    with child(command, journal=journal, environment=laptop.environment) as agent:
        wait_for(lambda: laptop.arrived().count("heartbeats of") > 1, "two heartbeats", laptop)
        output = laptop.run("status", "--config", str(laptop.config))
        agent.terminate()
        code = agent.wait(PATIENCE_SECONDS)
    require(code == 0, f"stopped with {code}", journal.read_text(encoding="utf-8"))
    require(not processes_in(laptop.folder), processes_in(laptop.folder))
    require("enrolled" in laptop.arrived(), laptop.arrived(), output)


def detailed_log(laptop: Laptop) -> None:
    """A detailed log arrives, with the screenshot and the fact of the drop-in."""
    # The person at the screen is asked first.
    with terminal("y\n") as answer:
        output = laptop.run("send", "log", "--config", str(laptop.config), stdin=answer)
    require("Screenshot: taken" in output, output)
    logs = [line for line in laptop.arrived().splitlines() if line.startswith("log of agent")]
    require(len(logs) == 1 and "from a drop-in" in logs[0], laptop.arrived())


def doctor(laptop: Laptop) -> None:
    """It finds nothing wrong: TLS by the system's trust, enrollment, disk, screenshot, keyring."""
    output = laptop.run("doctor", "--config", str(laptop.config), allowed=(0, 1))
    faults = [line.split()[1] for line in output.splitlines() if line.startswith("FAULT")]
    require(set(faults) <= EXPECTED_FAULTS, output)


def service(laptop: Laptop) -> None:
    """The service runs the plain program from a fixed place, and goes without a trace."""
    before = files_in(laptop.folder)
    output = laptop.run("service", "install", "--config", str(laptop.config))
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
    require(answer.returncode == 0 and "smoke (drop-in" in answer.stdout, output, answer)
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


def smoke(program: Path) -> None:
    """Take every step with *program* on a laptop of its own."""
    with ExitStack() as stack:
        stack.enter_context(user_record_aside())
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
