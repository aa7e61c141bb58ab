"""Days off, as the calendars know them: each is asked in a child process, and remembered."""

import logging
from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

from wfhagent.assembly import Assembly
from wfhagent.clock import Clock
from wfhagent.collect.cooldown import Cooldown
from wfhagent.collect.days_off import CalendarRequest, DaysOff, ask_calendar
from wfhagent.identity.questions import answers
from wfhagent.schedule.pause import Pause

log = logging.getLogger(__name__)

DAYS_AT_ONCE = 7


class DayOff(msgspec.Struct, frozen=True, kw_only=True):
    """Why a date is no working day, and which calendar says so."""

    calendar: str
    reason: str

    def __str__(self) -> str:
        return f"{self.reason} ({self.calendar})"


class Calendars:
    """Asks the calendars of *assembly*. One that fails knows no day off, and is asked again later.

    Attributes:
        failing: one sentence for each calendar that gave nothing when it was last asked.
    """

    def __init__(self, assembly: Assembly, clock: Clock) -> None:
        self.failing: dict[str, str] = {}
        self._assembly = assembly
        self._clock = clock
        self._cooldown = Cooldown()
        self._today: date | None = None
        self._known: dict[str, dict[date, str]] = {}

    def day_off(self, day: date, *, today: date) -> DayOff | None:
        """Return why *day* is no working day; None when no calendar says so.

        Calendars are asked again when *today* has changed: calendars may be edited.
        """
        if today != self._today:
            self._today, self._known = today, {}
        for name in self._assembly.catalog.calendars:
            reason = self._reason(name, day)
            if reason is not None:
                return DayOff(calendar=name, reason=reason)
        return None

    def week(self, name: str, first: date) -> Mapping[date, str]:
        """Return the days off of the calendar *name* among *first* and the six days after it.

        What it cannot tell is in `failing`.
        """
        return {day: reason for day, reason in self._ask(name, first).items() if reason}

    def pauses(self) -> Mapping[str, Pause]:
        """Return the calendars that are left alone now, by name."""
        return self._cooldown.pauses(self._clock.elapsed())

    def _reason(self, name: str, day: date) -> str | None:
        known = self._known.setdefault(name, {})
        if day not in known and not self._cooldown.reason(name, self._clock.elapsed()):
            known |= self._ask(name, day)
        return known.get(day) or None

    def _ask(self, name: str, first: date) -> Mapping[date, str]:
        """Return what the calendar says of *first* and the days after it; "" for a working day."""
        days = tuple(first + timedelta(days=number) for number in range(DAYS_AT_ONCE))
        found = self._days_off(name, days)
        if found.failure:
            log.warning("Calendar %s knows no days off now: %s", name, found.failure)
            self.failing[name] = found.failure
            self._cooldown.begin(name, found.failure, self._clock.elapsed())
            return {}
        self.failing.pop(name, None)
        return dict.fromkeys(days, "") | dict(found.reasons)

    def _days_off(self, name: str, days: tuple[date, ...]) -> DaysOff:
        assembly = self._assembly
        request = CalendarRequest(
            source=assembly.catalog.sources[name],
            calendar=name,
            table=msgspec.to_builtins(assembly.settings.plugin_tables.get(name, {})),
            config_file=str(assembly.settings.file),
            days=days,
        )
        return ask_calendar(
            request,
            program=assembly.program,
            limit_seconds=assembly.catalog.calendars[name].time_limit_seconds,
            reply=answers(request.table, assembly.read_keyring, None),
        )
