"""The file of the outbox, and what waits in memory while its disk takes nothing."""

import logging
import secrets
import sqlite3
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from wfhagent.errors import OutboxError
from wfhagent.outbox.counters import Counters
from wfhagent.outbox.damage import Opened, has_room, open_or_begin_again
from wfhagent.outbox.days import Days
from wfhagent.outbox.drops import DropReason, note_drop
from wfhagent.outbox.entry import EntryKind, EntryState
from wfhagent.outbox.memory_spill import MOST_HELD, MemorySpill, is_unwritable, why_unwritable
from wfhagent.outbox.schema import Sharing, connect, transaction

log = logging.getLogger(__name__)


class SpillingFile:
    """The outbox in *file*; one thread uses it.

    Attributes:
        days: what is remembered of each working day.
        number: tells this outbox from any other, also from one that took its place.
        set_aside: where a damaged file was moved when this one was opened.
        unwritable: why entries wait in memory, for people; empty when none do.
    """

    def __init__(self, file: Path, *, now: datetime, alone: bool = True) -> None:
        """Open *file*, or begin a new one and set a damaged one aside.

        Who is not *alone* sets nothing aside: another process works with the file.

        Raises:
            OutboxError: the file cannot be opened.
        """
        self.file = file
        try:
            opened = open_or_begin_again(file, now) if alone else Opened(connect(file))
        except (sqlite3.DatabaseError, OSError) as error:
            raise OutboxError(f"{file}: the outbox cannot be opened: {error}.") from error
        self._db, self.set_aside, self._sharing = opened
        self.unwritable = ""
        self.days = Days(self._db)
        self._spill = MemorySpill(self._db)
        self._counters = Counters(self._db)
        self.number = self._own_number()
        self._run = secrets.randbits(62)
        # Numbers above the last stored one may have been sent from memory before a power cut.
        stored = self._counters.get("seq")
        self._last_seq = stored + MOST_HELD if stored else 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def has_room_again(self) -> bool:
        """Whether it was opened on a full disk, and would be opened as usual now."""
        if self._sharing is not Sharing.NONE or self._spill.in_use:
            return False
        return has_room(self.file.parent)

    def close(self) -> None:
        """Close the file; entries stay."""
        self._db.close()

    def _own_number(self) -> int:
        number = self._counters.get("outbox")
        if not number:
            number = secrets.randbits(62) + 1
            try:
                with transaction(self._db):
                    self._counters.set("outbox", number)
            except sqlite3.OperationalError as error:
                # Without it the next start takes this outbox for another one: a log less.
                if not is_unwritable(error):
                    raise
        return number

    def _try_to_settle(self) -> None:
        """Write to the disk what waits in memory, if that is possible."""
        try:
            self._settle()
        except sqlite3.OperationalError as error:
            self._cannot_write(error)

    def _cannot_write(self, error: sqlite3.OperationalError) -> None:
        """Note why entries wait in memory; raise *error* again if waiting does not help."""
        if not is_unwritable(error):
            raise error
        self.unwritable = why_unwritable(error)

    def _settle(self) -> None:
        if not self._spill.in_use:
            return
        with transaction(self._db):
            self._spill.settle()
            self.days.settle()
            self._counters.set("seq", max(self._last_seq, self._counters.get("seq")))
            self._note_lost_from_memory()
        self._spill.clear()
        self.days.clear()
        self.unwritable = ""
        log.info("The disk takes entries again: what waited in memory is stored")

    def _note_lost_from_memory(self) -> None:
        count, at = self._spill.dropped, self._spill.dropped_at
        if at is not None:
            self._counters.add("dropped_heartbeats", count)
            note_drop(
                self._db,
                at.date(),
                kind=EntryKind.HEARTBEAT,
                state=EntryState.QUEUED,
                reason=DropReason.DISK_FULL,
                count=count,
            )
