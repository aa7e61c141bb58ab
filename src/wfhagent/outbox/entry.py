"""The values that the outbox gives back."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from wfhagent.payload import DetailedLog, Heartbeat
from wfhagent.plugin import Attachment

SLOT_TAKEN = "slot_taken"
"""The answer to a log that is not stored: another log of the day has its slot."""


class EntryKind(StrEnum):
    """What an entry holds."""

    HEARTBEAT = "heartbeat"
    LOG = "log"


class EntryState(StrEnum):
    """What became of an entry."""

    QUEUED = "queued"
    SENT = "sent"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry that waits: *body* is its JSON as it was recorded."""

    id: int
    kind: EntryKind
    username: str
    hostname: str
    created_at: datetime
    body: bytes
    attachment: Attachment | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """What is remembered of one working day; the moments are aware and in UTC.

    *hindered* says why no log could be taken although the machine was awake, if that was so.
    """

    workday: date
    slots: frozenset[int]
    first_awake: datetime | None = None
    last_awake: datetime | None = None
    closed: bool = False
    hindered: str = ""


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the outbox: entries by state, drops since the beginning."""

    queued_heartbeats: int
    queued_logs: int
    refused: int
    dropped_heartbeats: int
    dropped_logs: int


def entry_of(row: tuple[Any, ...]) -> Entry:
    """Return the entry in *row*, its columns in the order of the fields."""
    entry_id, kind, username, hostname, created_at, body, media_type, data = row
    return Entry(
        id=entry_id,
        kind=EntryKind(kind),
        username=username,
        hostname=hostname,
        created_at=datetime.fromtimestamp(created_at, UTC),
        body=body,
        attachment=None
        if media_type is None
        else Attachment(name="screenshot", media_type=media_type, data=data),
    )


_TYPES = {EntryKind.HEARTBEAT: Heartbeat, EntryKind.LOG: DetailedLog}


def is_whole(entry: Entry) -> bool:
    """Tell whether *entry* still is what was recorded; SQLite notices no bit that turned over."""
    try:
        msgspec.json.decode(entry.body, type=_TYPES[entry.kind])
    except ValueError:
        return False
    return True


class _Slot(msgspec.Struct):
    workday: date
    slot: int


def slot_of(entry: Entry) -> tuple[date, int] | None:
    """Return which log of which workday *entry*, a detailed log, is; None when it is damaged."""
    try:
        found = msgspec.json.decode(entry.body, type=_Slot)
    except ValueError:
        return None
    return found.workday, found.slot
