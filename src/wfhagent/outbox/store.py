"""The queue itself: entries go in durably and leave only on an answer."""

import logging
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from wfhagent.errors import OutboxError
from wfhagent.outbox import queue, undated
from wfhagent.outbox.bounds import Bounds
from wfhagent.outbox.counters import SERVER_KEEPS, Counters
from wfhagent.outbox.damage import Opened, has_room, open_or_begin_anew
from wfhagent.outbox.days import Days
from wfhagent.outbox.entry import SLOT_TAKEN, Entry, EntryKind, EntryState, Totals, slot_of
from wfhagent.outbox.losses import Loss, note_loss
from wfhagent.outbox.reserve import MOST_HELD, Reserve, is_unwritable, why_unwritable
from wfhagent.outbox.schema import Sharing, connect, transaction
from wfhagent.outbox.trim import ANSWERED, QUEUED, USED_BYTES, drop, make_room
from wfhagent.outbox.undated import Dated, Undated
from wfhagent.payload import TEST_SLOT, DetailedLog, Heartbeat, encode
from wfhagent.plugin import Attachment

log = logging.getLogger(__name__)

DAYS_REMEMBERED = 60
"""Enough for the 20 working days that the draw looks back on, holidays included."""


class Outbox:
    """The outbox in *file*; one thread uses it. Every method that writes is one transaction.

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
            opened = open_or_begin_anew(file, now) if alone else Opened(connect(file))
        except (sqlite3.DatabaseError, OSError) as error:
            raise OutboxError(f"{file}: the outbox cannot be opened: {error}.") from error
        self._db, self.set_aside, self._sharing = opened
        self.unwritable = ""
        self.days = Days(self._db)
        self._reserve = Reserve(self._db)
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
        if self._sharing is not Sharing.NONE or self._reserve.in_use:
            return False
        return has_room(self.file.parent)

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

    def close(self) -> None:
        """Close the file; entries stay."""
        self._db.close()

    # --- in ---------------------------------------------------------------------------------

    def add_heartbeat(self, beat: Heartbeat, *, unset_at: float | None = None) -> int:
        """Store *beat* with the next `seq` and return its entry id.

        *unset_at* are the elapsed seconds when an unset clock gave it its moment, as in `add_log`.
        The `seq` is the larger of the last one + 1 and the time in ms, so that a new outbox
        never repeats the numbers of a lost one. While the disk takes nothing it waits in memory.
        """
        try:
            # What was held goes first: the server takes numbers in their order only.
            self._settle()
            with transaction(self._db):
                seq = self._next_seq(beat)
                self._counters.set("seq", seq)
                body = encode(msgspec.structs.replace(beat, seq=seq))
                entry_id = queue.insert(self._db, EntryKind.HEARTBEAT, beat, body, None)
                self.days.attach_missed(entry_id)
                self._note_undated(entry_id, unset_at)
        except sqlite3.OperationalError as error:
            self._cannot_write(error)
            log.warning("The disk takes no heartbeat (%s): it waits in memory", error)
            # Close to the last stored one, so that a restart can be sure to begin above it.
            seq = self._last_seq + 1
            entry_id = self._reserve.hold(msgspec.structs.replace(beat, seq=seq))
        self._last_seq = seq
        return entry_id

    def _next_seq(self, beat: Heartbeat) -> int:
        last = max(self._last_seq, self._counters.get("seq"))
        return max(last + 1, int(beat.timestamp.timestamp() * 1000))

    def _note_undated(self, entry_id: int, unset_at: float | None) -> None:
        if unset_at is not None:
            undated.note(self._db, entry_id, run=self._run, elapsed=unset_at)

    def add_log(
        self,
        detailed: DetailedLog,
        attachment: Attachment | None,
        *,
        unset_at: float | None = None,
    ) -> int | None:
        """Store *detailed* and fill its slot in one transaction; return the entry id.

        Returns None, and stores nothing, when the slot of that workday is already filled. While
        the disk takes nothing, log and slot wait in memory; a test log is refused.

        Raises:
            sqlite3.OperationalError: the disk takes nothing, and neither does memory.
        """
        try:
            self._settle()
            with transaction(self._db):
                if detailed.slot != TEST_SLOT and not self.days.fill(
                    detailed.workday, detailed.slot
                ):
                    return None
                body = encode(detailed)
                entry_id = queue.insert(self._db, EntryKind.LOG, detailed, body, attachment)
                self._note_undated(entry_id, unset_at)
                return entry_id
        except sqlite3.OperationalError as error:
            if detailed.slot == TEST_SLOT:
                raise
            self._cannot_write(error)
            if detailed.slot in self.days.get(detailed.workday).slots:
                return None
            held = self._reserve.hold_log(detailed, attachment)
            if held is None:
                raise
            log.warning("The disk takes no log (%s): it waits in memory", error)
            self.days.hold(detailed.workday, detailed.slot)
            return held

    # --- out --------------------------------------------------------------------------------

    def oldest(self) -> Entry | None:
        """Return the entry that has waited longest, without its attachment."""
        return queue.oldest(self._db, self._reserve.source)

    def waiting(
        self, kind: EntryKind, *, username: str, hostname: str, limit: int
    ) -> Sequence[Entry]:
        """Return the entries of this user and host that wait, in order, at most *limit*."""
        return queue.waiting(
            self._db,
            self._reserve.source,
            kind,
            username=username,
            hostname=hostname,
            limit=limit,
        )

    def mark_sent(self, entry_ids: Iterable[int], *, at: datetime, answer: str) -> None:
        """Remember that the server said it holds these entries."""
        self._answer(entry_ids, EntryState.SENT, at, answer)

    def mark_slot_taken(self, entry_ids: Iterable[int], *, at: datetime) -> None:
        """Set aside logs that the server did not store: others have their slots."""
        self._answer(entry_ids, EntryState.REFUSED, at, SLOT_TAKEN)

    def refuse(
        self, entry: Entry, *, at: datetime, answer: str, why: str = "refused by the server"
    ) -> None:
        """Set aside an entry that the server will never take; it stays and is counted.

        The slot of a refused log is reported as missed, with *why* and *answer* as its reason.
        """
        missing = slot_of(entry) if entry.kind is EntryKind.LOG else None
        if missing is not None:
            # Before the answer: if the disk takes neither, the entry is sent and refused again.
            self.days.miss(*missing, f"{why}: {answer}"[:200])
        self._answer([entry.id], EntryState.REFUSED, at, answer)

    def _answer(
        self, entry_ids: Iterable[int], state: EntryState, at: datetime, answer: str
    ) -> None:
        ids = list(entry_ids)
        if self._reserve.in_use:
            self._reserve.note(ids, state, at, answer)
            self._try_to_settle()
            return
        try:
            with transaction(self._db):
                queue.answer(self._db, ids, state, at, answer)
        except sqlite3.OperationalError as error:
            self._cannot_write(error)
            self._reserve.note(ids, state, at, answer)

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
        if not self._reserve.in_use:
            return
        with transaction(self._db):
            self._reserve.settle()
            self.days.settle()
            self._counters.set("seq", max(self._last_seq, self._counters.get("seq")))
            self._note_lost_from_memory()
        self._reserve.clear()
        self.days.clear()
        self.unwritable = ""
        log.info("The disk takes entries again: what waited in memory is stored")

    def _note_lost_from_memory(self) -> None:
        count, at = self._reserve.dropped, self._reserve.dropped_at
        if at is not None:
            self._counters.add("dropped_heartbeats", count)
            note_loss(
                self._db,
                at.date(),
                kind=EntryKind.HEARTBEAT,
                state=EntryState.QUEUED,
                reason=Loss.DISK_FULL,
                count=count,
            )

    def undated(self, now: datetime) -> Sequence[Undated]:
        """Return what waits and was dated by an unset clock, or is dated later than *now*."""
        return undated.waiting(self._db, run=self._run, now=now)

    def set_dates(self, dated: Sequence[Dated], *, now: datetime, today: date) -> None:
        """Give entries their true moments and slots, in one transaction."""
        with transaction(self._db):
            undated.set_dates(self._db, self.days, dated, now=now)
            self.days.forget_after(today)

    def state(self, entry_id: int) -> tuple[EntryState, str] | None:
        """Return what became of an entry, and the answer; None when it is gone."""
        row = self._db.execute(
            "SELECT state, coalesce(answer, '') FROM entries WHERE id = ?", (entry_id,)
        ).fetchone()
        return None if row is None else (EntryState(row[0]), row[1])

    # --- bounds -----------------------------------------------------------------------------

    def trim(self, bounds: Bounds, *, now: datetime, today: date) -> None:
        """Drop what is older than the bounds allow, and what no longer fits."""
        self._try_to_settle()
        oldest_kept = now - timedelta(days=bounds.keep_days)
        with transaction(self._db):
            for which in (ANSWERED, QUEUED):
                drop(
                    self._db,
                    self._counters,
                    f"{which} AND created_at < ?",
                    oldest_kept.timestamp(),
                    today=today,
                    reason=Loss.TOO_OLD,
                )
            self.days.forget(
                days_before=today - timedelta(days=DAYS_REMEMBERED),
                missed_before=today - timedelta(days=bounds.keep_days),
            )
        make_room(self._db, self._counters, self.file, bounds, today=today)

    def totals(self) -> Totals:
        """Return how the outbox stands."""
        return queue.totals(self._db, self._reserve.source, dropped=self._reserve.dropped)

    def remember_retention(self, days: int) -> None:
        """Remember for how many days the server keeps data, as it says."""
        if self._counters.get(SERVER_KEEPS) != days:
            with transaction(self._db):
                self._counters.set(SERVER_KEEPS, days)

    def server_retention_days(self) -> int | None:
        """Return for how many days the server keeps data; None until it has said so."""
        return self._counters.get(SERVER_KEEPS) or None

    def size_bytes(self) -> int:
        """Return how many bytes of the file hold something."""
        (size,) = self._db.execute(USED_BYTES).fetchone()
        return int(size)
