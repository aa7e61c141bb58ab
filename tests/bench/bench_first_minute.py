"""What a newcomer waits for after `make demo` in a new clone: a heartbeat, and the dashboard.

The clone is of the last commit. Its home is empty, so nothing was downloaded before; Python, make,
Node where the system has one, and the package registries are there. The network counts.
"""

import os
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from figures import Figure

ROOT = Path(__file__).resolve().parents[2]
LONGEST_SECONDS = 300
LOOK_SECONDS = 0.25
_URL = re.compile(r"^ +dashboard +(https://\S+)")
_SCRIPT = re.compile(r'src="(/assets/[^"]+\.js)"')


def figures() -> list[Figure]:
    """Type `make demo` once."""
    done = measure("HEAD")
    note = f"promised; {done.packages} Python packages, {done.megabytes:.0f} MB in all"
    return [
        Figure("first_minute.heartbeat", done.heartbeat, 30, 1.0, "s", "lower", note),
        Figure("first_minute.page", done.page, 45, 1.0, "s", "lower", "promised"),
    ]


@dataclass(slots=True)
class FirstMinute:
    """Seconds from the command to the heartbeat and to the page; what was installed for them."""

    started: float = field(default_factory=time.perf_counter)
    heartbeat: float = 0.0
    page: float = 0.0
    packages: int = 0
    megabytes: float = 0.0

    def now(self) -> float:
        """Return the seconds since the command."""
        return time.perf_counter() - self.started


def measure(commit: str) -> FirstMinute:
    """Clone *commit*, type `make demo`, and interrupt it when everything was seen."""
    with tempfile.TemporaryDirectory(prefix="wfhagent-first-") as name:
        clone, home = Path(name) / "wfhagent", Path(name) / "home"
        home.mkdir()
        # As root the demo runs PostgreSQL as another user, who has to get there.
        Path(name).chmod(0o711)
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        subprocess.run(["git", "-C", str(clone), "checkout", "-q", "--detach", commit], check=True)
        done = FirstMinute()
        with _demo(clone, home) as output:
            _watch(output, done)
        done.packages = len(list(clone.glob(".venv/lib/*/site-packages/*.dist-info")))
        modules = clone / "server/dashboard/node_modules"
        done.megabytes = sum(map(_bytes, (clone / ".venv", modules))) / 1e6
        return done


@contextmanager
def _demo(clone: Path, home: Path) -> Iterator[Iterator[str]]:
    process = subprocess.Popen(
        ["make", "demo", f"FOR={LONGEST_SECONDS}"],
        cwd=clone,
        env=_environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        yield iter(process.stdout)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        rest, _ = process.communicate()
        sys.stderr.write(rest)


def _environment(home: Path) -> Mapping[str, str]:
    """Return the environment of somebody who has set nothing and downloaded nothing."""
    ours = ("MAKE", "MFLAGS", "PYTHONDONT", "UV_", "XDG_", "VIRTUAL_ENV", "WFH", "npm_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "HOME": str(home), "PYTHONUNBUFFERED": "1"}


def _watch(output: Iterator[str], done: FirstMinute) -> None:
    page: threading.Thread | None = None
    for line in output:
        print(f"{done.now():6.1f}  {line}", end="", file=sys.stderr)
        if page is None and (found := _URL.match(line)):
            page = threading.Thread(target=_await_page, args=(found[1], done))
            page.start()
        if not done.heartbeat and line.startswith("  heartbeat"):
            done.heartbeat = done.now()
            break
    if page is None or not done.heartbeat:
        sys.exit("first_minute: `make demo` showed no heartbeat.")
    page.join()


def _await_page(url: str, done: FirstMinute) -> None:
    """Load the page and its program until both are there."""
    pause = threading.Event()
    while done.now() < LONGEST_SECONDS:
        try:
            if (script := _SCRIPT.search(_get(url))) and _get(url + script[1]):
                done.page = done.now()
                return
        except OSError:  # Not built yet.
            pass
        pause.wait(LOOK_SECONDS)
    sys.exit("first_minute: the dashboard was never there.")


def _get(url: str) -> str:
    # The demo has made the certificate itself.
    context = ssl._create_unverified_context()
    with urllib.request.urlopen(url, context=context, timeout=5) as answer:
        return str(answer.read().decode())


def _bytes(folder: Path) -> int:
    return sum(each.lstat().st_size for each in folder.rglob("*") if each.is_file())


if __name__ == "__main__":
    print(measure(sys.argv[1] if len(sys.argv) > 1 else "HEAD"))
