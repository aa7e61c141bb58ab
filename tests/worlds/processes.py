"""Ends a process that a test started."""

import subprocess
from typing import Any

GRACE_SECONDS = 20.0


def end(process: "subprocess.Popen[Any]") -> None:
    """Close the pipes to *process* and end it, at once if it does not by itself."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.terminate()
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(GRACE_SECONDS)
