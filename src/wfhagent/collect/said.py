"""What a collector says in its child process, to its log and by printing, for the agent's log."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from io import TextIOWrapper

from wfhagent.collect.reading import sentence

MOST_LINES = 20
_LONGEST_LINE = 1000


class Said(logging.Handler):
    """Keeps the first lines that are written to a log: level and text."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(TypeError, ValueError):
            # What cannot be formatted is the plugin's mistake, and no failure of its facts.
            if len(self.kept) < MOST_LINES:
                self.kept.append((record.levelno, sentence(record.getMessage())))


@contextmanager
def heard(log: logging.Logger) -> Iterator[Said]:
    """Give what is written to *log*, and printed, while this lasts."""
    said = Said()
    log.addHandler(said)
    # The agent's own level decides what is shown.
    log.setLevel(logging.DEBUG)
    printed = _Printed(log, said)
    with redirect_stdout(printed):
        yield said
    printed.end()


class _Printed(TextIOWrapper):
    """Standard output, of which each line goes to a log, too, as long as that takes any."""

    def __init__(self, log: logging.Logger, said: Said) -> None:
        super().__init__(os.fdopen(os.dup(1), "wb"), "utf-8", "replace")
        self._log = log
        self._said = said
        self._line = ""

    def write(self, text: str) -> int:
        if len(self._said.kept) < MOST_LINES:
            *lines, self._line = (self._line + text[:_LONGEST_LINE]).split("\n")
            for line in lines:
                self._say(line)
        return super().write(text)

    def end(self) -> None:
        """Say what has no end of line."""
        self._say(self._line)
        self.flush()

    def _say(self, line: str) -> None:
        if line.strip():
            self._log.info("printed: %s", line)
