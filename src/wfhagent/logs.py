"""The agent's own log: bounded, rotated, without payloads."""

import logging
import logging.handlers
from pathlib import Path

MAX_BYTES = 1_000_000
KEPT_FILES = 3


def log_to_file(file: Path, level: str) -> None:
    """Write this process's log to *file*, at most 4 MB with the rotated ones."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        file, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True
    )
    _install(handler, level)


def log_to_stderr(level: str) -> None:
    """Write this process's log to standard error."""
    _install(logging.StreamHandler(), level)


def _install(handler: logging.Handler, level: str) -> None:
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.setLevel(level.upper())
    root.addHandler(handler)
    # httpx logs every request at INFO: 288 lines a day that say nothing.
    logging.getLogger("httpx").setLevel(logging.WARNING)
