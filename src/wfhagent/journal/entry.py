"""One detailed log as people read it: all that it told, and its picture. Pure."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any

import msgspec

from wfhagent.html.elements import Html, data_url, element, joined, single
from wfhagent.journal.chronicle import Fate, LogEntry
from wfhagent.journal.line import WORDS, clock
from wfhagent.outbox.entry import SLOT_TAKEN

NAMES = {
    "username": "user",
    "hostname": "machine",
    "time_zone": "time zone",
    "local_ip": "local address",
    "public_ip": "public address",
    "location": "place",
    "screenshot": "screenshot",
    "workday": "workday",
}
_SHOWN_ELSEWHERE = {"slot", "timestamp", "absent", "extra", *NAMES}


def show_log(log: LogEntry, zone: tzinfo, picture: Html) -> Html:
    """Return *log*; *picture* is what `show_picture` made, or why there is none."""
    which = f"Log {log.slot}" if log.slot else "Test log, taken by hand"
    rows = [part for name, value in _facts(log.facts) for part in _row(name, value)]
    return element(
        "section",
        element("h3", f"{which}, {clock(log.at, zone)}"),
        element("p", _fate(log, zone), class_="soft"),
        element("div", element("dl", *rows), picture),
        class_="log-entry",
    )


def show_picture(log: LogEntry, data: bytes, zone: tzinfo) -> Html:
    """Return the picture of *log*: small, and large where its link was followed."""
    target = f"picture-{log.id}"
    image = single(
        "img",
        src=data_url(log.media_type, data),
        alt=f"Screenshot of {log.at.astimezone(zone):%d %B, %H:%M}",
        loading="lazy",
    )
    caption = f"What left this machine: {log.media_type}, {len(data):,} bytes"
    return element(
        "figure",
        element("a", image, href=f"#{target}"),
        element("figcaption", caption, class_="soft"),
        id=target,
    )


def _fate(log: LogEntry, zone: tzinfo) -> str:
    if log.answered_at is None:
        return "Waits on this machine until the server has it"
    when = f"{log.answered_at.astimezone(zone):%d %B, %H:%M}"
    if log.fate is Fate.REFUSED and log.answer == SLOT_TAKEN:
        return (
            f"Not stored ({when}): the server already had log {log.slot} of this day. It holds two "
            "a day and dropped this one"
        )
    if log.fate is Fate.REFUSED:
        return f"Refused by the server, {when}: {log.answer}"
    return f"{WORDS[log.fate].capitalize()}: the server had it on {when}"


def _facts(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    absent: Mapping[str, str] = facts.get("absent") or {}
    for key, name in NAMES.items():
        value = facts.get(key)
        yield name, f"none: {absent[key]}" if value is None and key in absent else in_words(value)
    further: Mapping[str, Any] = facts.get("extra") or {}
    for plugin, given in further.items():
        yield plugin, in_words(given)
    for key, reason in absent.items():
        if key not in NAMES:
            yield key, f"none: {reason}"
    for key, value in facts.items():
        if key not in _SHOWN_ELSEWHERE and value:
            yield key, in_words(value)


def in_words(value: Any) -> str:
    """Return a fact as text: an object as `key: value`, all of it."""
    if value is None:
        return "none"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {in_words(one)}" for key, one in value.items())
    if isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()


def _row(name: str, value: str) -> tuple[Html, Html]:
    return element("dt", name), element("dd", joined(value))
