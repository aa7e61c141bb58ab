"""Why a log of a past day is missing. Pure."""

from datetime import datetime, timedelta

from wfhagent.messages import N_
from wfhagent.schedule.detailed import SLOTS
from wfhagent.schedule.working_day import Window

OFF_ALL_DAY = N_("off or asleep all day")
AWAKE_BRIEFLY = N_("awake for less than an hour")
NOT_TAKEN = N_("awake, but no log could be taken")
OFF_LATER = N_("off or asleep for the rest of the day")
_SHORT = timedelta(hours=1)


def missed_slots(
    window: Window | None,
    filled: frozenset[int],
    *,
    first_awake: datetime | None,
    last_awake: datetime | None,
    hindered: str = "",
) -> dict[int, str]:
    """Return the reason for each slot of a past day that has no log.

    *hindered* says what kept a log from being stored, if something did; on a day without a
    *window* it does.
    """
    missing = [slot for slot in SLOTS if slot not in filled]
    if hindered:
        reason = hindered
    elif first_awake is None or last_awake is None:
        reason = OFF_ALL_DAY
    elif last_awake - first_awake < _SHORT:
        reason = AWAKE_BRIEFLY
    elif window is None or window.end - last_awake < timedelta(minutes=15):
        reason = NOT_TAKEN
    else:
        reason = OFF_LATER
    return dict.fromkeys(missing, reason)
