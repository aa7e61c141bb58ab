"""Joins the working time of days with what the outbox remembers of them."""

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from msgspec import UNSET

from wfhagent.agent.slot_guard import SlotGuard
from wfhagent.agent.working_time import WorkingTime
from wfhagent.outbox.days import Days
from wfhagent.outbox.entry import Day
from wfhagent.outbox.memory_spill import is_unwritable, why_unwritable
from wfhagent.payload import MissedSlot
from wfhagent.schedule.detailed import DAYS_LOOKED_BACK, SLOTS, DetailedSchedule, Today
from wfhagent.schedule.ending import is_the_end
from wfhagent.schedule.missed import missed_slots
from wfhagent.schedule.rng import Random
from wfhagent.status import COMPANY_CALENDAR

_PARTLY = " for part of the day"
_NOTE_EVERY = timedelta(minutes=5)


class Workdays:
    """Which slots are due, and what became of past days."""

    def __init__(
        self,
        working_time: WorkingTime,
        days: Days,
        rng: Random,
        *,
        held: Callable[[datetime], str] = lambda _now: "",
        slots: SlotGuard | None = None,
    ) -> None:
        """*held* says why no log may be taken at a moment, such as a notice not read yet.

        *slots* knows of logs that *days* does not; without it there are none.
        """
        self._slots = slots
        self._held = held
        self._working_time = working_time
        self._days = days
        self._schedule = DetailedSchedule(rng)
        self._rng = rng
        self._started_at: datetime | None = None
        self._noted: tuple[date, bool, datetime] | None = None
        self._closed_before: date | None = None
        self._ends: tuple[date, tzinfo, Sequence[datetime]] | None = None
        self._hindered: dict[date, str] = {}

    @property
    def next_log_at(self) -> datetime | None:
        """The drawn time of the next log; None when nothing is to come today."""
        return self._schedule.next_at

    def note_awake(self, now: datetime, *, trusted: bool) -> None:
        """Remember that the machine is awake, and close the days that are over.

        Called at every look at the clock; writes when a window opens and every few minutes.
        Also notices a laptop that has travelled into another zone. A clock that the server has
        not set right yet is not *trusted*: it closes no day, and gets some minutes to be set
        before it is believed at all.
        """
        if self._started_at is None:
            self._started_at = now
        if not trusted and abs(now - self._started_at) < _NOTE_EVERY:
            return
        workday = self._working_time.today(now)
        window = self._working_time.window(workday, today=workday)
        inside = window is not None and window.holds(now)
        if self._noted is not None and self._noted[:2] == (workday, inside):
            if abs(now - self._noted[2]) < _NOTE_EVERY:
                return
            self._working_time.find_zone()
        self._noted = (workday, inside, now)
        try:
            if inside:
                self._days.record_awake(workday, now)
            if trusted:
                self._close_days_before(workday)
        except sqlite3.OperationalError as error:
            if not is_unwritable(error):
                raise
            self._hindered[workday] = why_unwritable(error)

    def _close_days_before(self, today: date) -> None:
        """Work out what was missed on the days since the last one that was closed."""
        if self._closed_before == today:
            return
        # A day of which a full disk kept nothing is remembered here only.
        oldest = self._days.oldest_open(today) or min(self._hindered, default=None)
        while oldest is not None and oldest < today:
            if self._slots is not None:
                self._slots.learn(oldest)
            self._close(self._days.get(oldest), today)
            oldest += timedelta(days=1)
        self._closed_before = today

    def due_slot(self, now: datetime) -> int | None:
        """Return the slot whose log is to be taken now."""
        return self._schedule.due_slot(now, self._describe(now))

    def owed_at_end(self, now: datetime, *, powered_off: bool) -> Sequence[int]:
        """Return the slots whose logs are to be taken because the session ends now."""
        today = self._describe(now)
        if today is None or not is_the_end(now, today, powered_off=powered_off, rng=self._rng):
            return []
        return [slot for slot in SLOTS if slot not in today.filled]

    def postpone(self, now: datetime, reason: str) -> None:
        """Try a log that could not be stored again later; *reason* is reported if it never can."""
        self._hindered[self._working_time.today(now)] = reason
        self._schedule.postpone(now)

    def filled(self, now: datetime) -> None:
        """Note that a log was stored."""
        self._schedule.taken(now)

    def _describe(self, now: datetime) -> Today | None:
        workday = self._working_time.today(now)
        window = self._working_time.window(workday, today=workday)
        if window is None or now >= window.end:
            return None
        day = self._days.get(workday)
        if day.closed:
            # Who flies against the sun lives a day twice: what was missed in it is reported.
            return None
        if self._hold_back(day, now):
            return None
        unsettled: Collection[int] = ()
        if self._slots is not None:
            if not self._slots.may_draw(workday):
                return None
            unsettled = self._slots.unsettled(workday)
            day = self._days.get(workday)
        return Today(
            workday=workday,
            window=window,
            filled=day.slots.union(unsettled) if unsettled else day.slots,
            ends=self._known_ends(workday),
        )

    def _hold_back(self, day: Day, now: datetime) -> bool:
        """Tell whether no log may be taken now, and remember why for the reasons of the day."""
        reason = self._held(now)
        if not reason:
            if not day.hindered or _PARTLY in day.hindered:
                return False
            reason = f"{day.hindered}{_PARTLY}"
        if day.hindered != reason:
            self._hinder(day.workday, reason)
        return _PARTLY not in reason

    def _hinder(self, workday: date, reason: str) -> None:
        try:
            self._days.hinder(workday, reason)
        except sqlite3.OperationalError as error:
            if not is_unwritable(error):
                raise
            self._hindered[workday] = reason

    def _known_ends(self, workday: date) -> Sequence[datetime]:
        """Return when the last days ended, carried over to *workday* and in order.

        They change once a day.
        """
        zone = self._working_time.zone
        if self._ends is None or self._ends[:2] != (workday, zone):
            known = [
                self._carried_over(day.last_awake, workday)
                for day in self._days.before(workday, limit=DAYS_LOOKED_BACK)
                if day.last_awake is not None
            ]
            self._ends = (workday, zone, sorted(known))
        return self._ends[2]

    def _carried_over(self, moment: datetime, workday: date) -> datetime:
        """Return the same local time on *workday*."""
        zone = self._working_time.zone
        local = moment.astimezone(zone)
        return datetime.combine(workday, local.time(), zone).astimezone(UTC)

    def _close(self, day: Day, today: date) -> None:
        reasons = self._missed(day, today)
        self._days.close(
            day.workday,
            [
                MissedSlot(
                    workday=day.workday,
                    slot=slot,
                    reason=reason,
                    awake_from=day.first_awake or UNSET,
                    awake_until=day.last_awake or UNSET,
                )
                for slot, reason in reasons.items()
            ],
        )

    def _missed(self, day: Day, today: date) -> Mapping[int, str]:
        """Return why each slot of *day* that has no log is empty."""
        if not self._working_time.is_workday_by_rule(day.workday):
            return {}
        hindered = self._hindered.pop(day.workday, "") or day.hindered
        day_off = self._working_time.day_off(day.workday, today=today)
        if day_off is not None:
            # The reason is for the person at this machine: it may be a holiday or an illness.
            name = day_off.calendar
            calendar = name if name == COMPANY_CALENDAR else f"calendar {name}"
            hindered = f"no working day ({calendar})"
        window = self._working_time.window(day.workday, today=today)
        return missed_slots(
            window,
            day.slots,
            first_awake=day.first_awake,
            last_awake=day.last_awake,
            hindered=hindered,
        )
