"""The laws, and the ledger that they check."""

import itertools
import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

import msgspec
from tests.simulation.receiver import Numbered, ReceiverApp
from tests.simulation.world import World

from wfhagent.outbox.store import Outbox
from wfhagent.schedule.company_calendar import CompanyCalendar
from wfhagent.schedule.working_day import Window, WorkingDays, workday_of

RULE = WorkingDays(start=time(8), end=time(22), weekdays=frozenset(range(5)))
LONG_ENOUGH = timedelta(hours=1)
LATE = timedelta(seconds=30)
"""A screenshot takes up to so long, and heartbeats wait for it."""
SLOTS = {1, 2}


_HEARTBEAT = msgspec.json.Decoder(Numbered)


@dataclass
class Ledger:
    """What happened, as the world knows it, and the laws that were broken.

    Attributes:
        interval: between two heartbeats.
        heartbeats: when heartbeats were taken, since the machine woke up last.
        awake: how long the machine was awake in the window of each date.
        faults: the laws that were broken, each with its story.
        read_at: when a notice that has to be acknowledged is, in a life that has one.
    """

    story: str
    world: World
    receiver: ReceiverApp
    interval: timedelta
    heartbeats: list[datetime] = field(default_factory=list)
    awake: dict[date, timedelta] = field(default_factory=lambda: defaultdict(timedelta))
    stored: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    read_at: datetime | None = None
    days: int = 0
    exactly_two: int = 0
    _woke_at: datetime | None = None
    _seen_id: int = 0
    _waiting: dict[int, int] = field(default_factory=dict)

    def broken(self, law: str) -> None:
        """Note a broken law."""
        self.faults.append(f"{law} ({self.story})")

    # --- heartbeats -------------------------------------------------------------------------

    def wake(self) -> None:
        """The machine wakes up, or starts."""
        self._check_heartbeats()
        self.heartbeats.clear()
        self._woke_at = self.world.now

    def _check_heartbeats(self) -> None:
        for before, after in itertools.pairwise(self.heartbeats):
            if after - before > self.interval + LATE:
                self.broken(f"no heartbeat from {before} to {after}")

    def was_awake(self, start: datetime, end: datetime) -> None:
        """The machine was awake for this moment."""
        workday = workday_of(start, self.world.zone)
        window = _window(workday, self.world.zone)
        if window is not None:
            for opens, closes in self._parts(window):
                self.awake[workday] += max(min(end, closes) - max(start, opens), timedelta(0))

    def _parts(self, window: Window) -> list[tuple[datetime, datetime]]:
        """Return the parts of *window* in which the employee works, as the server knows it."""
        company = self.receiver.company
        return [(window.start, window.end)] if company is None else company.parts(window)

    def takes_log(self, now: datetime, zone: tzinfo, calendar: CompanyCalendar | None) -> None:
        """The agent takes a log when its clock shows *now*.

        *zone* is where it knows itself to be, *calendar* the one that it has.
        """
        window = RULE.window(workday_of(now, zone), zone)
        if window is None or not window.start <= now < window.end + LATE:
            self.broken(f"a log at {now}, outside the hours of agent.toml")
        if calendar is None or not calendar.covers_from <= now < calendar.covers_until:
            return
        if not any(each.start <= now < each.end + LATE for each in calendar.working_hours):
            self.broken(f"a log at {now}, outside the company's working hours")

    # --- what is stored, and what was reported of it --------------------------------------------

    def look(self, outbox: Outbox) -> None:
        """Look at what the agent recorded since the last look, and what it believes was sent."""
        database = outbox._db.connection  # type: ignore[attr-defined]
        for entry_id, body in database.execute(
            "SELECT id, body FROM entries WHERE kind = 'heartbeat' AND id > ? ORDER BY id",
            (self._seen_id,),
        ):
            self._seen_id = entry_id
            self._waiting[entry_id] = seq = _HEARTBEAT.decode(body).seq
            if seq in self.stored:
                self.broken(f"two heartbeats have the number {seq}")
            self.stored.add(seq)
        false = self._sent_since(database) - self.receiver.seqs
        if false:
            self.broken(f"{len(false)} heartbeats count as sent and never arrived")
        self._check_logs()

    def _sent_since(self, database: sqlite3.Connection) -> set[int]:
        """Return the numbers of the heartbeats that count as sent since the last look."""
        if not self._waiting:
            return set()
        oldest = next(iter(self._waiting))
        states = dict(database.execute("SELECT id, state FROM entries WHERE id >= ?", (oldest,)))
        answered = [each for each in self._waiting if states.get(each) != "queued"]
        return {
            seq
            for seq, state in [(self._waiting.pop(each), states.get(each)) for each in answered]
            if state == "sent"
        }

    def _check_logs(self) -> None:
        for workday, slots in self.receiver.logs.items():
            if len(slots) > len(set(slots)) or not set(slots) <= SLOTS:
                self.broken(f"{workday} has the logs {slots}")

    def close(self, outbox: Outbox) -> None:
        """Check what holds only at the end, when nothing waits any more."""
        self.look(outbox)
        self._check_heartbeats()
        lost = self.stored - self.receiver.seqs
        if len(lost) > outbox.totals().dropped_heartbeats:
            self.broken(f"{len(lost)} heartbeats are lost")
        if self.receiver.rows != len(self.receiver.seqs):
            self.broken(
                f"the server holds {self.receiver.rows} heartbeats of {len(self.receiver.seqs)}"
            )
        self._check_slots(outbox)
        self._count_days()

    def _check_slots(self, outbox: Outbox) -> None:
        """Every slot of a day that is over was sent, or is missed with a reason; never both."""
        database = outbox._db.connection  # type: ignore[attr-defined]
        for (text,) in database.execute("SELECT workday FROM days WHERE closed = 1"):
            if date.fromisoformat(text).weekday() not in RULE.weekdays:
                continue
            sent = set(self.receiver.logs.get(text, ()))
            missed = self.receiver.missed.get(text, {})
            if sent | set(missed) != SLOTS:
                self.broken(f"{text}: sent {sent}, missed {missed}, and the rest is unreported")
            is_held = self._is_held(date.fromisoformat(text))
            known = ("notice", "company calendar")
            if is_held and (
                sent or not all(any(word in why for word in known) for why in missed.values())
            ):
                self.broken(f"{text}: no notice was read, and sent {sent}, missed {missed}")
            if sent & set(missed):
                self.broken(f"{text}: sent {sent} and missed {missed}")

    def _is_held(self, workday: date) -> bool:
        """Tell whether no log may be taken on *workday*, on which the machine was awake."""
        window = _window(workday, self.world.zone)
        if self.read_at is None or window is None or not self.awake[workday]:
            return False
        # Travelers have other days than this; one more day does not count for the notice.
        return window.end + timedelta(days=1) < self.read_at

    def _count_days(self) -> None:
        today = workday_of(self.world.now.astimezone(UTC), self.world.zone)
        for workday, awake in self.awake.items():
            read = self.read_at is None or workday > self.read_at.date()
            if awake >= LONG_ENOUGH and workday < today and read:
                self.days += 1
                self.exactly_two += len(set(self.receiver.logs.get(f"{workday}", ()))) == 2


@cache
def _window(workday: date, zone: ZoneInfo) -> Window | None:
    return RULE.window(workday, zone)
