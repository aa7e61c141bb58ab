"""`make bench [ONLY=name]`: compares every figure with its baseline; exits 1 on a SHORT one.

A module `bench_<group>.py` here, in `server/bench` or in a plugin's `bench` folder has a function
`figures() -> list[Figure]` whose names begin with `<group>.`; ONLY is a group or a whole name.
"""

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from figures import Figure, line_of

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "bench.json"


def modules(only: str) -> list[Path]:
    """Return the benchmark modules that may hold the figures called *only*; all for ""."""
    group = only.partition(".")[0]
    places = ("tests/bench", "server/bench", "plugins/*/bench")
    found = [file for place in places for file in sorted(ROOT.glob(f"{place}/bench_*.py"))]
    chosen = [file for file in found if group in {"", file.stem.removeprefix("bench_")}]
    if not chosen:
        known = ", ".join(file.stem.removeprefix("bench_") for file in found)
        sys.exit(f"There is no benchmark {only!r}; known are {known}.")
    return chosen


def measure(file: Path) -> list[Figure]:
    """Run one module and return its figures."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        sys.exit(f"{file} cannot be loaded.")
    sys.path.append(str(file.parent))  # Its helpers are in the same folder.
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    figures: list[Figure] = module.figures()
    return figures


def load_from_bytecode() -> None:
    """Let every measured Python load our modules as if they were installed.

    Where the environment forbids to write bytecode, each start would compile them again.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    places = [ROOT / "src", ROOT / "server" / "src", *ROOT.glob("plugins/*/src")]
    subprocess.run([sys.executable, "-m", "compileall", "-q", *map(str, places)], check=True)


def main() -> int:
    """Print one line per figure and write bench.json."""
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    load_from_bytecode()
    done: list[Figure] = []
    for file in modules(only):
        for figure in measure(file):
            if "." not in only or figure.name == only:
                done.append(figure)
                print(line_of(figure), flush=True)
    rows = [{**asdict(f), "ratio": f.ratio, "verdict": "ok" if f.is_ok else "SHORT"} for f in done]
    RESULT.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    return 0 if all(figure.is_ok for figure in done) else 1


if __name__ == "__main__":
    sys.exit(main())
