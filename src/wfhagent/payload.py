"""What travels: heartbeat, detailed log and enrollment, as docs/protocol.md has them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

TEST_SLOT = 0
"""The slot of a log taken by hand, in addition to the two of the day."""


Name = Annotated[str, Meta(min_length=1, max_length=255)]
Place = Annotated[str, Meta(max_length=255)]
_ZONE_NAME = r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*"
# An IANA name such as Europe/Lisbon, or an offset such as +05:30.
TimeZone = Annotated[
    str,
    Meta(max_length=64, pattern=rf"^({_ZONE_NAME}|[+-][0-9]{{2}}:[0-9]{{2}})$(?!\n)"),
]


class _Location(msgspec.Struct):
    country: Place | None = None
    city: Place | None = None
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    accuracy_km: Annotated[float, Meta(ge=0)] | None = None
    source: Place | None = None


class _Screenshot(msgspec.Struct):
    status: Literal["taken", "locked", "denied", "no_display", "failed", "disabled"]


FACT_TYPES: dict[str, Any] = {
    "username": Name,
    "hostname": Name,
    "time_zone": TimeZone,
    "local_ip": str,
    "public_ip": str,
    "location": _Location,
    "screenshot": _Screenshot,
}
"""The facts that have a field of the protocol, whoever provides them, with what the server takes.

One that is added here is sent in the field of the same name.
"""


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """The names under which a device reports."""

    username: str
    hostname: str


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


class DeclaredFact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact as its collector declares it. Without *type* it may be any JSON."""

    name: str
    what: str
    why: str
    personal: str
    type: str | None = None
    unit: str = ""
    label: str = ""
    choices: tuple[str, ...] = ()


PluginKind = Literal["collector", "transport", "calendar"]


class PluginReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A collector, transport or calendar in use: where it is from, and what it declares.

    *sha256* is that of a drop-in's code; *version* is of an installed plugin or of a pack, and of
    the agent for one that is built in. *occasions* and *facts* are a collector's.
    """

    name: str
    kind: PluginKind
    origin: str
    api: int
    version: str = ""
    sha256: str = ""
    occasions: tuple[str, ...] = ()
    facts: tuple[DeclaredFact, ...] = ()


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One heartbeat; *timestamp* is aware. Empty optional fields do not travel.

    With a *workday* the server's answer says which slots of that day are taken. *plugins* are all
    that are in use, once after they changed. *calendar* is the revision of the company's calendar
    in use; 0 for none.
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
    plugins: tuple[PluginReport, ...] = ()
    calendar: int = 0


class DetailedLog(msgspec.Struct, frozen=True, kw_only=True):
    """One detailed log; its screenshot travels with it.

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


def encode_batch(heartbeats: list[Heartbeat]) -> bytes:
    """Return the JSON array of *heartbeats*, UTF-8."""
    return msgspec.json.encode(heartbeats)


def decode_heartbeat(body: bytes) -> Heartbeat:
    """Return the heartbeat that `encode` wrote."""
    return msgspec.json.decode(body, type=Heartbeat)


def decode_log(body: bytes) -> DetailedLog:
    """Return the detailed log that `encode` wrote."""
    return msgspec.json.decode(body, type=DetailedLog)
