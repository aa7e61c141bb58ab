"""Why a log of a past day is missing. Pure."""

from datetime import datetime, timedelta, tzinfo

from wfhagent.schedule.detailed import SLOTS
from wfhagent.schedule.working_day import Window

_SHORT = timedelta(hours=1)


def missed_slots(
    window: Window,
    filled: frozenset[int],
    *,
    first_awake: datetime | None,
    last_awake: datetime | None,
    zone: tzinfo,
    hindered: str = "",
) -> dict[int, str]:
    """Return the reason for each slot of a past day that has no log, in local times.

    *hindered* says what kept a log from being stored, if something did.
    """
    missing = [slot for slot in SLOTS if slot not in filled]
    if hindered:
        reason = hindered
    elif first_awake is None or last_awake is None:
        reason = "off or asleep all day"
    else:
        start, end = (f"{moment.astimezone(zone):%H:%M}" for moment in (first_awake, last_awake))
        if last_awake - first_awake < _SHORT:
            reason = f"awake from {start} to {end} only"
        elif window.end - last_awake < timedelta(minutes=15):
            reason = f"awake from {start} to {end}, but no log could be taken"
        else:
            reason = f"off or asleep from {end}"
    return dict.fromkeys(missing, reason)
