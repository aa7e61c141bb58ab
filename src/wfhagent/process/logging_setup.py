"""The agent's own log: bounded, rotated, without payloads."""

import contextlib
import logging
from pathlib import Path

from wfhagent.system.known_secrets import mask_secrets

LONGEST_LINE = 16_000
"""Characters of one message, traceback included: no single one may fill a file."""


def log_to_file(file: Path, level: str) -> None:
    """Write this process's log to *file*, at most 4 MB with the rotated ones."""
    with contextlib.suppress(OSError):
        # Where it cannot be made the handler says so, and the agent works without a log.
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    from wfhagent.process.bounded_log import BoundedLog  # noqa: PLC0415 -- the icon needs none

    _install(BoundedLog(file), level)


def log_to_stderr(level: str) -> None:
    """Write this process's log to standard error."""
    _install(logging.StreamHandler(), level)


def log_to_file_only() -> None:
    """Write no more to standard error: the system may keep that in a file that nobody bounds."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if type(handler) is logging.StreamHandler:
            root.removeHandler(handler)


class _ShortLines(logging.Formatter):
    """Cuts what a plugin or a library says at excessive length, and masks secrets in it."""

    def format(self, record: logging.LogRecord) -> str:
        text = mask_secrets(super().format(record))
        if len(text) <= LONGEST_LINE:
            return text
        return f"{text[:LONGEST_LINE]} … and {len(text) - LONGEST_LINE} more characters"


def _install(handler: logging.Handler, level: str) -> None:
    handler.setFormatter(_ShortLines("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.setLevel(level.upper())
    root.addHandler(handler)
    # httpx logs every request at INFO: 288 lines a day that say nothing.
    logging.getLogger("httpx").setLevel(logging.WARNING)
