"""What the protocol takes for a known fact; whoever provides it, a wrong one must not travel. Pure.

The server refuses a whole log for one field of the wrong type.
"""

from ipaddress import ip_address
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

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


_TYPES: dict[str, Any] = {
    "username": Name,
    "hostname": Name,
    "time_zone": TimeZone,
    "local_ip": str,
    "public_ip": str,
    "location": _Location,
    "screenshot": _Screenshot,
}


def problem_of(fact: str, value: Any) -> str:
    """Return why *value*, which is JSON, cannot be the known fact *fact*; empty when it can."""
    if fact not in _TYPES:
        return ""
    try:
        msgspec.convert(value, _TYPES[fact])
        if fact.endswith("_ip"):
            ip_address(value)
    except ValueError as error:
        return f"what it gave for {fact} is none: {error}"
    return ""
