"""The queue itself: entries go in durably and leave only on an answer."""

import logging
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from wfhagent.outbox import queue, undated
from wfhagent.outbox.bounds import Bounds
from wfhagent.outbox.counters import PLUGINS_REPORTED, SERVER_KEEPS
from wfhagent.outbox.drops import DropReason
from wfhagent.outbox.entry import SLOT_TAKEN, Entry, EntryKind, EntryState, Totals, slot_of
from wfhagent.outbox.schema import transaction
from wfhagent.outbox.spilling_file import SpillingFile
from wfhagent.outbox.trim import ANSWERED, QUEUED, USED_BYTES, drop, make_room
from wfhagent.outbox.undated import Dated, Undated
from wfhagent.payload import TEST_SLOT, DetailedLog, Heartbeat, encode
from wfhagent.plugin import Attachment

log = logging.getLogger(__name__)

DAYS_REMEMBERED = 60
"""Enough for the 20 working days that the draw looks back on, holidays included."""


class Outbox(SpillingFile):
    """The queue in an outbox's file. Every method that writes is one transaction."""

    # --- in ---------------------------------------------------------------------------------

    def add_heartbeat(self, heartbeat: Heartbeat, *, unset_at: float | None = None) -> int:
        """Store *heartbeat* with the next `seq` and return its entry id.

        *unset_at* are the elapsed seconds when an unset clock gave it its moment, as in `add_log`.
        The `seq` is the larger of the last one + 1 and the time in ms, so that a new outbox
        never repeats the numbers of a lost one. While the disk takes nothing it waits in memory.
        """
        try:
            # What was held goes first: the server takes numbers in their order only.
            self._settle()
            with transaction(self._db):
                seq = self._next_seq(heartbeat)
                self._counters.set("seq", seq)
                body = encode(msgspec.structs.replace(heartbeat, seq=seq))
                entry_id = queue.insert(self._db, EntryKind.HEARTBEAT, heartbeat, body, None)
                self.days.attach_missed(entry_id)
                self._note_undated(entry_id, unset_at)
        except sqlite3.OperationalError as error:
            self._cannot_write(error)
            log.warning("The disk takes no heartbeat (%s): it waits in memory", error)
            # Close to the last stored one, so that a restart can be sure to begin above it.
            seq = self._last_seq + 1
            entry_id = self._spill.hold(msgspec.structs.replace(heartbeat, seq=seq))
        self._last_seq = seq
        return entry_id

    def _next_seq(self, heartbeat: Heartbeat) -> int:
        last = max(self._last_seq, self._counters.get("seq"))
        return max(last + 1, int(heartbeat.timestamp.timestamp() * 1000))

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
            held = self._spill.hold_log(detailed, attachment)
            if held is None:
                raise
            log.warning("The disk takes no log (%s): it waits in memory", error)
            self.days.hold(detailed.workday, detailed.slot)
            return held

    # --- out --------------------------------------------------------------------------------

    def oldest(self) -> Entry | None:
        """Return the entry that has waited longest, without its attachment."""
        return queue.oldest(self._db, self._spill.source)

    def waiting(
        self, kind: EntryKind, *, username: str, hostname: str, limit: int
    ) -> Sequence[Entry]:
        """Return the entries of this user and host that wait, in order, at most *limit*."""
        return queue.waiting(
            self._db,
            self._spill.source,
            kind,
            username=username,
            hostname=hostname,
            limit=limit,
        )

    def mark_sent(self, entry_ids: Iterable[int], *, at: datetime, answer: str) -> None:
        """Remember that the server has confirmed these entries."""
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
        if self._spill.in_use:
            self._spill.note(ids, state, at, answer)
            self._try_to_settle()
            return
        try:
            with transaction(self._db):
                queue.answer(self._db, ids, state, at, answer)
        except sqlite3.OperationalError as error:
            self._cannot_write(error)
            self._spill.note(ids, state, at, answer)

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
                    reason=DropReason.TOO_OLD,
                )
            self.days.forget(
                days_before=today - timedelta(days=DAYS_REMEMBERED),
                missed_before=today - timedelta(days=bounds.keep_days),
            )
        make_room(self._db, self._counters, self.file, bounds, today=today)

    def totals(self) -> Totals:
        """Return the state of the outbox."""
        return queue.totals(self._db, self._spill.source, dropped=self._spill.dropped)

    def remember_retention(self, days: int) -> None:
        """Remember for how many days the server keeps data, as it says."""
        if self._counters.get(SERVER_KEEPS) != days:
            with transaction(self._db):
                self._counters.set(SERVER_KEEPS, days)

    def remember_plugins(self, number: int) -> None:
        """Remember of which plugins a heartbeat has the report, by a number of it."""
        with transaction(self._db):
            self._counters.set(PLUGINS_REPORTED, number)

    def plugins_reported(self) -> int:
        """Return the number of the plugins that were reported; 0 for none."""
        return self._counters.get(PLUGINS_REPORTED)

    def server_retention_days(self) -> int | None:
        """Return for how many days the server keeps data; None until it is known."""
        return self._counters.get(SERVER_KEEPS) or None

    def size_bytes(self) -> int:
        """Return how many bytes of the file hold something."""
        (size,) = self._db.execute(USED_BYTES).fetchone()
        return int(size)
