"""From a parcel to the arguments of an HTTP request. Pure; docs/protocol.md has the calls."""

from typing import Any

from wfhagent.plugin import Parcel, ParcelKind

_ROUTES = {
    ParcelKind.ENROLL: ("POST", "/api/enroll"),
    ParcelKind.HEARTBEAT: ("POST", "/api/heartbeat"),
    ParcelKind.LOG: ("POST", "/api/log"),
    ParcelKind.WHEREAMI: ("GET", "/api/whereami"),
    ParcelKind.MY_DATA_LINK: ("POST", "/api/my-data-link"),
    ParcelKind.RENAME: ("POST", "/api/rename"),
    ParcelKind.CALENDAR: ("GET", "/api/calendar"),
}


def arguments_of(parcel: Parcel, url: str) -> dict[str, Any]:
    """Return what `httpx.Request` is made of, for the server at *url*."""
    method, path = _ROUTES[parcel.kind]
    headers = {}
    if parcel.token:
        # Before enrollment there is none, and an empty one is no header.
        headers["Authorization"] = f"Bearer {parcel.token}"
    arguments: dict[str, Any] = {"method": method, "url": url + path, "headers": headers}
    if parcel.kind is ParcelKind.LOG:
        arguments["files"] = _parts(parcel)
    elif parcel.body:
        headers["Content-Type"] = "application/json"
        arguments["content"] = parcel.body
    return arguments


def _parts(parcel: Parcel) -> dict[str, Any]:
    parts: dict[str, Any] = {"log": (None, parcel.body, "application/json")}
    screenshot = parcel.attachment
    if screenshot is not None:
        parts["screenshot"] = (screenshot.name, screenshot.data, screenshot.media_type)
    return parts
