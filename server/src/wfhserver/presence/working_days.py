"""Which days a device works: Monday to Friday, unless its agent says otherwise. Pure."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

# As `[detailed_log] working_days` of the agent writes them, Monday first as in Python.
_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONDAY_TO_FRIDAY: Final = frozenset(range(5))
_SATURDAY: Final = 5
# Agents before `health.day_off` give this reason for the slots of a day off.
_OLD_REASON: Final = "no working day"


class DayOff(StrEnum):
    """Why no log is expected on a day."""

    WEEKEND = "weekend"
    DAY_OFF = "day_off"


def day_off_of(day: date, working_days: Any, day_off: Any) -> DayOff | None:
    """Return why a device takes no log on *day*; the others are what its agent says in `health`."""
    if day_off == day.isoformat():
        return DayOff.DAY_OFF
    if day.weekday() in weekdays_of(working_days):
        return None
    return DayOff.WEEKEND if day.weekday() >= _SATURDAY else DayOff.DAY_OFF


def is_day_off(reason: str | None) -> bool:
    """Tell whether an agent's reason for a missing log is that nobody worked."""
    return reason is not None and reason.startswith(_OLD_REASON)


def weekdays_of(value: Any) -> frozenset[int]:
    """Return the weekdays that an agent's `health.working_days` names; agents may say anything."""
    if not isinstance(value, list):
        return MONDAY_TO_FRIDAY
    named = frozenset(_NAMES.index(name) for name in value if name in _NAMES)
    return named or MONDAY_TO_FRIDAY


def working_days_between(after: date, before: date, weekdays: frozenset[int]) -> int:
    """Return how many working days lie between two days, neither of them included."""
    first = after + timedelta(days=1)
    weeks, rest = divmod(max(0, (before - first).days), 7)
    odd = sum((first + timedelta(days=n)).weekday() in weekdays for n in range(rest))
    return weeks * len(weekdays) + odd
