"""The whole company as values: people, their days, and how their machines stand now. Pure."""

import uuid
from datetime import date, datetime, timedelta
from random import Random  # noqa: TID251 -- made here from the seed, and nowhere else
from typing import Any, Final

import msgspec

from wfhserver.sample.days import AwakePeriod, SampleDay, day_of
from wfhserver.sample.people import Person, people

_AWAY_TODAY = 0.12
# These stopped ten minutes ago, this one has yet to send anything, and this one's clock is wrong.
_OVERDUE, _NEVER, _SKEWED = (3, 17), 29, 11
# Nothing has come from this one for so many days, longer than any weekend.
SILENT: Final = 26
_SILENT_DAYS: Final = 5
_WRONG_SECONDS = 184.0
# These have seen the company's notice and have not confirmed that they have read it.
_UNREAD = (2, 19, 33)
_READ_AFTER = timedelta(minutes=7)
_TROUBLE: dict[int, dict[str, Any]] = {
    7: {"failing": {"screenshot": "The portal of the desktop did not answer within 10 s."}},
    21: {"dropped_heartbeats": 12},
}


class Plan(msgspec.Struct, frozen=True):
    """How large the company is; *days* before today, which is always a working day."""

    seed: int = 7
    people: int = 40
    days: int = 30


class SampleDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A person's laptop, its days, and its last report."""

    person: Person
    agent_uuid: uuid.UUID
    days: list[SampleDay]
    heartbeats: list[datetime]
    skew_seconds: float
    health: dict[str, Any]

    @property
    def last_seen(self) -> datetime | None:
        """When the last heartbeat came."""
        return self.heartbeats[-1] if self.heartbeats else None


def random_of(seed: int, part: str) -> Random:
    """Return the randomness of one part, so that parts do not shift each other."""
    return Random(f"{seed} {part}")  # noqa: S311 -- a sample, the same by seed


def sample_devices(plan: Plan, now: datetime) -> list[SampleDevice]:
    """Return every laptop with its days until *now*, oldest first."""
    rng = random_of(plan.seed, "people")
    days = [now.date() - timedelta(days=ago) for ago in range(plan.days, -1, -1)]
    return [
        _machine(person, number, days, plan, now)
        for number, person in enumerate(people(rng, plan.people))
    ]


def _machine(
    person: Person, number: int, days: list[date], plan: Plan, now: datetime
) -> SampleDevice:
    rng = random_of(plan.seed, f"days {number}")
    # One has begun today and has not opened the laptop yet.
    workdays = [] if number == _NEVER else days
    if number == SILENT:
        workdays = days[:-_SILENT_DAYS]
    lived = [day_of(rng, person, day, now) for day in workdays]
    if rng.random() < _AWAY_TODAY and lived and number != SILENT:
        lived[-1] = None
    found = [day for day in lived if day is not None]
    if number in _OVERDUE and found and found[-1].workday == now.date():
        found[-1] = _cut(found[-1], now - timedelta(minutes=10))
    phase = timedelta(seconds=rng.randrange(1, 300))
    return SampleDevice(
        person=person,
        agent_uuid=uuid.UUID(int=rng.getrandbits(128), version=4),
        days=found,
        heartbeats=[moment for day in found for moment in day.heartbeats(phase)],
        skew_seconds=_WRONG_SECONDS if number == _SKEWED else round(rng.gauss(0, 1.2), 2),
        health={**_HEALTH, **_TROUBLE.get(number, {}), **_notice(number, found)},
    )


_COUNTERS = ("queued_heartbeats", "queued_logs", "refused", "dropped_heartbeats", "dropped_logs")
_HEALTH = {**dict.fromkeys(_COUNTERS, 0), "size_bytes": 1_300_000}


def _notice(number: int, days: list[SampleDay]) -> dict[str, Any]:
    """Return what an agent says of the notice, which it showed when it first ran."""
    if not days:
        return {}
    shown = days[0].awake[0].start
    notice = {"version": "5b0c1f7a94d2", "required": False, "shown_at": shown.isoformat()}
    if number not in _UNREAD:
        notice["acknowledged_at"] = (shown + _READ_AFTER).isoformat()
    return {"notice": notice}


def _cut(day: SampleDay, end: datetime) -> SampleDay:
    awake = [AwakePeriod(each.start, min(each.end, end)) for each in day.awake if each.start < end]
    logs = [log for log in day.logs if log.at <= end]
    return msgspec.structs.replace(day, awake=awake, logs=logs)
