"""The counters that travel with every heartbeat. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from wfhagent.deliver.courier import Outcome
from wfhagent.outbox.store import Outbox


def health_of(
    outbox: Outbox, *, skew: timedelta | None, failing: Mapping[str, str], outcome: Outcome
) -> dict[str, Any]:
    """Return what the server is told of how the agent stands."""
    health: dict[str, Any] = asdict(outbox.totals())
    if skew is not None:
        health["clock_skew_seconds"] = round(skew.total_seconds(), 1)
    if failing:
        health["failing"] = failing
    if outcome.problem:
        health["problem"] = outcome.code or "not reached"
    if outbox.set_aside is not None:
        health["outbox_set_aside"] = outbox.set_aside.name
    return health
