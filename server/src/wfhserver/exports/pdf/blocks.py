"""What the PDF says of each log. Pure."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

import msgspec

from wfhserver.days import known_zone
from wfhserver.exports.pdf.letters import apart
from wfhserver.exports.pdf.order import Block
from wfhserver.logs.filters import LogQuery
from wfhserver.logs.pages import LogEntry

_STATUSES = {
    "locked": "No picture: the screen was locked",
    "denied": "No picture: the system did not allow it",
    "no_display": "No picture: there was no screen",
    "failed": "No picture: taking it failed",
    "disabled": "No picture: switched off by the company",
}


def block_of(entry: LogEntry, screenshot: str | None, zone: tzinfo) -> Block:
    """Return a log as lines of text, the first one who and when."""
    slot = f"log {entry.slot} of 2" if entry.slot else "test log"
    where = f"{apart(entry.username)}  on  {apart(entry.hostname)}"
    addresses = f"local {entry.local_ip or 'unknown'}, public {entry.public_ip or 'unknown'}"
    lines = [
        where,
        f"{_moment(entry.timestamp, zone)}{_theirs(entry, zone)}   workday {entry.workday}, {slot}",
        f"Addresses: {addresses}",
        f"Place: {_place(entry)}",
    ]
    if entry.screenshot_status in _STATUSES:
        lines.append(_STATUSES[entry.screenshot_status])
    return Block(lines, screenshot)


def broken_block(who: Sequence[str], error: Exception) -> Block:
    """Return what replaces a log that cannot be shown; *who* is user and host."""
    where = "  on  ".join(apart(each) for each in who)
    return Block([where, f"This log cannot be shown ({type(error).__name__})."], None)


def summary_of(
    query: LogQuery, rows: tuple[int, int], zone: str, *, is_sample: bool, team: str | None
) -> list[str]:
    """Return what was filtered, in sentences; *rows* are found, and taken."""
    found, taken = rows
    named = {
        "employee": query.employee,
        "team": team,
        "from": query.first,
        "to": query.last,
        "screenshot": None if query.screenshot == "any" else query.screenshot,
        "place": query.place,
    }
    filters = ", ".join(
        f"{name} {apart(str(value))}" for name, value in named.items() if value is not None
    )
    lines = [f"Filters: {filters or 'none'}. Times are in {zone}. {found} logs, newest first."]
    if taken < found:
        lines.append(f"CUT: these are the newest {taken} of {found} logs. Narrow the filters.")
    if is_sample:
        lines.append("SAMPLE: a made-up company. Nobody in here exists.")
    return lines


def _moment(moment: datetime | None, zone: tzinfo) -> str:
    return "" if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def _theirs(entry: LogEntry, zone: tzinfo) -> str:
    """Return what the employee's own clock showed, where it was another time."""
    own = None if entry.time_zone is None else known_zone(entry.time_zone)
    if entry.timestamp is None or own is None:
        return ""
    there, here = entry.timestamp.astimezone(own), entry.timestamp.astimezone(zone)
    if there.utcoffset() == here.utcoffset():
        return ""
    return f" ({there:%H:%M} in {entry.time_zone})"


def _place(entry: LogEntry) -> str:
    if entry.location is None:
        return f"unknown: {entry.absent.get('location', 'no reason given')}"
    facts: dict[str, Any] = msgspec.structs.asdict(entry.location)
    named = ", ".join(apart(facts[name]) for name in ("city", "country") if facts[name])
    if facts["latitude"] is None or facts["longitude"] is None:
        return named or "unknown"
    return f"{named}  ({facts['latitude']:.2f}, {facts['longitude']:.2f})".strip()
