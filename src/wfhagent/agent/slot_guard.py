"""Whether a log may be taken: by what the outbox, this user's record and the server know."""

import logging
import sqlite3
from collections.abc import Collection, Iterable
from datetime import date, datetime

from wfhagent.errors import LedgerError
from wfhagent.outbox.days import Days
from wfhagent.outbox.memory_spill import is_unwritable
from wfhagent.outbox.slot_ledger import SlotLedger

log = logging.getLogger(__name__)


class SlotGuard:
    """Keeps the slots of the outbox's *days* in step with the *ledger* and with the server."""

    def __init__(self, days: Days, ledger: SlotLedger) -> None:
        self._days = days
        self._ledger = ledger
        self._looked_at: date | None = None
        self._is_known = False
        self._answered: date | None = None
        self._unsettled: frozenset[int] = frozenset()

    def may_draw(self, workday: date) -> bool:
        """Tell whether it is certain which logs of *workday* were taken.

        The server has reported them, or this user's record has been kept since the outbox was made.
        """
        self._look(workday)
        return self._is_known or self._answered == workday

    def unsettled(self, workday: date) -> Collection[int]:
        """Return the claimed slots of *workday* whose log this outbox does not have.

        A crash came between, or the outbox is an older copy: the server's answer settles it.
        """
        self._look(workday)
        return self._unsettled

    def learn(self, workday: date) -> None:
        """Fill the slots of *workday* that other outboxes of this user have taken."""
        self._fill(
            workday,
            (s for s, by in self._ledger.taken(workday).items() if by != self._ledger.outbox),
        )

    def answered(self, workday: date, slots: Collection[int] | None) -> None:
        """Note the server's answer about *workday*; *slots* is None when it does not say."""
        if self._answered == workday:
            return
        self._fill(workday, slots or ())
        self._look(workday)
        try:
            for slot in self._unsettled - frozenset(slots or ()):
                self._ledger.release(workday, slot)
            self._ledger.remember_outbox()
        except LedgerError as error:
            log.warning("Which logs were taken is not on record: %s", error)
        self._answered, self._unsettled = workday, frozenset()

    def claim(self, workday: date, slot: int) -> bool:
        """Claim *slot* before its log is taken; false when another agent of this user has it."""
        try:
            claimed = self._ledger.claim(workday, slot)
        except LedgerError as error:
            log.warning("The claim of log %d is not on record: %s", slot, error)
            # Then the server alone prevents a third one, so it must be there.
            return self._answered == workday
        if not claimed:
            self.learn(workday)
        return claimed

    def release(self, workday: date, slot: int) -> None:
        """Give up a claim whose log could not be taken."""
        try:
            self._ledger.release(workday, slot)
        except LedgerError as error:
            log.warning("Log %d stays claimed: %s", slot, error)

    def tests_taken(self, now: datetime) -> int:
        """Return how many test logs of this user were taken within 24 hours."""
        return self._ledger.tests_taken(now)

    def _look(self, workday: date) -> None:
        if self._looked_at == workday:
            return
        self._looked_at = workday
        self.learn(workday)
        self._is_known = self._ledger.knows_outbox()
        own = {s for s, by in self._ledger.taken(workday).items() if by == self._ledger.outbox}
        self._unsettled = frozenset(own - self._days.get(workday).slots)

    def _fill(self, workday: date, slots: Iterable[int]) -> None:
        for slot in slots:
            try:
                self._days.fill(workday, slot)
            except sqlite3.OperationalError as error:
                if not is_unwritable(error):
                    raise
                self._days.hold(workday, slot)
