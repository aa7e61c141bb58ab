"""What a collector says in its child process, to its log and by printing, for the agent's log."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from io import TextIOWrapper

from wfhagent.system.sentence import sentence

MOST_LINES = 20
_LONGEST_LINE = 1000


class CapturedOutput(logging.Handler):
    """Keeps the first lines that are written to a log: level and text."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(TypeError, ValueError):
            # What cannot be formatted is the plugin's mistake, and no failure of its facts.
            if len(self.lines) < MOST_LINES:
                self.lines.append((record.levelno, sentence(record.getMessage())))


@contextmanager
def capture_output(log: logging.Logger) -> Iterator[CapturedOutput]:
    """Give what is written to *log*, and printed, while this lasts."""
    captured = CapturedOutput()
    log.addHandler(captured)
    # The agent's own level decides what is shown.
    log.setLevel(logging.DEBUG)
    printed = _Printed(log, captured)
    with redirect_stdout(printed):
        yield captured
    printed.end()


class _Printed(TextIOWrapper):
    """Standard output, of which each line goes to a log, too, as long as that takes any."""

    def __init__(self, log: logging.Logger, captured: CapturedOutput) -> None:
        super().__init__(os.fdopen(os.dup(1), "wb"), "utf-8", "replace")
        self._log = log
        self._captured = captured
        self._line = ""

    def write(self, text: str) -> int:
        if len(self._captured.lines) < MOST_LINES:
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
