"""Filters on facts as people write them: `disk_encryption.encrypted is false`. Pure."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from wfhserver.errors import Code, Refusal
from wfhserver.facts.inventory import Inventory
from wfhserver.models.facts import Condition, FactColumn, FactType, FactValue, Operator

MOST_CONDITIONS: Final = 10
# Longer ones first, where one begins like another.
_WRITTEN: Final = {
    "is missing": Operator.MISSING,
    "is known": Operator.KNOWN,
    "is at least": Operator.AT_LEAST,
    "is at most": Operator.AT_MOST,
    "is above": Operator.ABOVE,
    "is after": Operator.ABOVE,
    "is below": Operator.BELOW,
    "is before": Operator.BELOW,
    "is not": Operator.IS_NOT,
    "is": Operator.IS,
    "contains": Operator.CONTAINS,
    "==": Operator.IS,
    "!=": Operator.IS_NOT,
    ">=": Operator.AT_LEAST,
    "<=": Operator.AT_MOST,
    "=": Operator.IS,
    ">": Operator.ABOVE,
    "<": Operator.BELOW,
}
_FILTER = re.compile(
    rf"\s*(?P<fact>.+?)\s+(?P<operator>{'|'.join(map(re.escape, _WRITTEN))})(?P<value>(?:\s.*)?)",
    re.DOTALL | re.IGNORECASE,
)
_EXAMPLE = "Write it like 'disk_encryption.encrypted is false'."
_WITHOUT_VALUE = (Operator.MISSING, Operator.KNOWN)
_ORDERED = (Operator.AT_LEAST, Operator.AT_MOST, Operator.ABOVE, Operator.BELOW)
_BOOLS: Final = {"true": True, "yes": True, "false": False, "no": False}
_BYTES: Final = {
    "": 1,
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "tb": 10**12,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
    "tib": 2**40,
}
_SECONDS: Final = {
    "": 1,
    "s": 1,
    "min": 60,
    "h": 3600,
    "d": 86400,
    "minutes": 60,
    "hours": 3600,
    "day": 86400,
    "days": 86400,
}
_QUANTITY = re.compile(r"([+-]?\d{1,30}(?:\.\d{1,30})?)\s*([a-z]*)", re.IGNORECASE | re.ASCII)
_AGO = re.compile(r"(.+?)\s+ago", re.IGNORECASE)


def read_condition(text: str, inventory: Inventory, now: datetime, *, field: str) -> Condition:
    """Return the condition that *text* writes; Refusal with the reason and an example.

    Times like `7 days ago` are before *now*.
    """
    found = _FILTER.fullmatch(text)
    if found is None:
        raise Refusal(
            Code.INVALID_FIELD, f"The filter {text!r} has no comparison. {_EXAMPLE}", field=field
        )
    column = inventory.column(found["fact"], field=field)
    operator = _WRITTEN[found["operator"].lower()]
    written = found["value"].strip()
    problem = _problem(column, operator, written)
    if problem:
        raise Refusal(Code.INVALID_FIELD, f"{column.fact} {problem}", field=field)
    if operator in _WITHOUT_VALUE:
        return Condition(column.plugin, column.name, operator)
    try:
        value = _READERS[column.type](written, now)
    except (ValueError, OverflowError):
        raise Refusal(
            Code.INVALID_FIELD,
            f"{column.fact} {_EXPECTED[column.type]}, and {written!r} is not.",
            field=field,
        ) from None
    return Condition(column.plugin, column.name, operator, value)


def without_value(text: str) -> str:
    """Return a filter without the value, for the audit log; empty for what is no filter."""
    found = _FILTER.fullmatch(text)
    return "" if found is None else f"{found['fact']} {_WRITTEN[found['operator'].lower()]}"


def _problem(column: FactColumn, operator: Operator, written: str) -> str:
    if operator in _WITHOUT_VALUE:
        return "takes nothing after 'is missing' and 'is known'." if written else ""
    if not written:
        return f"needs a value after the comparison. {_EXAMPLE}"
    if operator in _ORDERED and not (
        column.type.is_number or column.type in (FactType.TIME, FactType.ANY)
    ):
        return f"is of type {column.type}, which has no order. Take 'is' or 'is not'."
    if operator is Operator.CONTAINS and column.type not in (
        FactType.TEXT,
        FactType.CHOICE,
        FactType.ANY,
    ):
        return f"is of type {column.type}, and 'contains' is for text."
    is_compared = operator in (Operator.IS, Operator.IS_NOT)
    if column.type is FactType.CHOICE and is_compared and written not in column.choices:
        return f"is one of {', '.join(column.choices)}, and {written!r} is not."
    return ""


def _bool(written: str, _: datetime) -> FactValue:
    try:
        return _BOOLS[written.lower()]
    except KeyError:
        raise ValueError(written) from None


def _text(written: str, _: datetime) -> FactValue:
    return written


def _number(written: str, _: datetime) -> FactValue:
    return _quantity(written, {"": 1})


def _bytes(written: str, _: datetime) -> FactValue:
    return _quantity(written, _BYTES)


def _duration(written: str, _: datetime) -> FactValue:
    return _quantity(written, _SECONDS)


def _time(written: str, now: datetime) -> FactValue:
    """Return a moment as agents send it; without a zone it is in UTC."""
    ago = _AGO.fullmatch(written)
    if ago is not None:
        moment = now - timedelta(seconds=_quantity(ago[1], _SECONDS))
    else:
        moment = datetime.fromisoformat(written)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return moment.astimezone(UTC).isoformat()


def _any(written: str, now: datetime) -> FactValue:
    for read in (_bool, _number):
        try:
            return read(written, now)
        except ValueError:
            continue
    return written


def _quantity(written: str, units: Mapping[str, int]) -> int | float:
    found = _QUANTITY.fullmatch(written)
    if found is None or found[2].lower() not in units:
        raise ValueError(written)
    factor = units[found[2].lower()]
    return float(found[1]) * factor if "." in found[1] else int(found[1]) * factor


_READERS: Final[Mapping[FactType, Callable[[str, datetime], FactValue]]] = {
    FactType.BOOL: _bool,
    FactType.INT: _number,
    FactType.FLOAT: _number,
    FactType.TEXT: _text,
    FactType.TIME: _time,
    FactType.DURATION: _duration,
    FactType.BYTES: _bytes,
    FactType.CHOICE: _text,
    FactType.ANY: _any,
}
_EXPECTED: Final[Mapping[FactType, str]] = {
    FactType.BOOL: "is true or false",
    FactType.INT: "is a number",
    FactType.FLOAT: "is a number",
    FactType.TEXT: "is a text",
    FactType.TIME: "is a time such as '2026-11-23' or '7 days ago'",
    FactType.DURATION: "is a duration such as '24 h' or '7 days'",
    FactType.BYTES: "is a size such as '5 GB'",
    FactType.CHOICE: "is one of its choices",
    FactType.ANY: "is any value",
}
