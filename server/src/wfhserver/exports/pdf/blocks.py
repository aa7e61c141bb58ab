"""The text of each log in a PDF. Pure."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

import msgspec

from wfhserver.days import known_zone
from wfhserver.exports.pdf.letters import apart
from wfhserver.exports.pdf.order import Block
from wfhserver.logs.entries import LogEntry
from wfhserver.logs.filters import LogQuery
from wfhserver.messages import N_, _, ngettext

_STATUSES = {
    "locked": N_("No screenshot: the screen was locked"),
    "denied": N_("No screenshot: the system denied access to the screen"),
    "no_display": N_("No screenshot: there was no screen"),
    "failed": N_("No screenshot: an error occurred"),
    "disabled": N_("No screenshot: turned off by the company"),
}


def block_of(entry: LogEntry, screenshot: str | None, zone: tzinfo) -> Block:
    """Return a log as lines of text, the first one who and when."""
    if entry.slot:
        when = _("{moment}   workday {day}, log {slot} of 2")
    else:
        when = _("{moment}   workday {day}, test log")
    lines = [
        _who(entry.username, entry.hostname),
        when.format(
            moment=_moment(entry.timestamp, zone) + _theirs(entry, zone),
            day=entry.workday,
            slot=entry.slot,
        ),
        _("Addresses: local {local}, public {public}").format(
            local=entry.local_ip or _("unknown"), public=entry.public_ip or _("unknown")
        ),
        _("Location: {location}").format(location=_location(entry)),
    ]
    lines += [f"{apart(name)}: {_value(value)}" for name, value in entry.facts.items()]
    if entry.screenshot_status in _STATUSES:
        lines.append(_(_STATUSES[entry.screenshot_status]))
    return Block(lines, screenshot)


def broken_block(who: Sequence[str], error: Exception) -> Block:
    """Return what replaces a log that cannot be shown; *who* is user and host, or their line."""
    first = _who(*who) if len(who) > 1 else "".join(who)
    sentence = _("This log cannot be shown ({error}).").format(error=type(error).__name__)
    return Block([first, sentence], None)


def summary_of(
    query: LogQuery, rows: tuple[int, int], zone: str, *, is_sample: bool, team: str | None
) -> list[str]:
    """Return the filters in sentences; *rows* are how many were found, and how many taken."""
    found, taken = rows
    named = query.labeled()
    if team is not None:
        named[_("team")] = team
    filters = ", ".join(f"{name} {apart(str(value))}" for name, value in named.items())
    count = ngettext("{count} log, newest first.", "{count} logs, newest first.", found)
    sentences = [
        _("Filters: {filters}.").format(filters=filters or _("none")),
        _("Times are in {zone}.").format(zone=zone),
        count.format(count=found),
    ]
    lines = [" ".join(sentences)]
    if taken < found:
        cut = _("INCOMPLETE: these are the newest {taken} of {found} logs. Narrow the filters.")
        lines.append(cut.format(taken=taken, found=found))
    if is_sample:
        lines.append(_("SAMPLE DATA: this company and its employees do not exist."))
    return lines


def _value(value: Any) -> str:
    return apart(value if isinstance(value, str) else msgspec.json.encode(value).decode())


def _who(username: str, hostname: str) -> str:
    return _("{employee} on {device}").format(employee=apart(username), device=apart(hostname))


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
    there_then = _(" ({time} in {zone})")
    return there_then.format(time=f"{there:%H:%M}", zone=entry.time_zone)


def _location(entry: LogEntry) -> str:
    if entry.location is None:
        reason = entry.absent.get("location", _("no reason given"))
        return _("unknown: {reason}").format(reason=reason)
    facts: dict[str, Any] = msgspec.structs.asdict(entry.location)
    named = ", ".join(apart(facts[name]) for name in ("city", "country") if facts[name])
    if facts["latitude"] is None or facts["longitude"] is None:
        return named or _("unknown")
    return f"{named}  ({facts['latitude']:.2f}, {facts['longitude']:.2f})".strip()
