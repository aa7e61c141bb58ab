"""The counters that travel with every heartbeat. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import msgspec

from wfhagent.deliver.delivery_state import DeliveryState
from wfhagent.outbox.store import Outbox
from wfhagent.system.sentence import sentence

NOTHING_FURTHER: Mapping[str, Any] = MappingProxyType({})
MOST_FAILING = 12
"""Sentences of at most 300 characters; the server takes 16 KiB of health."""


def health_of(
    outbox: Outbox,
    *,
    skew: timedelta | None,
    failing: Mapping[str, str],
    delivery: DeliveryState,
    notice: Mapping[str, Any] | None = None,
    further: Mapping[str, Any] = NOTHING_FURTHER,
) -> dict[str, Any]:
    """Return what the server learns about the agent's state."""
    health = msgspec.structs.asdict(outbox.totals())
    health["size_bytes"] = outbox.size_bytes()
    if skew is not None:
        health["clock_skew_seconds"] = round(skew.total_seconds(), 1)
    if failing:
        health["failing"] = _some(failing)
    if delivery.problem:
        health["problem"] = delivery.code or "not reached"
    if notice is not None:
        health["notice"] = notice
    health |= {name: value for name, value in further.items() if value}
    if outbox.set_aside is not None:
        health["outbox_set_aside"] = outbox.set_aside.name
    return health


def _some(failing: Mapping[str, str]) -> Mapping[str, str]:
    """Return so many of *failing* that the server takes them."""
    some = {name: sentence(why) for name, why in list(failing.items())[:MOST_FAILING]}
    if len(failing) > len(some):
        some["..."] = f"and {len(failing) - len(some)} more; see `wfhagent status` there"
    return some
