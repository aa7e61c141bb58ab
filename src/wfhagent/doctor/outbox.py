"""What waits in the outbox, and what was lost."""

import sqlite3
from collections.abc import Iterator, Mapping

import msgspec

from wfhagent.clock import Clock
from wfhagent.doctor.finding import Finding
from wfhagent.errors import LockedError
from wfhagent.outbox.damage import check_whole
from wfhagent.outbox.history import server_retention_days
from wfhagent.outbox.store import Outbox
from wfhagent.process.lock import hold
from wfhagent.status import read_status
from wfhagent.system.paths import DataPaths
from wfhagent.system.probe import may_be_there

COUNTS = ("queued_heartbeats", "queued_logs", "refused", "dropped_heartbeats", "dropped_logs")


def count_entries(paths: DataPaths, clock: Clock) -> Mapping[str, int]:
    """Return how many entries wait, were refused and were dropped; empty before the first.

    A running agent is asked through its status: its file is not opened beside it, because
    opening a damaged one sets it aside.

    Raises:
        OutboxError: the file cannot be opened.
    """
    if not may_be_there(paths.outbox):
        return {}
    try:
        with hold(paths.delivery_lock), Outbox(paths.outbox, now=clock.now()) as outbox:
            totals = msgspec.structs.asdict(outbox.totals())
    except LockedError:
        found = read_status(paths.status)
        return {} if found is None else {name: getattr(found, name) for name in COUNTS}
    return {name: totals[name] for name in COUNTS}


def set_aside(paths: DataPaths) -> list[str]:
    """Return the names of damaged outboxes that were set aside."""
    try:
        found = list(paths.directory.glob(f"{paths.outbox.name}.damaged-*"))
    except OSError:
        # Whoever opens the outbox itself says why.
        return []
    return sorted(path.name for path in found if not path.name.endswith("-wal"))


def check_outbox(paths: DataPaths, clock: Clock) -> Iterator[Finding]:
    """Yield what waits and what was lost."""
    try:
        counts = count_entries(paths, clock)
        check_whole(paths.outbox)
    except sqlite3.Error as error:
        yield Finding(
            "outbox",
            ok=False,
            detail=f"{paths.outbox} cannot be read: {error}",
            advice="Restart the agent: it sets a damaged one aside, saves what can be read of it, "
            "and begins a new one.",
        )
        return
    damaged = set_aside(paths)
    if damaged:
        yield Finding(
            "outbox",
            ok=False,
            detail=f"it was damaged and a new one begun; set aside: {', '.join(damaged)}",
            advice="What could be read of it is in the new one, and the agent's log says how much. "
            f"Delete it in {paths.directory} once that is settled with IT.",
        )
    elif not counts:
        yield Finding("outbox", ok=True, detail="nothing was recorded yet")
    else:
        yield _counted(counts, server_retention_days(paths.outbox))


def _counted(counts: Mapping[str, int], server_keeps: int | None) -> Finding:
    detail = (
        f"{counts['queued_heartbeats']} heartbeats and {counts['queued_logs']} logs wait; "
        f"{counts['refused']} refused; "
        f"{counts['dropped_heartbeats']} heartbeats and {counts['dropped_logs']} logs dropped"
    )
    if server_keeps is not None:
        detail += f"; the server keeps data for {server_keeps} days"
    return Finding(
        "outbox",
        ok=not counts["refused"],
        detail=detail,
        advice="The server will never take the refused ones; the agent's log says why. "
        "Give IT a `wfhagent report`.",
    )
