"""Brings the value of a fact into the type that was declared for it. Pure."""

import enum
import math
import numbers
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec

from wfhagent.plugin import Fact, FactType

_LEAST_INT, _MOST_INT = -(2**63), 2**63 - 1


def typed(fact: Fact, value: Any) -> Any:
    """Return *value* as plain JSON of the type of *fact*.

    Raises:
        ValueError: it is of another type, or no JSON; the sentence does not show the value, which
            may be what must not travel.
    """
    if fact.type is None:
        return _plain(value)
    if isinstance(value, enum.Enum):
        value = value.value
    try:
        return _CONVERTERS[fact.type](value, fact)
    except (TypeError, ValueError, OverflowError) as error:
        detail = f": {error}" if isinstance(error, _UnusableError) else ""
        raise ValueError(f"expected {fact.type}, got {_kind_of(value)}{detail}") from None


class _UnusableError(ValueError):
    """Of the right kind, but not of use."""


def _plain(value: Any) -> Any:
    try:
        return msgspec.json.decode(msgspec.json.encode(value))
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ValueError(f"it is no JSON ({error})") from None


def _kind_of(value: Any) -> str:
    if value is None:
        return "None"
    kind = type(value)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return f"{module}{kind.__qualname__}(…)"


def _bool(value: Any, _: Fact) -> bool:
    # numpy's bool is no bool, and its `item` is one.
    found = value.item() if hasattr(value, "item") else value
    if not isinstance(found, bool):
        raise TypeError
    return found


def _int(value: Any, _: Fact) -> int:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError
    exact = cast("float", value)
    if not math.isfinite(exact):
        raise _UnusableError("it is not finite")
    number = math.trunc(exact)
    if number != exact:
        raise _UnusableError("it is not a whole number")
    if not _LEAST_INT <= number <= _MOST_INT:
        raise _UnusableError("it has more than 64 bits")
    return number


def _float(value: Any, _: Fact) -> float:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError
    number = float(value)
    if not math.isfinite(number):
        raise _UnusableError("it is not finite")
    return number


def _text(value: Any, _: Fact) -> str:
    text = os.fspath(value)
    if not isinstance(text, str):
        raise TypeError
    # Names of files may have what is no character.
    return str.__str__(text).encode(errors="replace").decode()


def _time(value: Any, _: Fact) -> str:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise _UnusableError("it has no time zone, take datetime.now(UTC)")
    # In one zone, times are in order as texts, too.
    return moment.astimezone(UTC).isoformat()


def _duration(value: Any, fact: Fact) -> float:
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    return _float(seconds, fact)


def _bytes(value: Any, fact: Fact) -> int:
    number = _int(value, fact)
    if number < 0:
        raise _UnusableError("it is less than 0")
    return number


def _choice(value: Any, fact: Fact) -> str:
    text = _text(value, fact)
    if text not in fact.choices:
        raise _UnusableError(f"it is none of {', '.join(fact.choices)}")
    return text


_CONVERTERS: Mapping[FactType, Callable[[Any, Fact], Any]] = {
    FactType.BOOL: _bool,
    FactType.INT: _int,
    FactType.FLOAT: _float,
    FactType.TEXT: _text,
    FactType.TIME: _time,
    FactType.DURATION: _duration,
    FactType.BYTES: _bytes,
    FactType.CHOICE: _choice,
}
