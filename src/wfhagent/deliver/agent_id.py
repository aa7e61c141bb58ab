"""The number under which this device enrolls as a new agent, until it is enrolled."""

import logging
import os
from pathlib import Path
from uuid import UUID, uuid4

from wfhagent.system.private import open_private

log = logging.getLogger(__name__)


class NewAgentId:
    """Keeps the number in *file*, so that an enrollment comes again as the same agent.

    It may wait for approval, or its answer may be lost on the way.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._kept: UUID | None = None

    def get(self) -> UUID:
        """Return the number, a new one after `drop`; it survives a restart if the disk takes it."""
        if self._kept is None:
            self._kept = self._read() or self._make()
        return self._kept

    def drop(self) -> None:
        """Have `get` make another number: this one belongs to an agent."""
        self._kept = None
        try:
            self._file.unlink(missing_ok=True)
        except OSError as error:
            log.warning("%s: cannot be removed: %s", self._file, error)

    def _read(self) -> UUID | None:
        try:
            return UUID(self._file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def _make(self) -> UUID:
        made = uuid4()
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = open_private(self._file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            with os.fdopen(handle, "w", encoding="ascii") as stream:
                stream.write(str(made))
        except OSError as error:
            log.warning("%s: cannot be written: %s", self._file, error)
        return made
