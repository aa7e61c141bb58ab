"""How long `make binary` takes: from nothing, and again after a change of one file.

Both builds lie in a folder of their own, with empty caches of the C compiler and of Nuitka. The
changed file is a copy of one of the agent's modules that goes before the repository's. Installing
the compiler itself (`build/compiler`) is not in it. The machine's load is: it is noted beside.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from figures import Figure

ROOT = Path(__file__).resolve().parents[2]
COMPILER = ROOT / "build" / "compiler"
BUILD = """
import pathlib, sys
import build_binary
folder = pathlib.Path(sys.argv[1])
build_binary.WORK = folder / "nuitka"
build_binary.STANDALONE = folder / "standalone"
build_binary.ONEFILE = folder / "onefile"
build_binary.main()
"""
CHANGED = "agent.py"


def figures() -> list[Figure]:
    """Build twice; both must give a program that starts."""
    if not COMPILER.is_dir():
        sys.exit(f"The figures build.* need {COMPILER}: run `make binary` first.")
    with tempfile.TemporaryDirectory(prefix="wfhagent-build-") as name:
        folder = Path(name)
        # First on the path of the compiler, which looks into its own folder before all others.
        copy = folder / "nuitka" / "wfhagent"
        shutil.copytree(
            ROOT / "src" / "wfhagent", copy, ignore=shutil.ignore_patterns("__pycache__")
        )
        from_nothing = _build(folder)
        with (copy / CHANGED).open("a", encoding="utf-8") as module:
            module.write('\nCHANGED = "by the benchmark"\n')
        again = _build(folder)
        program = (folder / "standalone" / "wfhagent").read_bytes()
        if b"by the benchmark" not in program:
            sys.exit("build: the changed module is not in the second build.")
    load = f"load {os.getloadavg()[2]:.1f} on {os.cpu_count()} cores"
    return [
        Figure("build.from_nothing", from_nothing, 480, 1.0, "s", "lower", f"promised 480; {load}"),
        Figure("build.again", again, 180, 1.0, "s", "lower", f"promised 180; {load}"),
    ]


def _build(folder: Path) -> float:
    caches = {"CCACHE_DIR": str(folder / "ccache"), "NUITKA_CACHE_DIR": str(folder / "cache")}
    path = os.pathsep.join([str(ROOT / "packaging"), str(COMPILER)])
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)],
        env={**os.environ, **caches, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"build: it failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - started
