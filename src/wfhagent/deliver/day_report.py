"""What the server says of a workday in the answer to a heartbeat that asks. Pure."""

from dataclasses import dataclass
from datetime import date

from wfhagent.plugin import Delivery


@dataclass(frozen=True, kw_only=True, slots=True)
class DayReport:
    """The answer for *workday*; an older server says neither of the other two.

    *slots* are those that are taken, *retention_days* is how long the server keeps data.
    """

    workday: date
    slots: frozenset[int] | None
    retention_days: int | None


def report_of(delivery: Delivery, workday: date) -> DayReport:
    """Return what *delivery*, the answer to a heartbeat that asked for *workday*, says."""
    slots = delivery.body.get("slots_taken")
    days = delivery.body.get("retention_days")
    return DayReport(
        workday=workday,
        slots=frozenset(s for s in slots if s in (1, 2)) if isinstance(slots, list) else None,
        retention_days=days if isinstance(days, int) else None,
    )
