"""Whether the logs that are still owed are taken when the session ends. Pure."""

from bisect import bisect_right
from datetime import datetime, timedelta

from wfhagent.schedule.detailed import DAYS_TO_KNOW, Today
from wfhagent.schedule.rng import Random

_COMES_BACK = timedelta(minutes=30)
_UNKNOWN = 0.5
_AT_LEAST = 0.3


def is_the_end(now: datetime, today: Today, *, powered_off: bool, rng: Random) -> bool:
    """Tell whether the machine, ending its session at *now*, is done for today as far as known.

    A shutdown counts as the end. A closed lid is mostly a coffee, and to take what is owed then
    every time would let its owner decide when logs are taken; so chance decides, with the share
    of the known days that were over by now, and never less than three times in ten. The figures
    are those with which the simulation keeps both promises: two logs, and spread over the day.
    """
    if not today.window.holds(now):
        return False
    if powered_off:
        return True
    if len(today.ends) < DAYS_TO_KNOW:
        over = _UNKNOWN
    else:
        over = bisect_right(today.ends, now + _COMES_BACK) / len(today.ends)
    return rng.random() < max(over, _AT_LEAST)
