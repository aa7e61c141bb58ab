"""Which logs this user of the machine has taken, on record outside of any data folder.

An outbox that is deleted, and a second agent with a data folder of its own, take no third log. A
slot is claimed here before its log is taken, so a crash costs a log and never makes one too many.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from wfhagent.errors import FolderError, LedgerError, LockedError
from wfhagent.system.lock import hold
from wfhagent.system.private import replace_private

log = logging.getLogger(__name__)

NAME = "days.json"
TEST_LOGS = 3
"""So many test logs are taken within TEST_LOG_PERIOD, as the server takes them."""
TEST_LOG_PERIOD = timedelta(hours=24)
MOST_DAYS = 100
"""Days on record; a clock that is wrong may add some that never come."""
MOST_OUTBOXES = 20
LOCK_WAIT_SECONDS = 5.0


class Record(msgspec.Struct, kw_only=True, omit_defaults=True):
    """*days* has the outbox that took each slot of each workday, *tests* when test logs were taken.

    *outboxes* are those that had an answer from their server since this record began.
    """

    outboxes: list[int] = msgspec.field(default_factory=list)
    days: dict[str, dict[int, int]] = msgspec.field(default_factory=dict)
    tests: list[datetime] = msgspec.field(default_factory=list)


class SlotLedger:
    """The record in *file*, as the agent with *outbox* reads and writes it."""

    def __init__(self, file: Path, outbox: int) -> None:
        self.outbox = outbox
        self._file = file
        self._known: tuple[tuple[int, int], Record] | None = None

    def knows_outbox(self) -> bool:
        """Tell whether nothing was taken that neither this record nor the outbox knows of."""
        return self.outbox in self._read().outboxes

    def remember_outbox(self) -> None:
        """Note that the server has answered the agent with this outbox."""
        self._change(self._add_outbox)

    def taken(self, workday: date) -> Mapping[int, int]:
        """Return the slots of *workday* that are claimed, each with the outbox that did."""
        return self._read().days.get(workday.isoformat(), {})

    def claim(self, workday: date, slot: int) -> bool:
        """Claim *slot*, durably; false when another outbox has it.

        Raises:
            LedgerError: it cannot be written.
        """
        owner = self.outbox

        def add(record: Record) -> bool:
            day = record.days.setdefault(workday.isoformat(), {})
            return day.setdefault(slot, owner) == owner

        return self._change(add)

    def release(self, workday: date, slot: int) -> None:
        """Give up a claim of this outbox: no log was taken.

        Raises:
            LedgerError: it cannot be written.
        """

        def remove(record: Record) -> bool:
            day = record.days.get(workday.isoformat(), {})
            if day.get(slot) != self.outbox:
                return False
            del day[slot]
            return True

        self._change(remove)

    def tests_taken(self, now: datetime) -> int:
        """Return how many test logs were taken in the period before *now*."""
        return len(_recent(self._look().tests, now))

    def claim_test(self, now: datetime) -> bool:
        """Count a test log that is taken at *now*; false when it would be one too many.

        Raises:
            LedgerError: it cannot be written.
        """

        def add(record: Record) -> bool:
            record.tests = _recent(record.tests, now)
            if len(record.tests) >= TEST_LOGS:
                return False
            record.tests.append(now)
            return True

        return self._change(add)

    def _add_outbox(self, record: Record) -> bool:
        if self.outbox in record.outboxes:
            return False
        record.outboxes = [*record.outboxes, self.outbox][-MOST_OUTBOXES:]
        return True

    def _change(self, change: Callable[[Record], bool]) -> bool:
        """Write what *change* makes of the record if it returns true; return what it returned."""
        try:
            with hold(self._file.with_suffix(".lock"), wait_seconds=LOCK_WAIT_SECONDS):
                record = self._read()
                changed = change(record)
                if changed:
                    for day in list(record.days)[:-MOST_DAYS]:
                        del record.days[day]
                    replace_private(self._file, msgspec.json.encode(record))
        except (OSError, FolderError, LockedError) as error:
            raise LedgerError(
                f"{self._file} cannot be written: {error}".rstrip(".") + "."
            ) from error
        return changed

    def _look(self) -> Record:
        """Return the record, read again only when somebody has written it."""
        try:
            found = self._file.stat()
        except OSError:
            return Record()
        stamp = (found.st_mtime_ns, found.st_ino)
        if self._known is None or self._known[0] != stamp:
            self._known = (stamp, self._read())
        return self._known[1]

    def _read(self) -> Record:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Record)
        except FileNotFoundError:
            return Record()
        except (OSError, ValueError) as error:
            # As if it were deleted: no log is taken before the server has reported which it has.
            log.warning("%s cannot be read: %s", self._file, error)
            return Record()


def _recent(tests: list[datetime], now: datetime) -> list[datetime]:
    # Those from the future were counted by a clock that was wrong: they count until it was right.
    return [at for at in tests if abs(now - at) < TEST_LOG_PERIOD]
