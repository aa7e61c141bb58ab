"""What `plugin check` found, as text for the terminal."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from wfhagent.messages import _
from wfhagent.plugin import Occasion
from wfhagent.plugin_tools.findings import (
    Checked,
    CheckedCalendar,
    CheckedCollector,
    CheckedTransport,
    Section,
)


def describe(checked: Checked) -> str:
    """Return what was found, with all that the plugin gave."""
    return "\n".join(_lines(checked))


def _lines(checked: Checked) -> Iterator[str]:
    yield f"{checked.name} ({checked.path})"
    for problem in checked.problems:
        yield "  " + _("WRONG: {problem}").format(problem=problem)
    if not checked.problems:
        yield "  " + _("The agent takes it.")
    if checked.systems:
        text = _("Its imports are there on: {systems}")
        yield "  " + text.format(systems=", ".join(checked.systems))
    for note in checked.notes:
        yield "  " + _("NOTE: {note}").format(note=note)
    file = Path(checked.path).name
    text = _("Its line of [plugins.trusted]: {line}")
    yield "  " + text.format(line=f'"{file}" = "{checked.sha256}"')
    if checked.output:
        yield _("It says to the agent's log:")
        yield from checked.output
    for collector in checked.collectors:
        yield from _collector(collector)
    for transport in checked.transports:
        yield from _transport(transport)
    for calendar in checked.calendars:
        yield from _calendar(calendar)


def _collector(collector: CheckedCollector) -> Iterator[str]:
    for section in collector.would_send:
        text = _("{name}, for a heartbeat:")
        if section.occasion is Occasion.DETAILED_LOG:
            text = _("{name}, for a detailed log:")
        yield text.format(name=collector.name)
        yield _json(section)


def _json(section: Section) -> str:
    parts: dict[str, Any] = msgspec.structs.asdict(section)
    del parts["occasion"]
    given = {key: part for key, part in parts.items() if part}
    return msgspec.json.format(msgspec.json.encode(given), indent=2).decode()


def _transport(transport: CheckedTransport) -> Iterator[str]:
    if transport.parcels:
        yield _("{name}, with a scripted server:").format(name=transport.name)
    for parcel in transport.parcels:
        status = _("no answer") if parcel.status is None else str(parcel.status)
        text = " ".join(part for part in (status, parcel.code, parcel.detail) if part)
        yield f"  {parcel.kind}: {text}"


def _calendar(calendar: CheckedCalendar) -> Iterator[str]:
    if calendar.days:
        text = _("{name}, from {first} to {last}:")
        days = sorted(calendar.days)
        yield text.format(name=calendar.name, first=days[0], last=days[-1])
    for day, reason in calendar.days.items():
        yield f"  {day}: {reason or '-'}"
