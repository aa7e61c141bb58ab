"""What is waiting in the outbox, and what was dropped."""

import sqlite3
from collections.abc import Iterator, Mapping

import msgspec

from wfhagent.clock import Clock
from wfhagent.doctor.finding import Finding
from wfhagent.errors import LockedError
from wfhagent.messages import _
from wfhagent.outbox.damage import check_whole
from wfhagent.outbox.history import server_retention_days
from wfhagent.outbox.store import Outbox
from wfhagent.status import read_status
from wfhagent.system.lock import hold
from wfhagent.system.paths import DataPaths
from wfhagent.system.probe import may_be_there

COUNTS = ("queued_heartbeats", "queued_logs", "refused", "dropped_heartbeats", "dropped_logs")


def count_entries(paths: DataPaths, clock: Clock) -> Mapping[str, int]:
    """Return how many entries wait, were refused and were dropped; empty before the first.

    A running agent is asked through its status: its file is not opened a second time,
    because that would set a damaged one aside.

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
    """Yield what is waiting and what was dropped."""
    try:
        counts = count_entries(paths, clock)
        check_whole(paths.outbox)
    except sqlite3.Error as error:
        yield Finding(
            "outbox",
            ok=False,
            detail=_("{file} cannot be read: {error}").format(file=paths.outbox, error=error),
            advice=_(
                "Restart the agent. It moves a damaged file out of the way, saves what can be "
                "read, and starts a new one."
            ),
        )
        return
    damaged = set_aside(paths)
    if damaged:
        yield Finding(
            "outbox",
            ok=False,
            detail=_("it was damaged and replaced; the old file is {files}").format(
                files=", ".join(damaged)
            ),
            advice=_(
                "What could be read is in the new file. The agent's log says how much that was. "
                "Delete the old file in {folder} when IT agrees."
            ).format(folder=paths.directory),
        )
    elif not counts:
        yield Finding("outbox", ok=True, detail=_("nothing recorded yet"))
    else:
        yield _counted(counts, server_retention_days(paths.outbox))


def _counted(counts: Mapping[str, int], server_keeps: int | None) -> Finding:
    parts = [
        _("waiting: {beats} heartbeats, {logs} logs").format(
            beats=counts["queued_heartbeats"], logs=counts["queued_logs"]
        ),
        _("rejected: {count}").format(count=counts["refused"]),
        _("dropped: {beats} heartbeats, {logs} logs").format(
            beats=counts["dropped_heartbeats"], logs=counts["dropped_logs"]
        ),
    ]
    if server_keeps is not None:
        parts.append(_("the server keeps data for {days} days").format(days=server_keeps))
    return Finding(
        "outbox",
        ok=not counts["refused"],
        detail="; ".join(parts),
        advice=_(
            "The server will not accept the rejected entries. The agent's log says why. Send IT a "
            "`wfhagent report`."
        ),
    )
