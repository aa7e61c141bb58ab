"""What the icon costs while nothing changes: a real process on a session bus of its own.

Memory from `smaps_rollup`, wake-ups as voluntary context switches from `/proc`. No panel is there:
one that is asks the icon in its first second and not afterwards. Another agent's status, which is
written every 30 s as in life, changes nothing that the icon shows.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from figures import Figure

from wfhagent.clock import SystemClock

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.tray.statuses import write  # noqa: E402

SETTLE_SECONDS = 20
MEASURE_SECONDS = 240
PROMISED_MIB = 30.0
YARDSTICK = "import signal; signal.pause()"


def figures() -> list[Figure]:
    """Let it wait, and look twice."""
    with tempfile.TemporaryDirectory(prefix="tray") as name, ExitStack() as stack:
        folder = Path(name)
        environment = _session(folder, stack)
        tray = stack.enter_context(_process(_command(folder), environment))
        bare = stack.enter_context(_process([sys.executable, "-c", YARDSTICK], environment))
        _live(folder, SETTLE_SECONDS)
        before = _switches(tray)
        _live(folder, MEASURE_SECONDS)
        switches = (_switches(tray) - before) * 60 / MEASURE_SECONDS
        pss, other = _pss(tray), _pss(bare)
    return [
        Figure("tray.pss", pss, PROMISED_MIB, 1.0, "MiB", "lower", "promised 30"),
        Figure("tray.pss_of_python", pss, other, 5.0, "MiB", "lower", "a bare CPython"),
        Figure("tray.wakeups", switches, 1.0, 1.0, "per minute", "lower", "promised 1"),
    ]


def _session(folder: Path, stack: ExitStack) -> dict[str, str]:
    address = f"unix:path={folder / 'bus'}"
    daemon = shutil.which("dbus-daemon") or "dbus-daemon"
    command = [daemon, "--session", "--nofork", "--nosyslog", f"--address={address}"]
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "XDG_DATA_DIRS": str(folder)}
    stack.enter_context(_process(command, environment))
    while not (folder / "bus").exists():
        time.sleep(0.05)  # noqa: TID251
    return {**environment, "DBUS_SESSION_BUS_ADDRESS": address, "XDG_RUNTIME_DIR": str(folder)}


def _command(folder: Path) -> list[str]:
    config = folder / "agent.toml"
    config.write_text(
        f'[server]\nurl = "https://127.0.0.1:9"\n[agent]\ndata_directory = "{folder}"\n'
    )
    return [sys.executable, "-m", "wfhagent", "tray", "--config", str(config)]


def _live(folder: Path, seconds: int) -> None:
    """Be an agent that runs: write the status every 30 s."""
    clock = SystemClock()
    until = clock.elapsed() + seconds
    while clock.elapsed() < until:
        write(folder, clock.now())
        time.sleep(min(30.0, max(0.0, until - clock.elapsed())))  # noqa: TID251


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        yield process.pid
        process.terminate()


def _pss(pid: int) -> float:
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
