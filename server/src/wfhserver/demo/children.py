"""Programs that the demo starts, and ends again in any case."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_GRACE_SECONDS = 20.0


@contextmanager
def terminal(types: str) -> Iterator[int]:
    """Yield the standard input of a program in a terminal where somebody *types* an answer."""
    keyboard, screen = os.openpty()
    try:
        os.write(keyboard, types.encode())
        yield screen
    finally:
        os.close(keyboard)
        os.close(screen)


class Watched:
    """A child that nobody expects to end before the demo does."""

    def __init__(self, process: subprocess.Popen[bytes], journal: Path) -> None:
        self._process = process
        self._journal = journal
        self._seen = False

    def why_it_ended(self) -> str | None:
        """Return the last line that it printed, once after it has ended; None otherwise."""
        if self._seen or self._process.poll() is None:
            return None
        self._seen = True
        lines = self._journal.read_text("utf-8", "replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), f"see {self._journal}")


@contextmanager
def child(
    command: Sequence[str],
    *,
    journal: Path,
    environment: Mapping[str, str],
    stdin: int = subprocess.DEVNULL,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run *command* until the end of the block; what it prints goes to *journal*."""
    with journal.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 -- the project's own programs
            command,
            stdin=stdin,
            stdout=output,
            stderr=output,
            env=dict(environment),
            # Ctrl-C is for the demo, which ends its children in their order.
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
