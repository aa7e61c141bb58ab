"""What the icon costs while nothing changes: a real process on a session bus of its own.

Memory from `smaps_rollup`, wake-ups as voluntary context switches from `/proc`. There is no
panel: a panel queries the icon in its first second and not afterwards. A second icon has its own
bus and is docked in a real XEmbed tray; its menu was open once. The status of another agent is
written every 30 s, as in real use, and changes nothing that the icons show.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from figures import Figure

from wfhagent.clock import SystemClock

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.displays import virtual_display  # noqa: E402
from tests.tray.statuses import write  # noqa: E402

SETTLE_SECONDS = 20
MEASURE_SECONDS = 240
PROMISED_MIB = 30.0
YARDSTICK = "import signal; signal.pause()"


@dataclass(frozen=True, kw_only=True, slots=True)
class Icons:
    """Two icons that have settled: *tray* on a bus, *embedded* in an XEmbed tray, by process.

    *folders* hold the status that each shows.
    """

    tray: int
    embedded: int
    folders: Sequence[Path]
    environment: dict[str, str]


def figures() -> list[Figure]:
    """Let them wait, and measure twice."""
    with settled_icons([sys.executable, "-m", "wfhagent"]) as icons:
        pids = icons.tray, icons.embedded
        with _process([sys.executable, "-c", YARDSTICK], icons.environment) as baseline:
            before = [_switches(pid) for pid in pids]
            live(icons.folders, MEASURE_SECONDS)
            after = [_switches(pid) for pid in pids]
            (pss, embedded_pss), other = map(pss_mib, pids), pss_mib(baseline)
    per_minute = 60 / MEASURE_SECONDS
    switches, embedded_switches = (
        (now - then) * per_minute for then, now in zip(before, after, strict=True)
    )
    note = "promised 1, in an XEmbed tray"
    return [
        Figure("tray.pss", pss, PROMISED_MIB, 1.0, "MiB", "lower", "promised 30"),
        Figure("tray.pss_of_python", pss, other, 5.0, "MiB", "lower", "a baseline CPython"),
        Figure("tray.wakeups", switches, 1.0, 1.0, "per minute", "lower", "promised 1"),
        Figure("tray.xembed_pss", embedded_pss, PROMISED_MIB, 1.0, "MiB", "lower", "promised 30"),
        Figure("tray.xembed_wakeups", embedded_switches, 1.0, 1.0, "per minute", "lower", note),
    ]


@contextmanager
def settled_icons(program: Sequence[str]) -> Iterator[Icons]:
    """Give two icons of *program*, past the moment in which they give memory back."""
    with tempfile.TemporaryDirectory(prefix="tray") as name, ExitStack() as stack:
        folders = Path(name), Path(name) / "xembed"
        environment = _session(folders[0], stack)
        embedding = {**_session(folders[1], stack), "DISPLAY": _panel(stack)}
        icons = Icons(
            tray=stack.enter_context(_process(_command(program, folders[0]), environment)),
            embedded=stack.enter_context(_process(_command(program, folders[1]), embedding)),
            folders=folders,
            environment=environment,
        )
        live(folders, SETTLE_SECONDS)
        _open_the_menu(embedding)
        yield icons


def _session(folder: Path, stack: ExitStack) -> dict[str, str]:
    folder.mkdir(exist_ok=True)
    address = f"unix:path={folder / 'bus'}"
    daemon = shutil.which("dbus-daemon") or "dbus-daemon"
    command = [daemon, "--session", "--nofork", "--nosyslog", f"--address={address}"]
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "XDG_DATA_DIRS": str(folder)}
    stack.enter_context(_process(command, environment))
    while not (folder / "bus").exists():
        time.sleep(0.05)  # noqa: TID251
    return {**environment, "DBUS_SESSION_BUS_ADDRESS": address, "XDG_RUNTIME_DIR": str(folder)}


def _panel(stack: ExitStack) -> str:
    """Start a display with a panel that has an XEmbed tray; return its name."""
    display, _ = stack.enter_context(virtual_display("800x500"))
    panel = ["trayer", "--edge", "top", "--align", "left", "--widthtype", "request"]
    stack.enter_context(_process(panel, {"DISPLAY": display, "PATH": "/usr/bin:/bin"}))
    return display


def _open_the_menu(environment: dict[str, str]) -> None:
    """Click the icon, and let the menu go again."""
    open_it = ["mousemove", "10", "10", "click", "1", "sleep", "2"]
    subprocess.run(
        ["xdotool", *open_it, "key", "Escape", "sleep", "2"], env=environment, check=True
    )
    seen = ["xdotool", "search", "--class", "^wfhagent$", "getwindowname", "%@"]
    subprocess.run(seen, env=environment, check=True, stdout=subprocess.DEVNULL)


def _command(program: Sequence[str], folder: Path) -> list[str]:
    config = folder / "agent.toml"
    config.write_text(
        f'[server]\nurl = "https://127.0.0.1:9"\n[agent]\ndata_directory = "{folder}"\n'
    )
    return [*program, "tray", "--config", str(config)]


def live(folders: Sequence[Path], seconds: int) -> None:
    """Be an agent that runs: write the status every 30 s."""
    clock = SystemClock()
    until = clock.elapsed() + seconds
    while clock.elapsed() < until:
        for folder in folders:
            write(folder, clock.now())
        time.sleep(min(30.0, max(0.0, until - clock.elapsed())))  # noqa: TID251


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        yield process.pid
        process.terminate()


def pss_mib(pid: int) -> float:
    """Return the memory of *pid*, with its share of what it shares."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    (found,) = re.findall(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(found) / 1024


def _switches(pid: int) -> int:
    found = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        (count,) = re.findall(
            r"^voluntary_ctxt_switches:\s+(\d+)", (task / "status").read_text(), re.MULTILINE
        )
        found += int(count)
    return found
