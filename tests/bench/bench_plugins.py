"""What drop-ins cost an agent that starts: with none, 10, 25 and 50, and with broken ones.

Each is a start of a real process, `wfhagent plugins` up to the list: settings, the installed
plugins, and the drop-ins. What was learned of a drop-in is remembered, so all but the first start
after a change only hash it. Every figure is the fastest of several.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from figures import Figure

STARTS = 5
COUNTS = (0, 10, 25, 50)
GOOD = """\
from wfhagent.plugin import Collector, Config, Fact, hookimpl

class One(Collector[Config]):
    name = "plugin{number}"
    facts = (Fact("value", "A number", "To measure"),)

    def collect(self, context):
        return {{"value": {number}}}

@hookimpl
def register_collectors():
    return [One]
"""
BROKEN = (
    "1 / 0",
    "import os; os.abort()",
    "import sys; sys.exit(1)",
    "no Python",
    "x = bytes(2**30)",
)
START = (
    "import sys, pathlib; from wfhagent.assembly import assemble; "
    "assemble(pathlib.Path(sys.argv[1]), {})"
)


def figures() -> list[Figure]:
    """Start with each number of drop-ins, remembered and not."""
    started = {count: _start_seconds(count) for count in COUNTS}
    broken = _start_seconds(25, broken=25)
    new = {count: _start_seconds(count, remembered=False) - started[0] for count in (25, 50)}
    each = [_child_seconds() for _ in range(STARTS)]
    return [
        Figure("plugins.start_10", started[10], started[0], 1.2, "s", "lower", "with none"),
        Figure("plugins.start_25", started[25], started[0], 1.25, "s", "lower", "with none"),
        Figure("plugins.start_50", started[50], started[0], 1.3, "s", "lower", "with none"),
        Figure(
            "plugins.broken",
            broken,
            started[50],
            1.25,
            "s",
            "lower",
            "25 good and 25 broken beside 50 good",
        ),
        Figure(
            "plugins.linear",
            new[50],
            new[25],
            2.5,
            "s",
            "lower",
            "what 50 new add to a start, beside what 25 new add",
        ),
        Figure(
            "plugins.child",
            min(each),
            _bare_seconds(),
            8.0,
            "CPU s",
            "lower",
            "asking one drop-in beside CPython that does nothing",
        ),
    ]


@contextmanager
def _laptop(good: int, broken: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plugins = folder / "plugins"
        plugins.mkdir(mode=0o755)
        for number in range(good):
            _drop(plugins / f"plugin{number}.py", GOOD.format(number=number))
        for number in range(broken):
            _drop(plugins / f"broken{number}.py", BROKEN[number % len(BROKEN)])
        (folder / "agent.toml").write_text(
            '[server]\nurl = "https://127.0.0.1:9"\n'
            f'[agent]\ndata_directory = "{folder / "data"}"\nkeyring = false\n'
            f'[plugins]\ndirectory = "{plugins}"\n'
        )
        yield folder / "agent.toml"


def _drop(file: Path, source: str) -> None:
    file.write_text(source)
    file.chmod(0o644)


def _start_seconds(good: int, broken: int = 0, *, remembered: bool = True) -> float:
    """Return the seconds of the fastest start; the first ones learn what is to be remembered."""
    with _laptop(good, broken) as config:
        if not remembered:
            return _timed(config)
        for _ in range(3):
            _timed(config)
        return min(_timed(config) for _ in range(STARTS))


def _timed(config: Path) -> float:
    before = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", START, str(config)], check=True, stderr=subprocess.DEVNULL
    )
    return time.perf_counter() - before


def _child_seconds() -> float:
    """Return the CPU seconds of one child that asks a drop-in."""
    with _laptop(1, 0) as config:
        _timed(config)
        ask = (
            "import sys, pathlib, resource; from wfhagent.assembly import assemble; "
            "from wfhagent.observe import Observer; from wfhagent.clock import SystemClock; "
            "from wfhagent.plugin import Occasion; "
            "o = Observer(assemble(pathlib.Path(sys.argv[1]), {}), clock=SystemClock(), "
            "token=str); "
            "assert o.observe(Occasion.DETAILED_LOG, only='plugin0').extra; "
            "used = resource.getrusage(resource.RUSAGE_CHILDREN); "
            "print(used.ru_utime + used.ru_stime)"
        )
        done = subprocess.run(
            [sys.executable, "-c", ask, str(config)], check=True, capture_output=True, text=True
        )
        return float(done.stdout)


def _bare_seconds() -> float:
    """Return the CPU seconds of a Python that starts and ends."""
    spent = []
    for _ in range(STARTS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", "pass"], check=True, env=dict(os.environ))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(spent)
