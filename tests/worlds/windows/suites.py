"""Runs the tests of agent and plugins in Windows Python under Wine: `make test-windows`."""

import json
import subprocess
import sys
import threading
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.displays import virtual_display
from tests.worlds.windows.share import FOLDER
from tests.worlds.windows.wine import PYTHON, ROOT, Wine, cache, windows_path

from wfhagent.clock import SystemClock

PROCESSES = 3
"""More than cores: they wait for Wine to start processes."""
LIMIT_SECONDS = 1800.0
"""Against tests that hang; docs/development/windows-world.md says how long they take."""
TEST_LIMIT_SECONDS = 150
"""A test that takes longer ends its process, with the stack of each thread."""
WITHOUT_SYNC = "libeatmydata.so"
"""A library of Linux: no test waits until the disk has what it wrote."""
OPTIONS = (
    *("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "tests.worlds.windows.share"),
    *("--color=no", "--tb=short", "--durations=10", "-rfE"),
    *("-o", f"faulthandler_timeout={TEST_LIMIT_SECONDS}"),
)


def main(arguments: list[str]) -> int:
    """Run them, or those that *arguments* of pytest name; return 0 when none has failed."""
    clock = SystemClock()
    began = clock.elapsed()
    with virtual_display("1280x720") as (display, _), TemporaryDirectory() as folder:
        wine = Wine(cache(), display)
        try:
            count = 1 if arguments else PROCESSES
            ended = _run(wine, Path(folder), count, arguments or ["tests", "plugins"])
        finally:
            wine.end()
        return _report(Path(folder), ended, clock.elapsed() - began)


def _run(wine: Wine, folder: Path, count: int, arguments: list[str]) -> bool:
    """Run *count* processes to their ends, which they share by *folder*; tell whether all ended."""
    with ExitStack() as stack:
        processes = [
            wine.start(
                *(PYTHON, "-m", "pytest", *OPTIONS, "--basetemp", rf"C:\t{number}", *arguments),
                cwd=ROOT,
                **{FOLDER: windows_path(folder), "LD_PRELOAD": WITHOUT_SYNC},
            )
            for number in range(count)
        ]
        # Their ends close the pipes, also when a test has left a process behind.
        limit = threading.Timer(LIMIT_SECONDS, wine.end)
        limit.start()
        stack.callback(limit.cancel)
        readers = [threading.Thread(target=_print, args=(process,)) for process in processes]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        return all(process.wait() in {0, 1} for process in processes)


def _print(process: "subprocess.Popen[str]") -> None:
    """Print each line of *process*, whole: another one prints, too."""
    assert process.stdout is not None
    for line in process.stdout:
        sys.stdout.write(line)
        sys.stdout.flush()
    process.stdout.close()


def _report(folder: Path, ended: bool, seconds: float) -> int:
    """Print what has become of the tests, with the reasons of what was skipped."""
    results: dict[str, tuple[str, str]] = {}
    files: Counter[str] = Counter()
    for file in sorted(folder.glob("results-*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            test, outcome, reason, took = json.loads(line)
            results[test] = (outcome, reason)
            files[test.partition("::")[0]] += took
    counts = Counter(outcome for outcome, _ in results.values())
    reasons = Counter(reason for outcome, reason in results.values() if outcome == "skipped")
    bad = {test: outcome for test, (outcome, _) in results.items() if outcome not in GOOD}
    print(f"\nThe slowest files: {', '.join(f'{n} {s:.0f} s' for n, s in files.most_common(8))}")
    print(f"{counts['skipped']} skipped:")
    for reason, count in sorted(reasons.items()):
        print(f"{count:5} {reason}")
    for test, outcome in bad.items():
        print(f"{outcome}: {test}")
    if not ended:
        print("A process of the tests has not ended by itself.")
    print(
        f"{counts['passed']} passed, {counts['skipped']} skipped, {len(bad) or 'none'} failed "
        f"in {seconds:.0f} s under Wine"
    )
    return int(bool(bad) or not ended or not counts["passed"])


GOOD = frozenset({"passed", "skipped"})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
