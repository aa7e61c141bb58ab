"""How the values of a fact are distributed over devices. Pure."""

import statistics
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from wfhserver.models.facts import FactColumn, FactDistribution, ValueCount, ValueRange
from wfhserver.storage.postgres.facts import StoredValue

MOST_VALUES: Final = 50
_RANGES: Final = 10


def distribution_of(column: FactColumn, found: Sequence[StoredValue]) -> FactDistribution:
    """Return the distribution of *found*, which has each value once, the most common first."""
    counts = [
        (msgspec.json.decode(each.value), each.devices) for each in found if each.value is not None
    ]
    devices = sum(each.devices for each in found)
    missing = sum(each.devices for each in found if each.value is None)
    numbers = [(value, count) for value, count in counts if _is_number(value)]
    if not column.type.is_number or not numbers:
        shown = counts[:MOST_VALUES]
        return FactDistribution(
            column=column,
            devices=devices,
            missing=missing,
            values=[ValueCount(value, count) for value, count in shown],
            others=sum(count for _, count in counts[MOST_VALUES:]),
            ranges=[],
            least=None,
            median=None,
            most=None,
        )
    each = sorted(value for value, count in numbers for _ in range(count))
    return FactDistribution(
        column=column,
        devices=devices,
        missing=missing,
        values=[],
        others=sum(count for _, count in counts) - len(each),
        ranges=_ranges(each),
        least=each[0],
        median=statistics.median(each),
        most=each[-1],
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _ranges(values: Sequence[float]) -> list[ValueRange]:
    """Return ranges of one width from the least to the most of *values*, which are in order."""
    low, high = float(values[0]), float(values[-1])
    if low == high:
        return [ValueRange(low=low, high=high, devices=len(values))]
    width = (high - low) / _RANGES
    counts = [0] * _RANGES
    for value in values:
        counts[min(int((value - low) / width), _RANGES - 1)] += 1
    return [
        ValueRange(low=low + at * width, high=low + (at + 1) * width, devices=count)
        for at, count in enumerate(counts)
    ]
