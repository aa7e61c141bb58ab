"""What agents send, as values; msgspec checks the bodies against these types."""

import ipaddress
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from wfhserver.errors import Code, Refusal

HEALTH_LIMIT_BYTES = 16 * 1024
EXTRA_LIMIT_BYTES = 64 * 1024
# Deep enough for any honest facts; PostgreSQL's own parser gives up at some thousand.
_NESTING_LIMIT = 64

Name = Annotated[str, Meta(min_length=1, max_length=255)]
# Without the lookahead, `$` would also match before a final newline.
Status = Annotated[str, Meta(pattern=r"^[a-z0-9_-]{1,32}$(?!\n)")]
Moment = Annotated[datetime, Meta(tz=True)]
Address = Annotated[str, Meta(max_length=64, description="An IPv4 or IPv6 address")]
Reason = Annotated[str, Meta(max_length=1000)]
Place = Annotated[str, Meta(max_length=255)]
_ZONE_NAME = r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*"
TimeZone = Annotated[
    str,
    Meta(
        max_length=64,
        pattern=rf"^({_ZONE_NAME}|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$(?!\n)",
        description="An IANA name such as Europe/Lisbon, or an offset such as +05:30",
    ),
]


class Missed(msgspec.Struct, frozen=True):
    """A log slot of a past day that will not come, why, and when the device was awake."""

    workday: date
    slot: Annotated[int, Meta(ge=1, le=2)]
    reason: Reason
    awake_from: Moment | None = None
    awake_until: Moment | None = None


class LatestFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Facts of heartbeats of which the latest are stored with the agent.

    A new one is a field here, a column of agent_presence, and a field of PresenceRow.
    """

    time_zone: TimeZone | None = None


class Heartbeat(LatestFacts, frozen=True):
    """One sign of life. Four fields are enough.

    With a *workday* the answer says which slots of that day are taken. *plugins* are a list of
    `ReportedPlugin`, once after a change; what is none is ignored.
    """

    username: Name
    hostname: Name
    status: Status
    timestamp: Moment
    seq: Annotated[int, Meta(ge=1, le=2**63 - 1)] | None = None
    queued_seconds: Annotated[float, Meta(ge=0)] | None = None
    agent_version: Annotated[str, Meta(max_length=64)] | None = None
    health: dict[str, Any] | None = None
    missed: list[Missed] = []
    extra: dict[str, Any] | None = None
    workday: date | None = None
    calendar: Annotated[int, Meta(ge=0)] = 0
    plugins: Any = None


class Location(msgspec.Struct, frozen=True, omit_defaults=True):
    """An approximate place."""

    country: Place | None = None
    city: Place | None = None
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    accuracy_km: Annotated[float, Meta(ge=0)] | None = None
    source: Place | None = None


class ScreenshotStatus(StrEnum):
    """What became of the screenshot."""

    TAKEN = "taken"
    LOCKED = "locked"
    DENIED = "denied"
    NO_DISPLAY = "no_display"
    FAILED = "failed"
    DISABLED = "disabled"


class ScreenshotReport(msgspec.Struct, frozen=True):
    """What the agent reports about the screenshot; collectors may add members, which are kept."""

    status: ScreenshotStatus


class DetailedLog(msgspec.Struct, frozen=True):
    """One of the day's two logs, or a test log (slot 0)."""

    username: Name
    hostname: Name
    timestamp: Moment
    workday: date
    slot: Annotated[int, Meta(ge=0, le=2)]
    screenshot: ScreenshotReport
    local_ip: Address | None = None
    public_ip: Address | None = None
    location: Location | None = None
    absent: dict[str, Reason] = {}
    extra: dict[str, Any] = {}
    time_zone: TimeZone | None = None


class EnrollmentRequest(msgspec.Struct, frozen=True):
    """Who a device is.

    *current_token* is the token that it has, if any: the proof that an agent known by this
    *agent_id* is on this very device.
    """

    agent_id: UUID
    username: Name
    hostname: Name
    platform: Annotated[str, Meta(max_length=255)]
    agent_version: Annotated[str, Meta(max_length=255)]
    workday: date | None = None
    current_token: Annotated[str, Meta(max_length=255)] | None = None


class RenameRequest(msgspec.Struct, frozen=True):
    """The name that a device has now."""

    hostname: Name


def json_text(facts: dict[str, Any], *, field: str, limit_bytes: int) -> str:
    """Return *facts* as JSON text for a jsonb column; Refusal when too large or too deep."""
    # First, because the encoder gives up at a depth that the decoder still takes.
    if _is_too_deep(facts):
        raise Refusal(
            Code.INVALID_FIELD, f"Must be nested at most {_NESTING_LIMIT} deep.", field=field
        )
    text = msgspec.json.encode(facts)
    if len(text) > limit_bytes:
        raise Refusal(
            Code.INVALID_FIELD, f"Must be at most {limit_bytes} bytes of JSON.", field=field
        )
    return text.decode()


def _is_too_deep(value: Any) -> bool:
    layer = [value]
    for _ in range(_NESTING_LIMIT):
        layer = [inner for outer in layer for inner in _containers_in(outer)]
        if not layer:
            return False
    return True


def _containers_in(value: dict[str, Any] | list[Any]) -> list[Any]:
    members = value.values() if isinstance(value, dict) else value
    return [member for member in members if isinstance(member, dict | list)]


def utc(moment: datetime, *, field: str) -> datetime:
    """Return *moment* in UTC; Refusal at the two edges of the calendar.

    PostgreSQL's driver takes its first and its last moment for infinity, and no zone is away from
    UTC there.
    """
    if not MINYEAR < moment.year < MAXYEAR:
        detail = f"Must be a moment of the years {MINYEAR + 1} to {MAXYEAR - 1}."
        raise Refusal(Code.INVALID_FIELD, detail, field=field)
    return moment.astimezone(UTC)


def plain_address(text: str | None, *, field: str) -> str | None:
    """Return an address as PostgreSQL's inet takes it: without the zone of a link-local one."""
    if text is None:
        return None
    try:
        return str(ipaddress.ip_address(text)).partition("%")[0]
    except ValueError:
        raise Refusal(Code.INVALID_FIELD, "Must be an IPv4 or IPv6 address.", field=field) from None
