"""Which part of a day is working time: agent.toml, the calendars here and the company's."""

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, get_args

from wfhagent.collect.calendars import DAYS_AT_ONCE, Calendars, DayOff
from wfhagent.messages import _
from wfhagent.messages.dates import weekday_name
from wfhagent.schedule.company_calendar import CompanyCalendar
from wfhagent.schedule.working_day import Span, Window, WorkingDays, workday_of
from wfhagent.settings import DetailedLogSettings, Weekday
from wfhagent.status import COMPANY_CALENDAR, ComingDayOff
from wfhagent.system.zone import local_zone

DAYS_AHEAD = 14
"""A silence that ends later than that has no known end."""
_WEEKDAYS = {name: number for number, name in enumerate(get_args(Weekday))}
_MONDAY_TO_FRIDAY = frozenset(range(5))
_DAY = timedelta(days=1)


class WorkingTime:
    """The working time of each day: what agent.toml allows, less what a calendar takes away.

    Attributes:
        zone: the time zone of this device, or the one that agent.toml names.
    """

    def __init__(
        self,
        settings: DetailedLogSettings,
        calendars: Calendars | None = None,
        *,
        only_in_working_hours: bool = False,
    ) -> None:
        """With *only_in_working_hours* nothing at all is collected or sent at other times."""
        self._calendars = calendars
        self._company: CompanyCalendar | None = None
        self._only = only_in_working_hours
        self._zone_name = settings.time_zone
        self._rule = WorkingDays(
            start=time.fromisoformat(settings.start),
            end=time.fromisoformat(settings.end),
            weekdays=frozenset(_WEEKDAYS[name] for name in settings.working_days),
        )
        self.zone: tzinfo = local_zone(self._zone_name)
        # By day: what agent.toml allows, and what the company's calendar leaves of it.
        self._windows: dict[date, tuple[Window | None, Window | None]] = {}

    def use(self, company: CompanyCalendar | None) -> None:
        """Take what the server knows of the employee's working hours; None when it knows none."""
        self._company = company
        self._windows.clear()

    def find_zone(self) -> None:
        """Look where this device is: a laptop travels."""
        self.zone = local_zone(self._zone_name)
        # A zone without a name stays the same one, wherever the laptop is.
        self._windows.clear()

    def today(self, now: datetime) -> date:
        """Return the local date."""
        return workday_of(now, self.zone)

    def window(self, workday: date, *, today: date) -> Window | None:
        """Return the working time of *workday*; None on a day off."""
        window = self._windows_of(workday)[1]
        if window is None or self._day_off_here(workday, today=today) is not None:
            return None
        return window

    def is_workday_by_rule(self, workday: date) -> bool:
        """Tell whether agent.toml calls *workday* a working day."""
        return self._windows_of(workday)[0] is not None

    def _windows_of(self, workday: date) -> tuple[Window | None, Window | None]:
        if workday not in self._windows:
            if len(self._windows) > DAYS_AHEAD:
                self._windows.clear()
            rule = left = self._rule.window(workday, self.zone)
            if rule is not None and self._company is not None:
                left = self._company.narrow(rule)
            self._windows[workday] = rule, left
        return self._windows[workday]

    def day_off(self, workday: date, *, today: date) -> DayOff | None:
        """Return which calendar makes a day off of a working day of agent.toml, and why."""
        rule, left = self._windows_of(workday)
        if rule is None:
            return None
        found = self._day_off_here(workday, today=today)
        return (
            DayOff(calendar=COMPANY_CALENDAR, reason="")
            if found is None and left is None
            else found
        )

    def _day_off_here(self, workday: date, *, today: date) -> DayOff | None:
        return None if self._calendars is None else self._calendars.day_off(workday, today=today)

    def rests(self, now: datetime) -> bool:
        """Tell whether nothing is collected or sent at *now*, because it is no working time."""
        if not self._is_silent_outside():
            return False
        workday = self.today(now)
        window = self.window(workday, today=workday)
        return window is None or not window.holds(now)

    def _is_silent_outside(self) -> bool:
        return self._only or (self._company is not None and self._company.only_in_working_hours)

    def next_silence(self, now: datetime) -> tuple[datetime, datetime | None] | None:
        """Return from when until when nothing will be sent, as far as known; None if it always is.

        The end is None when it is more than two weeks away.
        """
        if not self._is_silent_outside():
            return None
        today = self.today(now)
        windows = [self.window(today + number * _DAY, today=today) for number in range(DAYS_AHEAD)]
        parts = [part for window in windows if window is not None for part in parts_of(window)]
        begins = next((end for start, end in parts if start <= now < end), now)
        return begins, next((start for start, _end in parts if start >= begins), None)

    def why_off(self, now: datetime) -> str:
        """Return why no logs are taken today, for people; empty on a working day."""
        workday = self.today(now)
        if not self.is_workday_by_rule(workday):
            return _("{weekday} is not a working day").format(
                weekday=weekday_name(workday.weekday())
            )
        found = self.day_off(workday, today=workday)
        if found is None:
            return ""
        if found.calendar == COMPANY_CALENDAR:
            return _("a day off in your company's calendar")
        return str(found)

    def why_outside(self, now: datetime) -> str:
        """Return that logs are taken at other hours, for people; empty within them."""
        workday = self.today(now)
        window = self.window(workday, today=workday)
        if window is None or window.holds(now):
            return ""
        hours = ", ".join(self._in_words(part) for part in parts_of(window))
        if window == self._windows_of(workday)[0]:
            return _("logs are taken from {hours}").format(hours=hours)
        return _("logs are taken from {hours} (company calendar)").format(hours=hours)

    def _in_words(self, part: Span) -> str:
        start, end = (moment.astimezone(self.zone) for moment in part)
        return _("{start} to {end}").format(start=f"{start:%H:%M}", end=f"{end:%H:%M}")

    def coming_days_off(self, now: datetime) -> tuple[ComingDayOff, ...]:
        """Return the days off that calendars name, among today and the six days after it."""
        today = self.today(now)
        found = {
            day: self.day_off(day, today=today)
            for day in (today + number * _DAY for number in range(DAYS_AT_ONCE))
        }
        return tuple(
            ComingDayOff(day=day, calendar=off.calendar)
            for day, off in found.items()
            if off is not None
        )

    def described(self, now: datetime) -> dict[str, Any]:
        """Return for `health` which days are worked; nothing on a working day of a usual week.

        Why a day is off is for the person at this machine: it may be an illness.
        """
        described: dict[str, Any] = {}
        if self._rule.weekdays != _MONDAY_TO_FRIDAY:
            described["working_days"] = [name for name in _WEEKDAYS if self._works_on(name)]
        workday = self.today(now)
        if self._day_off_here(workday, today=workday) is not None:
            described["day_off"] = workday.isoformat()
        silence = self.next_silence(now)
        if silence is not None:
            begins, ends = silence
            described["silent"] = {"from": begins, "until": ends} if ends else {"from": begins}
        return described

    def _works_on(self, name: str) -> bool:
        return _WEEKDAYS[name] in self._rule.weekdays


def parts_of(window: Window) -> list[Span]:
    """Return the parts of *window* between its gaps."""
    edges = [window.start, *(moment for gap in window.gaps for moment in gap), window.end]
    return list(zip(edges[::2], edges[1::2], strict=True))
