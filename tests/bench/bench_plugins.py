"""What drop-ins cost an agent that starts: with none, 10, 25 and 50, and with broken ones.

Each is a start of a real process, `wfhagent plugins` up to the list: settings, the installed
plugins, and the drop-ins. What was learned of a drop-in is remembered, so all but the first start
after a change only hash it. The icon starts up to the session bus, which is not there. Every figure
is the fastest of several; those that are compared take turns.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from figures import Figure

STARTS = 10
COUNTS = (0, 10, 25, 50)
SOME_BROKEN = (25, 25)
"""Good and broken ones, compared with 50 good."""
GOOD = """\
from wfhagent.plugin import Collector, Config, Fact, Personal, hookimpl

class One(Collector[Config]):
    name = "plugin{number}"
    facts = (Fact("value", "A number", "To measure", Personal.NO),)

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
    *good, broken, icon, icon_50 = _start_seconds()
    started = dict(zip(COUNTS, good, strict=True))
    new = {count: _first_start_seconds(count) - started[0] for count in (25, 50)}
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
            "25 good and 25 broken, compared with 50 good",
        ),
        Figure(
            "plugins.linear",
            new[50],
            new[25],
            2.5,
            "s",
            "lower",
            "what 50 new add to a start, compared with 25 new",
        ),
        Figure(
            "plugins.child",
            min(each),
            _bare_seconds(),
            8.0,
            "CPU s",
            "lower",
            "asking one drop-in, compared with CPython that does nothing",
        ),
        Figure("plugins.icon_50", icon_50, icon, 1.3, "s", "lower", "the icon, with none"),
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


def _start_seconds() -> list[float]:
    """Return the seconds of the fastest start: agents with COUNTS and with SOME_BROKEN, icons with
    none and with the most.
    """
    with ExitStack() as stack:
        laptops = [
            stack.enter_context(_laptop(good, broken))
            for good, broken in (*((count, 0) for count in COUNTS), SOME_BROKEN)
        ]
        agents = [[sys.executable, "-c", START, str(config)] for config in laptops]
        icons = [
            [sys.executable, "-m", "wfhagent", "tray", "--config", str(laptops[index])]
            for index in (0, COUNTS.index(max(COUNTS)))
        ]
        for command in agents:
            # The first runs fill the cache.
            for _ in range(3):
                _seconds(command)
        taken = [
            [*map(_seconds, agents), *(_seconds(icon, "session bus") for icon in icons)]
            for _ in range(STARTS)
        ]
        return [min(times) for times in zip(*taken, strict=True)]


def _first_start_seconds(good: int) -> float:
    """Return the seconds of the start that looks at *good* drop-ins for the first time."""
    with _laptop(good, 0) as config:
        return _seconds([sys.executable, "-c", START, str(config)])


def _seconds(command: Sequence[str], missing: str = "") -> float:
    """Return how long *command* takes, without a session bus; it fails for what is *missing*."""
    environment = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"}
    before = time.perf_counter()
    done = subprocess.run(command, check=False, stderr=subprocess.PIPE, env=environment)
    elapsed = time.perf_counter() - before
    errors = done.stderr.decode()
    if (done.returncode == 0) == bool(missing) or missing not in errors:
        sys.exit(f"plugins: {command} ended with {done.returncode}: {errors}")
    return elapsed


def _child_seconds() -> float:
    """Return the CPU seconds of one child that runs a drop-in."""
    with _laptop(1, 0) as config:
        _seconds([sys.executable, "-c", START, str(config)])
        ask = (
            "import sys, pathlib, resource; from wfhagent.assembly import assemble; "
            "from wfhagent.collect.runner import CollectorRunner; "
            "from wfhagent.clock import SystemClock; "
            "from wfhagent.plugin import Occasion; "
            "o = CollectorRunner(assemble(pathlib.Path(sys.argv[1]), {}), clock=SystemClock(), "
            "token=str); "
            "assert o.run(Occasion.DETAILED_LOG, only='plugin0').extra; "
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
