"""From the outbox to days as people read them; reads, and writes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

import msgspec

from wfhagent.outbox.entry import EntryState
from wfhagent.outbox.history import Dropped, History, JournalRow
from wfhagent.payload import MissedSlot

LATE = timedelta(minutes=15)
"""An entry that was answered later than this had to wait for the network or the server."""


class Fate(StrEnum):
    """What became of an entry."""

    SENT = "sent"
    LATE = "late"
    WAITS = "waits"
    REFUSED = "refused"


class HeartbeatEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One heartbeat; *body* is its JSON where it was asked for."""

    at: datetime
    fate: Fate
    answered_at: datetime | None
    answer: str
    body: msgspec.Raw | None = None


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """Heartbeats of one fate, none of which is missing between *start* and *end*."""

    start: datetime
    end: datetime
    fate: Fate


class LogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One detailed log. *facts* is all that it sent; its screenshot is in the outbox under *id*."""

    id: int
    at: datetime
    fate: Fate
    answered_at: datetime | None
    answer: str
    slot: int
    facts: dict[str, Any]
    media_type: str
    picture_bytes: int


class DayOfJournal(msgspec.Struct, frozen=True, kw_only=True):
    """One local day."""

    day: date
    beats: tuple[HeartbeatEntry, ...]
    stretches: tuple[Stretch, ...]
    logs: tuple[LogEntry, ...]
    missed: tuple[MissedSlot, ...]
    lost: tuple[Dropped, ...]


def timeline(
    history: History,
    zone: tzinfo,
    *,
    days: Sequence[date],
    interval: timedelta,
    bodies: bool = False,
) -> Iterator[DayOfJournal]:
    """Yield those of *days* of which something is known, in their order.

    *interval* is the time between two heartbeats; with *bodies* each has what it sent.
    """
    missed, lost = history.missed(), history.lost()
    for day in days:
        since, until = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
        heartbeats = tuple(map(_heartbeat, history.heartbeats(since, until, bodies=bodies)))
        logs = tuple(map(_log, history.logs(since, until)))
        if heartbeats or logs or day in missed or day in lost:
            yield DayOfJournal(
                day=day,
                beats=heartbeats,
                stretches=tuple(stretches(heartbeats, interval, until=until)),
                logs=logs,
                missed=tuple(missed.get(day, ())),
                lost=tuple(lost.get(day, ())),
            )


def stretches(
    heartbeats: Iterable[HeartbeatEntry], interval: timedelta, *, until: datetime
) -> Iterator[Stretch]:
    """Yield the stretches of *heartbeats*; each covers the *interval* that follows it."""
    current: Stretch | None = None
    for heartbeat in heartbeats:
        end = min(heartbeat.at + interval, until)
        # A heartbeat may be late by a part of the interval without one being missing.
        follows = current is not None and heartbeat.at <= current.end + interval / 2
        if current is not None and follows and current.fate is heartbeat.fate:
            current = msgspec.structs.replace(current, end=end)
            continue
        if current is not None:
            yield msgspec.structs.replace(current, end=min(current.end, heartbeat.at))
        current = Stretch(start=heartbeat.at, end=end, fate=heartbeat.fate)
    if current is not None:
        yield current


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _fate(kept: JournalRow) -> Fate:
    if kept.state is EntryState.QUEUED:
        return Fate.WAITS
    if kept.state is EntryState.REFUSED:
        return Fate.REFUSED
    late = kept.answered_at is not None and kept.answered_at - kept.created_at > LATE
    return Fate.LATE if late else Fate.SENT


def _heartbeat(kept: JournalRow) -> HeartbeatEntry:
    return HeartbeatEntry(
        at=kept.created_at,
        fate=_fate(kept),
        answered_at=kept.answered_at,
        answer=kept.answer,
        body=msgspec.Raw(kept.body) if kept.body else None,
    )


def _log(kept: JournalRow) -> LogEntry:
    # Not as DetailedLog: what an older agent sent is shown as it was sent.
    facts = _facts(kept.body)
    return LogEntry(
        id=kept.id,
        at=kept.created_at,
        fate=_fate(kept),
        answered_at=kept.answered_at,
        answer=kept.answer,
        slot=facts["slot"] if isinstance(facts.get("slot"), int) else 0,
        facts=facts,
        media_type=kept.media_type,
        picture_bytes=kept.picture_bytes,
    )


def _facts(body: bytes) -> dict[str, Any]:
    """Return what *body* tells; nothing when the disk gives back something else."""
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except ValueError:
        return {}
