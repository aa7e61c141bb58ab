"""Facts that a collector gives: what they are, and what replaces one that is missing."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from wfhagent.payload import FACT_TYPES

KNOWN_FACTS = frozenset(FACT_TYPES)
"""Facts that go to a field of the protocol, whoever provides them; all others go to `extra`."""

T = TypeVar("T")

Facts = Mapping[str, Any]
"""Fact name to a JSON value, or to `Absent` with the reason why there is none.

Of one collector at most 16 KiB as JSON, 32 levels deep. A value of another type than its `Fact`
declares is converted where nothing is lost by it (numpy's numbers, an Enum, a path), and a datetime
becomes text. Any other, and what JSON cannot say, is missing with a reason; the others travel.
"""


class Occasion(StrEnum):
    """When a collector is asked."""

    HEARTBEAT = "heartbeat"
    DETAILED_LOG = "detailed_log"


class Personal(StrEnum):
    """How personal a fact is; the privacy page says it."""

    NO = "no"
    """It says nothing about a person: how full the disk is."""
    INDIRECT = "indirect"
    """It does together with other facts: an address shows who works at home."""
    DIRECT = "direct"
    """It is about a person by itself: a name, a picture, when somebody typed last."""


class FactType(StrEnum):
    """What the value of a fact is: how it is checked, shown, sorted and compared."""

    BOOL = "bool"
    INT = "int"
    """At most 64 bits."""
    FLOAT = "float"
    TEXT = "text"
    TIME = "time"
    """A moment: a datetime with its time zone, or such a text; travels in UTC."""
    DURATION = "duration"
    """A timedelta, or a number of seconds; travels in seconds."""
    BYTES = "bytes"
    """How many bytes something has, as a number; shown in MB or GB."""
    CHOICE = "choice"
    """One of the words in `Fact.choices`."""


# Every fact has to say it. One that does not is refused with the three values to choose from, where
# a missing argument would be a TypeError that explains nothing.
_UNSAID: Any = None


class Fact(msgspec.Struct, frozen=True):
    """One fact that a collector may give: its name, what it is, why, and how personal it is.

        Fact("free", "Free disk space", "To plan updates", Personal.NO, type=FactType.BYTES)

    *name* is a key of what `collect` returns; *what* and *why* are a phrase each, which the
    employee reads. *risk* and *guard* are a sentence each for the data protection impact
    assessment: what may come of it for the person, and what the collector does about that.

    A fact with a *type* is a column of the dashboard and of exports, under *label* (else *what*)
    and with its *unit*. One without is any JSON, and shown as it is. *choices* are the words of
    a `FactType.CHOICE`.
    """

    name: str
    what: str
    why: str
    personal: Personal = _UNSAID
    risk: str = ""
    guard: str = ""
    type: FactType | None = None
    unit: str = ""
    label: str = ""
    choices: tuple[str, ...] = ()


class Absent(msgspec.Struct, frozen=True):
    """Replaces the value of a fact that could not be had.

    *reason* is one sentence, of which 300 characters travel: `Absent("this machine has none")`.
    """

    reason: str


class AbsentError(Exception):
    """Raised by what `attempt` asks: its text is the reason, a sentence for people."""


def attempt(ask: Callable[[], T]) -> T | Absent:
    """Return what *ask* returns, or `Absent` with its error as the reason.

    A collector of several facts asks for each of them this way, so that each fails alone:

        return {"local_ip": attempt(find_address), "interface": attempt(find_interface)}
    """
    try:
        return ask()
    except AbsentError as error:
        return Absent(str(error))
    except Exception as error:  # noqa: BLE001 -- what a system call raises is up to the system
        return Absent(f"{type(error).__name__}: {error}")


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """The screenshot of a detailed log: *data* is WebP, PNG or JPEG of at most 10 MiB.

        context.attach(Attachment(name="screenshot", media_type="image/webp", data=screenshot))
        return {"screenshot": {"status": "taken"}}

    Protocol v1 carries no other file: one of another *name* stays on the machine, and the log says
    so. What is small travels as a fact.
    """

    name: str
    media_type: str
    data: bytes


class Whereami(msgspec.Struct, frozen=True, kw_only=True):
    """How the server sees this machine: public address, place, and why either is missing."""

    public_ip: str | None = None
    location: Mapping[str, Any] | None = None
    absent: Mapping[str, str] = msgspec.field(default_factory=dict)
