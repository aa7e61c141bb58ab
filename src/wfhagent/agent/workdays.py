"""Joins the rule of the working days with what the outbox remembers of them."""

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, get_args

from msgspec import UNSET

from wfhagent.agent.slot_guard import SlotGuard
from wfhagent.collect.calendars import Calendars, DayOff
from wfhagent.messages import _
from wfhagent.messages.dates import weekday_name
from wfhagent.outbox.days import Days
from wfhagent.outbox.entry import Day
from wfhagent.outbox.memory_spill import is_unwritable, why_unwritable
from wfhagent.payload import MissedSlot
from wfhagent.schedule.detailed import DAYS_LOOKED_BACK, SLOTS, DetailedSchedule, Today
from wfhagent.schedule.ending import is_the_end
from wfhagent.schedule.missed import missed_slots
from wfhagent.schedule.rng import Random
from wfhagent.schedule.working_day import Window, WorkingDays, workday_of
from wfhagent.settings import DetailedLogSettings, Weekday
from wfhagent.system.zone import local_zone

_PARTLY = " for part of the day"
_NOTE_EVERY = timedelta(minutes=5)
_WEEKDAYS = {name: number for number, name in enumerate(get_args(Weekday))}
_MONDAY_TO_FRIDAY = frozenset(range(5))


class Workdays:
    """Which slots are due, and what became of past days."""

    def __init__(
        self,
        settings: DetailedLogSettings,
        days: Days,
        rng: Random,
        calendars: Calendars | None = None,
        *,
        held: Callable[[datetime], str] = lambda _now: "",
        slots: SlotGuard | None = None,
    ) -> None:
        """*held* says why no log may be taken at a moment, such as a notice not read yet.

        *slots* knows of logs that *days* does not; without it there are none.
        """
        self._slots = slots
        self._calendars = calendars
        self._held = held
        self._zone_name = settings.time_zone
        self._rule = WorkingDays(
            start=time.fromisoformat(settings.start),
            end=time.fromisoformat(settings.end),
            weekdays=frozenset(_WEEKDAYS[name] for name in settings.working_days),
        )
        self._days = days
        self._schedule = DetailedSchedule(rng)
        self._zone: tzinfo = local_zone(self._zone_name)
        self._windows: dict[date, Window | None] = {}
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

    def today(self, now: datetime) -> date:
        """Return the local date."""
        return workday_of(now, self._zone)

    def day_off(self, now: datetime) -> str:
        """Return why no logs are taken today, for people; empty on a working day."""
        workday = self.today(now)
        if self._window_by_rule(workday) is None:
            return _("{weekday} is not a working day").format(
                weekday=weekday_name(workday.weekday())
            )
        day_off = self._day_off(workday, today=workday)
        return "" if day_off is None else str(day_off)

    def described(self, now: datetime) -> dict[str, Any]:
        """Return for `health` which days are worked; nothing on a working day of a usual week.

        Why a day is off is for the person at this machine: it may be an illness.
        """
        described: dict[str, Any] = {}
        if self._rule.weekdays != _MONDAY_TO_FRIDAY:
            described["working_days"] = [name for name in _WEEKDAYS if self._works_on(name)]
        workday = self.today(now)
        if self._day_off(workday, today=workday) is not None:
            described["day_off"] = workday.isoformat()
        return described

    def _works_on(self, name: str) -> bool:
        return _WEEKDAYS[name] in self._rule.weekdays

    def outside_window(self, now: datetime) -> str:
        """Return that logs are taken at other hours, for people; empty within them."""
        window = self._window_by_rule(self.today(now))
        if window is None or window.holds(now):
            return ""
        return _("logs are taken from {start} to {end}").format(
            start=f"{self._rule.start:%H:%M}", end=f"{self._rule.end:%H:%M}"
        )

    def _day_off(self, workday: date, *, today: date) -> DayOff | None:
        return None if self._calendars is None else self._calendars.day_off(workday, today=today)

    def _window_by_rule(self, workday: date) -> Window | None:
        if workday not in self._windows:
            self._windows = {workday: self._rule.window(workday, self._zone)}
        return self._windows[workday]

    def _window(self, workday: date, *, today: date) -> Window | None:
        window = self._window_by_rule(workday)
        if window is None or self._day_off(workday, today=today) is not None:
            return None
        return window

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
        workday = self.today(now)
        window = self._window(workday, today=workday)
        inside = window is not None and window.holds(now)
        if self._noted is not None and self._noted[:2] == (workday, inside):
            if abs(now - self._noted[2]) < _NOTE_EVERY:
                return
            self._zone = local_zone(self._zone_name)
            # A zone without a name stays the same one, wherever the laptop is.
            self._windows.clear()
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
        self._hindered[self.today(now)] = reason
        self._schedule.postpone(now)

    def filled(self, now: datetime) -> None:
        """Note that a log was stored."""
        self._schedule.taken(now)

    def _describe(self, now: datetime) -> Today | None:
        workday = self.today(now)
        window = self._window(workday, today=workday)
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
        if self._ends is None or self._ends[:2] != (workday, self._zone):
            known = [
                self._carried_over(day.last_awake, workday)
                for day in self._days.before(workday, limit=DAYS_LOOKED_BACK)
                if day.last_awake is not None
            ]
            self._ends = (workday, self._zone, sorted(known))
        return self._ends[2]

    def _carried_over(self, moment: datetime, workday: date) -> datetime:
        """Return the same local time on *workday*."""
        local = moment.astimezone(self._zone)
        return datetime.combine(workday, local.time(), self._zone).astimezone(UTC)

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
        window = self._rule.window(day.workday, self._zone)
        if window is None:
            return {}
        hindered = self._hindered.pop(day.workday, "") or day.hindered
        day_off = self._day_off(day.workday, today=today)
        if day_off is not None:
            # The reason is for the person at this machine: it may be a holiday or an illness.
            hindered = f"no working day (calendar {day_off.calendar})"
        return missed_slots(
            window,
            day.slots,
            first_awake=day.first_awake,
            last_awake=day.last_awake,
            hindered=hindered,
        )
