"""One detailed log: everything that was sent, and its screenshot. Pure."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any

import msgspec

from wfhagent.html.elements import Html, data_url, element, joined, single
from wfhagent.journal.line import clock
from wfhagent.journal.timeline import Fate, LogEntry
from wfhagent.messages import N_, _
from wfhagent.messages.dates import day_and_time
from wfhagent.outbox.entry import SLOT_TAKEN

NAMES = {
    "username": N_("user"),
    "hostname": N_("device"),
    "time_zone": N_("time zone"),
    "local_ip": N_("local address"),
    "public_ip": N_("public address"),
    "location": N_("location"),
    "screenshot": N_("screenshot"),
    "workday": N_("working day"),
}
_SHOWN_ELSEWHERE = {"slot", "timestamp", "absent", "extra", *NAMES}


def show_log(log: LogEntry, zone: tzinfo, screenshot: Html) -> Html:
    """Return *log*; *screenshot* is what `show_screenshot` made, or why there is none."""
    which = _("Log {number}").format(number=log.slot) if log.slot else _("Test log")
    rows = [part for name, value in _facts(log.facts) for part in _row(name, value)]
    return element(
        "section",
        element("h3", f"{which}, {clock(log.at, zone)}"),
        element("p", _fate(log, zone), class_="soft"),
        element("div", element("dl", *rows), screenshot),
        class_="log-entry",
    )


def show_screenshot(log: LogEntry, data: bytes, zone: tzinfo) -> Html:
    """Return the screenshot of *log*: small, and large where its link was followed."""
    target = f"picture-{log.id}"
    image = single(
        "img",
        src=data_url(log.media_type, data),
        alt=_("Screenshot of {when}").format(when=day_and_time(log.at.astimezone(zone))),
        loading="lazy",
    )
    caption = _("As it was sent: {type}, {count:,} bytes").format(
        type=log.media_type, count=len(data)
    )
    return element(
        "figure",
        element("a", image, href=f"#{target}"),
        element("figcaption", caption, class_="soft"),
        id=target,
    )


def _fate(log: LogEntry, zone: tzinfo) -> str:
    if log.answered_at is None:
        return _("Waiting on this device until the server has stored it")
    when = day_and_time(log.answered_at.astimezone(zone))
    if log.fate is Fate.REFUSED and log.answer == SLOT_TAKEN:
        return _(
            "Not stored ({when}): the server already had log {number} of this day. It keeps two "
            "logs a day and discarded this one."
        ).format(when=when, number=log.slot)
    if log.fate is Fate.REFUSED:
        return _("Rejected by the server on {when}: {answer}").format(when=when, answer=log.answer)
    if log.fate is Fate.LATE:
        return _("Sent later: the server stored it on {when}").format(when=when)
    return _("Sent: the server stored it on {when}").format(when=when)


def _facts(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    absent: Mapping[str, str] = facts.get("absent") or {}
    for key, name in NAMES.items():
        value = facts.get(key)
        missing = value is None and key in absent
        yield _(name), _none(absent[key]) if missing else in_words(value)
    further: Mapping[str, Any] = facts.get("extra") or {}
    for plugin, given in further.items():
        yield plugin, in_words(given)
    for key, reason in absent.items():
        if key not in NAMES:
            yield key, _none(reason)
    for key, value in facts.items():
        if key not in _SHOWN_ELSEWHERE and value:
            yield key, in_words(value)


def _none(reason: str) -> str:
    return _("none: {reason}").format(reason=_(reason))


def in_words(value: Any) -> str:
    """Return a fact as text: an object as `key: value`, all of it."""
    if value is None:
        return _("none")
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {in_words(one)}" for key, one in value.items())
    if isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()


def _row(name: str, value: str) -> tuple[Html, Html]:
    return element("dt", name), element("dd", joined(value))
