"""Runs the tests of agent and plugins in Windows Python under Wine: `make test-windows`."""

import sys
import threading

from tests.displays import virtual_display
from tests.worlds.windows.wine import PYTHON, ROOT, Wine, cache

LIMIT_SECONDS = 420.0
WORKERS = ("-n", "2", "--dist", "loadfile")


def main(arguments: list[str]) -> int:
    """Run them, or those that *arguments* of pytest name; return pytest's exit status."""
    with virtual_display("1280x720") as (display, _):
        wine = Wine(cache(), display)
        try:
            process = wine.start(
                PYTHON,
                *("-m", "pytest", "-p", "no:cacheprovider", "--basetemp", r"C:\t", "--color=no"),
                *(arguments or [*WORKERS, "tests", "plugins"]),
                cwd=ROOT,
            )
            # Its end closes the pipe, also when a test has left a process behind.
            limit = threading.Timer(LIMIT_SECONDS, wine.end)
            limit.start()
            assert process.stdout is not None
            for line in process.stdout:
                print(line, end="", flush=True)
            return process.wait()
        finally:
            limit.cancel()
            wine.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
