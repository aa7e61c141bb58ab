"""A log file that is rotated, and that costs the agent nothing but lines when it cannot be."""

import contextlib
import logging
import logging.handlers
import os
import shutil
import sys
from io import TextIOWrapper
from pathlib import Path

from wfhagent.system.paths import KEPT_LOG_FILES
from wfhagent.system.private import refuse_foreign_link

MAX_BYTES = 1_000_000
MOST_BYTES = 4 * MAX_BYTES
"""Of a file that cannot be rotated, because other programs hold it and the one before it."""
TRY_AGAIN_BYTES = 50_000
"""How much is written before it is tried to rotate again."""


class BoundedLog(logging.handlers.RotatingFileHandler):
    """Rotates *file*. A full disk costs lines, reported once, and never the agent.

    Windows renames no file that another program has open. Then the lines go to the next file by a
    copy, and this one goes on from its beginning.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(
            file,
            maxBytes=MAX_BYTES,
            backupCount=KEPT_LOG_FILES,
            encoding="utf-8",
            errors="backslashreplace",
            delay=True,
        )
        self._failed = False

    def _open(self) -> TextIOWrapper:
        """Open the file, which only its owner may read, for the next line."""
        return open(
            self.baseFilename, "a", encoding=self.encoding, errors=self.errors, opener=_private
        )

    def emit(self, record: logging.LogRecord) -> None:
        """Write *record*, or say why it cannot be written."""
        self._leave_a_moved_file()
        super().emit(record)
        if self.stream is not None:
            # handleError leaves none behind.
            self._failed = False

    def doRollover(self) -> None:  # noqa: N802 -- of logging
        """Rotate, or go on in the same file where that cannot be done now."""
        try:
            super().doRollover()
        except OSError:
            size = os.stat(self.baseFilename).st_size  # noqa: PTH116
            if size >= MOST_BYTES:
                os.truncate(self.baseFilename, 0)
                size = 0
            self.maxBytes = max(MAX_BYTES, size + TRY_AGAIN_BYTES)
        else:
            self.maxBytes = MAX_BYTES

    def rotate(self, source: str, dest: str) -> None:
        """Rename *source* to *dest*; the log itself may be copied instead."""
        try:
            super().rotate(source, dest)
        except PermissionError:
            if source != self.baseFilename:
                raise
            with (
                open(source, "rb") as old,  # noqa: PTH123
                open(dest, "wb", opener=_private) as copy,
            ):
                shutil.copyfileobj(old, copy)
            os.truncate(source, 0)

    def _leave_a_moved_file(self) -> None:
        """Close the file when its name is that of another one, or of none: logrotate moved it."""
        if self.stream is None:
            return
        try:
            opened, named = os.fstat(self.stream.fileno()), os.stat(self.baseFilename)  # noqa: PTH116
        except FileNotFoundError:
            pass
        except (OSError, ValueError):
            # Nobody knows; writing on says so where that fails.
            return
        else:
            if (opened.st_dev, opened.st_ino) == (named.st_dev, named.st_ino):
                return
        stream, self.stream = self.stream, None
        with contextlib.suppress(OSError, ValueError):
            stream.close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, ARG002 -- of logging
        """Say the first of a row of failures, and open the file again for the next line."""
        error = sys.exc_info()[1]
        stream, self.stream = self.stream, None
        if stream is not None:
            # A file on a full disk cannot be closed either, and would stay closed for ever.
            with contextlib.suppress(OSError, ValueError):
                stream.close()
        if not self._failed and sys.stderr is not None:
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.write(f"wfhagent: {self.baseFilename} cannot be written: {error}\n")
        self._failed = True


def _private(path: str, flags: int) -> int:
    # A link of this user or of IT is one that is wanted.
    refuse_foreign_link(path)
    descriptor = os.open(path, flags, 0o600)
    if sys.platform != "win32":
        # One that an older version made is open to others.
        os.fchmod(descriptor, 0o600)
    return descriptor
