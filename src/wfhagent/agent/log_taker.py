"""Takes a detailed log: claims its slots, asks the collectors once, and stores what they gave."""

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from wfhagent.agent.names import names_from
from wfhagent.agent.parts import Parts
from wfhagent.collect.gather import CollectedFacts
from wfhagent.collect.payload_builder import make_log
from wfhagent.errors import PluginError
from wfhagent.payload import Names
from wfhagent.plugin import Occasion

log = logging.getLogger(__name__)


class LogTaker:
    """Takes logs with *parts*, under *known_names* where no collector gives any.

    Attributes:
        failing: a sentence for each plugin that did not do its part for the last log.
    """

    def __init__(self, parts: Parts, known_names: Callable[[], Names | None]) -> None:
        self._parts = parts
        self._known_names = known_names
        self.failing: Mapping[str, str] = {}

    def take(
        self, now: datetime, slots: Sequence[int], *, unset_at: float | None, hurry: bool = False
    ) -> None:
        """Ask once, and store a log for each of *slots* that nobody else has claimed.

        *unset_at* are the elapsed seconds while no server has set the clock. *hurry* is that of
        `CollectorRunner.run`.
        """
        parts = self._parts
        workday = parts.working_time.today(now)
        claimed = [slot for slot in slots if parts.slots.claim(workday, slot)]
        if not claimed:
            if not parts.outbox.days.get(workday).slots.issuperset(slots):
                parts.workdays.postpone(now, "no record of it could be written")
            return
        try:
            facts = parts.runner.run(Occasion.DETAILED_LOG, hurry=hurry)
            self._store(facts, now, workday, claimed, unset_at)
        except (PluginError, sqlite3.Error, OSError):
            stored = parts.outbox.days.get(workday).slots
            for slot in claimed:
                if slot not in stored:
                    parts.slots.release(workday, slot)
            raise

    def _store(
        self,
        facts: CollectedFacts,
        now: datetime,
        workday: date,
        slots: Sequence[int],
        unset_at: float | None,
    ) -> None:
        parts = self._parts
        self.failing = facts.failures
        names = names_from(facts, self._known_names())
        for slot in slots:
            record = make_log(facts, names, now=now, workday=workday, slot=slot)
            try:
                stored = parts.outbox.add_log(record.log, record.screenshot, unset_at=unset_at)
            except sqlite3.Error as error:
                parts.workdays.postpone(now, f"it could not be stored: {error}")
                raise
            if stored is None:
                log.error("Slot %d of %s was already filled; this log is dropped", slot, workday)
                continue
            parts.workdays.filled(now)
            log.info("Took log %d of %s", slot, workday)
