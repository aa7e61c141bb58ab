"""How long `wfhagent journal` takes for a month of data: the whole command.

The outbox holds 30 days around the clock (8,600 heartbeats) and two logs per working day with
screenshots of 100 kB. The baseline, `wfhagent --help`, starts the same program and loads as much.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from figures import Figure

from wfhagent.clock import SystemClock

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.journal.month import fill  # noqa: E402

ROUNDS = 5
PROMISED_SECONDS = 1.0


def figures() -> list[Figure]:
    """Run it several times, and take the median."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder / "outbox.sqlite3", now=SystemClock().now(), side=560)
        config = folder / "agent.toml"
        config.write_text(
            '[server]\nurl = "https://127.0.0.1:9"\n'
            f'[agent]\ndata_directory = "{folder}"\nkeyring = false\n'
            f'[plugins]\ndirectory = "{folder}/plugins"\n'
        )
        page = folder / "journal.html"
        command = ["journal", "--no-open", "--out", str(page), "--config", str(config)]
        made = _seconds(command)
        started = _seconds(["--help"])
        size = page.stat().st_size / 1e6
    note = f"a page of {size:.1f} MB; promised 1 s"
    return [
        Figure("journal.month", made, PROMISED_SECONDS, 1.0, "s", "lower", note),
        Figure("journal.of_start", made, started, 3.0, "s", "lower", "wfhagent --help"),
    ]


def _seconds(arguments: Sequence[str]) -> float:
    """Return the median time of the whole process."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "wfhagent", *arguments], check=True, stdout=subprocess.DEVNULL
        )
        times.append(time.perf_counter() - began)
    return sorted(times)[ROUNDS // 2]
