"""What `plugin check` finds, as Python and as the JSON of `--json`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from wfhagent.plugin import Fact, Occasion, ParcelKind
from wfhagent.plugin.allowed import Setting

FORMAT = 1
"""Of the JSON: keys may be added to it, and none is removed or changes its meaning."""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """What a collector would send on one occasion.

    *attachments* has type and size of each file. *undeclared* are the names of facts that are
    dropped, *failure* is a sentence when it gave nothing.
    """

    occasion: Occasion
    facts: Mapping[str, Any] = msgspec.field(default_factory=dict)
    absent: Mapping[str, str] = msgspec.field(default_factory=dict)
    attachments: Mapping[str, str] = msgspec.field(default_factory=dict)
    undeclared: tuple[str, ...] = ()
    failure: str = ""


class ParcelResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a transport made of one parcel: *requests* are those that the scripted server got."""

    kind: ParcelKind
    status: int | None
    code: str = ""
    detail: str = ""
    requests: tuple[str, ...] = ()


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What one collector, transport or calendar gave when it was asked, and what is wrong."""

    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    would_send: tuple[Section, ...] = ()
    parcels: tuple[ParcelResult, ...] = ()
    days: Mapping[date, str | None] = msgspec.field(default_factory=dict)


class CheckedCollector(msgspec.Struct, frozen=True, kw_only=True):
    """A collector: what it declares, and what it would send now."""

    name: str
    about: str
    occasions: tuple[Occasion, ...]
    time_limit_seconds: float
    facts: tuple[Fact, ...]
    settings: tuple[Setting, ...]
    would_send: tuple[Section, ...]


class CheckedTransport(msgspec.Struct, frozen=True, kw_only=True):
    """A transport, and what it made of one parcel of each kind."""

    name: str
    about: str
    settings: tuple[Setting, ...]
    parcels: tuple[ParcelResult, ...]


class CheckedCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar: *days* has the reason for each day off, and null for the others."""

    name: str
    about: str
    time_limit_seconds: float
    settings: tuple[Setting, ...]
    days: Mapping[date, str | None]


class Checked(msgspec.Struct, kw_only=True):
    """What was found.

    *notes* are no mistakes, and worth a look. *output* is what the plugin wrote to its log and
    printed meanwhile, *sha256* what `[plugins.trusted]` needs. Its imports are there on *systems*.
    """

    format: int = FORMAT
    name: str
    path: str
    sha256: str
    problems: list[str] = msgspec.field(default_factory=list)
    notes: list[str] = msgspec.field(default_factory=list)
    collectors: list[CheckedCollector] = msgspec.field(default_factory=list)
    transports: list[CheckedTransport] = msgspec.field(default_factory=list)
    calendars: list[CheckedCalendar] = msgspec.field(default_factory=list)
    output: list[str] = msgspec.field(default_factory=list)
    systems: list[str] = msgspec.field(default_factory=list)
