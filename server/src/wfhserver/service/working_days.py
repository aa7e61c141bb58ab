"""Which days a device works: Monday to Friday, unless its agent says otherwise. Pure."""

from datetime import date, timedelta
from typing import Any, Final

# As `[detailed_log] working_days` of the agent writes them, Monday first as in Python.
_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONDAY_TO_FRIDAY: Final = frozenset(range(5))


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
