"""How long `make binary` takes: from nothing, and again after a change of one file.

From nothing means without what Nuitka and ccache remember of earlier builds, and with the compiler
to be installed anew; pip may have it in its own cache. Both cores work for minutes. What lies in
`build/` afterwards is built from the source as it is.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

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
            from_nothing = _build_seconds(environment)
        again = _build_seconds(environment)
    return [
        Figure("build.from_nothing", from_nothing, 480, 1.0, "s", "lower", "promised 8 min"),
        Figure("build.again", again, 180, 1.0, "s", "lower", "promised 3 min, one file changed"),
    ]


@contextmanager
def _changed() -> Iterator[None]:
    text = CHANGED.read_text(encoding="utf-8")
    try:
        CHANGED.write_text(text + CHANGE, encoding="utf-8")
        yield
    finally:
        CHANGED.write_text(text, encoding="utf-8")


def _build_seconds(environment: Mapping[str, str]) -> float:
    before = time.perf_counter()
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
    return time.perf_counter() - before
