"""A server for a benchmark: `wfhserver serve` in separate processes, on loopback."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def served(
    folder: Path, url: str, *, workers: int, program: Sequence[str] = ()
) -> Iterator[tuple[int, int]]:
    """Yield the process that the workers belong to, or the only one, and the port.

    *program* runs instead of `wfhserver serve`, with the port behind its name.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "WFHSERVER_DATA_DIRECTORY": str(folder / "data"),
        "WFHSERVER_DATABASE_URL": url,
    }
    command = [sys.executable, "-m", "wfhserver", "serve", "--port", f"{port}"]
    command += ["--workers", f"{workers}"]
    if program:
        command = [sys.executable, program[0], f"{port}", *program[1:]]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            while not _listens(port):
                if process.poll() is not None:
                    raise RuntimeError(f"{' '.join(command)} ended at once; run it to see why.")
                time.sleep(0.1)
            yield process.pid, port
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
