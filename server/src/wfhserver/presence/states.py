"""The state of an agent, derived from when it was last seen. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

import msgspec

from wfhserver.agent_versions import Version
from wfhserver.presence.plans import Plan
from wfhserver.presence.working_days import DayOff, day_off_of
from wfhserver.storage.interface import COPY_SHOWN_FOR

HEARTBEAT_INTERVAL: Final = timedelta(seconds=300)
# So many more heartbeats may be missed until a silent agent is called offline.
_MISSED_UNTIL_OFFLINE = 2
# A week off is usual; longer than that somebody should look.
LONG_SILENCE_DAYS = 5


class State(StrEnum):
    """What the moment of the last heartbeat says."""

    ONLINE = "online"
    OVERDUE = "overdue"
    OFFLINE = "offline"
    NEVER = "never"


class PresenceLimits(msgspec.Struct, frozen=True):
    """Seen since *online* is online, since *overdue* overdue, before that offline.

    An agent seen since *silent* has not been silent for long. A copy of an agent is reported when
    it was seen since *copied*. *today* is the date in *zone*, and *usual_rest* its day off for
    devices that work from Monday to Friday. *plans* are those of employees at *now*. An agent older
    than *minimum_version* is outdated.
    """

    now: datetime
    online: datetime
    overdue: datetime
    silent: datetime
    copied: datetime
    today: date
    zone: tzinfo
    usual_rest: DayOff | None
    plans: Mapping[int, Plan] = {}
    minimum_version: Version | None = None


# Looking a member up by its name takes longer than the comparison.
_ONLINE, _OVERDUE, _OFFLINE, _NEVER = State
_NONE = timedelta(0)


def limits(
    now: datetime,
    grace: timedelta,
    zone: tzinfo = UTC,
    *,
    minimum_version: Version | None = None,
) -> PresenceLimits:
    """Return the limits at *now*; *grace* is what a heartbeat may be late."""
    online = now - HEARTBEAT_INTERVAL - grace
    today = now.astimezone(zone).date()
    return PresenceLimits(
        now=now,
        online=online,
        overdue=online - _MISSED_UNTIL_OFFLINE * HEARTBEAT_INTERVAL,
        silent=now - timedelta(days=LONG_SILENCE_DAYS),
        copied=now - COPY_SHOWN_FOR,
        today=today,
        zone=zone,
        usual_rest=day_off_of(today, None, None),
        minimum_version=minimum_version,
    )


def state_of(
    last_seen: datetime | None, limits: PresenceLimits, interval: float | None = None
) -> State:
    """Return the state of an agent that was last seen at that moment.

    *interval* are the seconds between its heartbeats, where they are not the usual ones.
    """
    if last_seen is None:
        return _NEVER
    longer = _NONE if interval is None else timedelta(seconds=interval) - HEARTBEAT_INTERVAL
    if last_seen + longer >= limits.online:
        return _ONLINE
    missed = (_MISSED_UNTIL_OFFLINE + 1) * longer
    return _OVERDUE if last_seen + missed >= limits.overdue else _OFFLINE
