"""Gives entries their true moment, as soon as the server's time is known.

Until then an agent dates by the laptop's clock, which may be a day ahead. A log keeps its slot if
that is free on its true day, else takes the other one; when both are taken it does not travel.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo

import msgspec

from wfhagent.clock import Clock
from wfhagent.errors import LedgerError
from wfhagent.outbox.entry import EntryKind, is_whole
from wfhagent.outbox.slot_ledger import SlotLedger
from wfhagent.outbox.store import Outbox
from wfhagent.outbox.undated import Dated, Undated
from wfhagent.payload import TEST_SLOT, DetailedLog, decode_heartbeat, decode_log, encode
from wfhagent.schedule.working_day import workday_of

log = logging.getLogger(__name__)

SLOTS = (1, 2)
SAME = timedelta(seconds=1)
"""A clock that was wrong by less was right."""
AHEAD = timedelta(minutes=2)
"""An entry from further in the future was dated by a clock that was wrong."""


class Dating:
    """Dates what waits in *outbox*; the *zone* is where the laptop is by then."""

    def __init__(
        self, outbox: Outbox, ledger: SlotLedger, clock: Clock, zone: Callable[[], tzinfo]
    ) -> None:
        self._outbox = outbox
        self._ledger = ledger
        self._clock = clock
        self._zone = zone

    def run(self) -> None:
        """Date everything; the clock has been set.

        Raises:
            sqlite3.OperationalError: the disk takes nothing.
        """
        now = self._clock.now()
        found = self._outbox.undated(now + AHEAD)
        if not found:
            return
        # The courier sets aside what the disk does not give back as it was.
        dated = [
            self._dated(each, self._true_moment(each, now))
            for each in found
            if is_whole(each.entry)
        ]
        wrong = [each for each in dated if abs(each.at - each.entry.created_at) > SAME]
        settled = self._with_slots(wrong)
        self._outbox.set_dates(settled, now=now, today=workday_of(now, self._zone()))
        self._release(settled)
        if wrong:
            log.info("The clock was wrong: %d entries got their true moment", len(wrong))

    def _true_moment(self, each: Undated, now: datetime) -> datetime:
        if each.elapsed is not None:
            return now - timedelta(seconds=self._clock.elapsed() - each.elapsed)
        # Of an earlier run it is only known that it was made before now, most likely by a clock
        # that was as wrong as it is today.
        return min(now, each.entry.created_at - (self._clock.skew() or timedelta(0)))

    def _dated(self, each: Undated, at: datetime) -> Dated:
        entry = each.entry
        if entry.kind is EntryKind.HEARTBEAT:
            heartbeat = msgspec.structs.replace(decode_heartbeat(entry.body), timestamp=at)
            return Dated(entry=entry, at=at, body=encode(heartbeat))
        detailed = decode_log(entry.body)
        workday = workday_of(at, self._zone())
        moved = msgspec.structs.replace(detailed, timestamp=at, workday=workday)
        keeps_slot = detailed.slot == TEST_SLOT or workday == detailed.workday
        before = None if keeps_slot else (detailed.workday, detailed.slot)
        return Dated(entry=entry, at=at, body=encode(moved), before=before)

    def _with_slots(self, dated: Sequence[Dated]) -> list[Dated]:
        """Return *dated* with a free slot for each log that has another day now."""
        taken: dict[date, set[int]] = {}
        freed = {each.before for each in dated}
        found = []
        for each in dated:
            if each.before is None:
                found.append(each)
                continue
            moved = decode_log(each.body)
            if moved.workday not in taken:
                slots = self._outbox.days.get(moved.workday).slots
                taken[moved.workday] = {s for s in slots if (moved.workday, s) not in freed}
            slot = self._free_slot(moved, taken[moved.workday])
            if slot is None:
                found.append(each)
                continue
            taken[moved.workday].add(slot)
            body = encode(msgspec.structs.replace(moved, slot=slot))
            found.append(replace(each, body=body, after=(moved.workday, slot)))
        return found

    def _free_slot(self, moved: DetailedLog, taken: Collection[int]) -> int | None:
        for slot in (moved.slot, *SLOTS):
            if slot not in taken and self._claim(moved.workday, slot):
                return slot
        return None

    def _claim(self, workday: date, slot: int) -> bool:
        try:
            return self._ledger.claim(workday, slot)
        except LedgerError as error:
            # The server still takes two a day and no more.
            log.warning("The claim of log %d is not on record: %s", slot, error)
            return True

    def _release(self, dated: Sequence[Dated]) -> None:
        kept = {each.after for each in dated}
        for each in dated:
            if each.before is None or each.before in kept:
                continue
            try:
                self._ledger.release(*each.before)
            except LedgerError as error:
                log.warning("Log %d stays claimed: %s", each.before[1], error)
