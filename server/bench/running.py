"""Programs of this folder that run during a measurement."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
Running = subprocess.Popen[str]


@contextmanager
def running(command: Sequence[str], lines: str = "") -> Iterator[Running | None]:
    """Run *command*, which reads *lines*, from its first line of output to the end of the block."""
    if not command:
        yield None
        return
    with subprocess.Popen(
        [sys.executable, str(HERE / command[0]), *command[1:]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError(f"{command[0]} has no pipes.")
        process.stdin.write(lines)
        process.stdin.close()
        process.stdout.readline()
        yield process
        process.kill()


def last_line(process: Running | None) -> str:
    """End *process* with SIGTERM; return the last line that it wrote."""
    if process is None or process.stdout is None:
        return ""
    process.terminate()
    lines = process.stdout.read().splitlines()
    return lines[-1] if lines else ""
