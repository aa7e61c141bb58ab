"""A value is of the type that its fact declares, or it is missing with a sentence that says why."""

import enum
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any

import pytest

from wfhagent.collect.typed import typed
from wfhagent.plugin import Fact, FactType, Personal


class Color(enum.Enum):
    RED = "red"


class Truth:
    """As numpy's bool: no bool, and its `item` is one."""

    def item(self) -> bool:
        return True


def fact(kind: FactType | None) -> Fact:
    choices = ("red", "green") if kind is FactType.CHOICE else ()
    return Fact("it", "It", "To know", Personal.NO, type=kind, choices=choices)


@pytest.mark.parametrize(
    ("kind", "value", "travels"),
    [
        (FactType.BOOL, False, False),
        (FactType.BOOL, Truth(), True),
        (FactType.INT, 7, 7),
        (FactType.INT, 97.0, 97),
        (FactType.INT, -(2**63), -(2**63)),
        (FactType.INT, Fraction(8, 2), 4),
        (FactType.FLOAT, 7, 7.0),
        (FactType.FLOAT, Fraction(1, 2), 0.5),
        (FactType.TEXT, "Łódź", "Łódź"),
        (FactType.TEXT, PurePosixPath("/home"), "/home"),
        (FactType.TEXT, "a\udcff", "a?"),
        (FactType.TEXT, Color.RED, "red"),
        (FactType.TIME, datetime(2026, 11, 30, 9, tzinfo=UTC), "2026-11-30T09:00:00+00:00"),
        (FactType.TIME, "2026-11-30T09:00:00Z", "2026-11-30T09:00:00+00:00"),
        (
            FactType.TIME,
            datetime(2026, 11, 30, 9, tzinfo=timezone(timedelta(hours=1))),
            "2026-11-30T08:00:00+00:00",
        ),
        (FactType.DURATION, timedelta(minutes=2), 120.0),
        (FactType.DURATION, 3, 3.0),
        (FactType.BYTES, 2**40, 2**40),
        (FactType.CHOICE, "green", "green"),
        (FactType.CHOICE, Color.RED, "red"),
        (None, {"any": [1, None]}, {"any": [1, None]}),
    ],
)
def test_a_value_is_converted_where_nothing_is_lost(
    kind: FactType | None, value: Any, travels: Any
):
    found = typed(fact(kind), value)

    assert (found, type(found)) == (travels, type(travels))


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        (FactType.BOOL, 1, "expected bool, got int(…)"),
        (FactType.INT, True, "expected int, got bool(…)"),
        (FactType.INT, "7", "expected int, got str(…)"),
        (FactType.INT, 7.5, "expected int, got float(…): it is not a whole number"),
        (FactType.INT, float("nan"), "expected int, got float(…): it is not finite"),
        (FactType.INT, 2**63, "expected int, got int(…): it has more than 64 bits"),
        (FactType.INT, None, "expected int, got None"),
        (FactType.INT, Decimal(7), "expected int, got decimal.Decimal(…)"),
        (FactType.FLOAT, float("inf"), "expected float, got float(…): it is not finite"),
        (FactType.FLOAT, 10**400, "expected float, got int(…)"),
        (FactType.TEXT, b"bytes", "expected text, got bytes(…)"),
        (FactType.TEXT, 7, "expected text, got int(…)"),
        (FactType.TIME, "soon", "expected time, got str(…)"),
        (FactType.TIME, date(2026, 11, 30), "expected time, got datetime.date(…)"),
        (
            FactType.TIME,
            "2026-11-30T09:00:00",
            "expected time, got str(…): it has no time zone, take datetime.now(UTC)",
        ),
        (FactType.DURATION, "3 s", "expected duration, got str(…)"),
        (FactType.BYTES, -1, "expected bytes, got int(…): it is less than 0"),
        (FactType.CHOICE, "blue", "expected choice, got str(…): it is none of red, green"),
        (None, object(), "it is no JSON (Encoding objects of type object is unsupported)"),
    ],
)
def test_any_other_value_is_refused_with_a_sentence_that_does_not_show_it(
    kind: FactType | None, value: Any, sentence: str
):
    with pytest.raises(ValueError) as refused:  # noqa: PT011 -- compared as a whole
        typed(fact(kind), value)

    assert str(refused.value) == sentence
