"""How long `make binary` takes: from nothing, and again after a change of one file.

From nothing means without what Nuitka and ccache remember of earlier builds, and with the compiler
to be installed again; pip may have it in its own cache. Both cores work for minutes. The files in
`build/` are then built from the current source.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from figures import Figure

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ("compiler", "nuitka", "standalone", "onefile")
CHANGED = ROOT / "src" / "wfhagent" / "status.py"
CHANGE = "\nBUILT_BY_BENCH = True\n"


def figures() -> list[Figure]:
    """Build the changed source from nothing, then what it was before."""
    with tempfile.TemporaryDirectory(prefix="wfhagent-bench-") as cache:
        environment = {**os.environ, "NUITKA_CACHE_DIR": cache, "CCACHE_DIR": f"{cache}/ccache"}
        for name in RESULTS:
            shutil.rmtree(ROOT / "build" / name, ignore_errors=True)
        with _changed():
            first = _build(environment)
        again = _build(environment)
    note = f"promised 8 min; {first.cpu:.0f} s of CPU"
    note_again = f"promised 3 min, one file changed; {again.cpu:.0f} s of CPU"
    return [
        Figure("build.from_nothing", first.seconds, 480, 1.0, "s", "lower", note),
        Figure("build.again", again.seconds, 180, 1.0, "s", "lower", note_again),
    ]


@contextmanager
def _changed() -> Iterator[None]:
    text = CHANGED.read_text(encoding="utf-8")
    try:
        CHANGED.write_text(text + CHANGE, encoding="utf-8")
        yield
    finally:
        CHANGED.write_text(text, encoding="utf-8")


class _Taken(NamedTuple):
    """What a build took; the CPU time says on a busy machine what it would take on another."""

    seconds: float
    cpu: float


def _build(environment: Mapping[str, str]) -> _Taken:
    before, cpu_before = time.perf_counter(), _cpu_of_children()
    done = subprocess.run(
        ["make", "binary"],
        cwd=ROOT,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"build: `make binary` failed:\n{done.stdout[-4000:]}")
    return _Taken(time.perf_counter() - before, _cpu_of_children() - cpu_before)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
