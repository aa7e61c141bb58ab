"""What travels: heartbeat, detailed log and enrolment, as docs/protocol.md has them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

TEST_SLOT = 0
"""The slot of a log taken by hand, beside the two of the day."""


class MissedSlot(msgspec.Struct, frozen=True, kw_only=True):
    """A log slot of a past day that will not come, with the reason in one sentence.

    The device was awake from *awake_from* to *awake_until*, both aware, as far as it was awake at
    all while logs are taken. Whoever shows the reason puts them into words and a time zone.
    """

    workday: date
    slot: int
    reason: str
    awake_from: datetime | UnsetType = UNSET
    awake_until: datetime | UnsetType = UNSET


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One heartbeat; *timestamp* is aware. Empty optional fields do not travel.

    With a *workday* the server's answer says which slots of that day are taken.
    """

    username: str
    hostname: str
    status: str
    timestamp: datetime
    seq: int | None = None
    queued_seconds: float | None = None
    agent_version: str | None = None
    time_zone: str | None = None
    health: Mapping[str, Any] | None = None
    missed: tuple[MissedSlot, ...] = ()
    extra: Mapping[str, Any] = msgspec.field(default_factory=dict)
    workday: date | None = None


class DetailedLog(msgspec.Struct, frozen=True, kw_only=True):
    """One detailed log; its picture travels beside it.

    *slot* is 1 or 2, or TEST_SLOT. *screenshot* holds at least `status`. *absent* maps a known
    fact that is missing, or a further one as `<plugin>.<fact>`, to the reason. A *time_zone* that
    is not known does not travel.
    """

    username: str
    hostname: str
    timestamp: datetime
    workday: date
    slot: int
    local_ip: str | None = None
    public_ip: str | None = None
    location: Mapping[str, Any] | None = None
    screenshot: Mapping[str, Any]
    absent: Mapping[str, str] = msgspec.field(default_factory=dict)
    extra: Mapping[str, Any] = msgspec.field(default_factory=dict)
    time_zone: str | UnsetType = UNSET


class Enrollment(msgspec.Struct, frozen=True, kw_only=True):
    """Who this device is, sent once with the enrollment token.

    *current_token* proves that a known *agent_id* is on this device.
    """

    agent_id: str
    username: str
    hostname: str
    platform: str
    agent_version: str
    workday: date
    current_token: str | UnsetType = UNSET


class Rename(msgspec.Struct, frozen=True, kw_only=True):
    """The name that an enrolled device has now."""

    hostname: str


def encode(payload: Heartbeat | DetailedLog | Enrollment | Rename) -> bytes:
    """Return the JSON of *payload*, UTF-8."""
    return msgspec.json.encode(payload)


def encode_batch(beats: list[Heartbeat]) -> bytes:
    """Return the JSON array of *beats*, UTF-8."""
    return msgspec.json.encode(beats)


def decode_heartbeat(body: bytes) -> Heartbeat:
    """Return the heartbeat that `encode` wrote."""
    return msgspec.json.decode(body, type=Heartbeat)


def decode_log(body: bytes) -> DetailedLog:
    """Return the detailed log that `encode` wrote."""
    return msgspec.json.decode(body, type=DetailedLog)
