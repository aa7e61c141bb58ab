"""Which start of an agent its heartbeats are of, and whether two copies of it run at once.

A restart brings a number that was never seen. A number that comes back after another one was seen
is of a copy that still runs, or of a machine that was set back to a snapshot: the second return
within a day tells the one from the other.
"""

from datetime import datetime
from typing import Final

import msgspec

from wfhserver.storage.interface import COPY_SHOWN_FOR, NewRun
from wfhserver.storage.postgres.connection import AnyConnection

_EARLIER_LIMIT: Final = 16

# A row that another worker writes is left to the next heartbeat: both might wait for each other.
_READ = """
SELECT agent_id, run_id, earlier_runs, run_returned_at, copied_at FROM agent_presence
 WHERE agent_id = ANY ($1::int[]) ORDER BY agent_id FOR UPDATE SKIP LOCKED
"""
_WRITE = """
UPDATE agent_presence SET run_id = $2, earlier_runs = $3, run_returned_at = $4, copied_at = $5
 WHERE agent_id = $1
"""


class AgentRuns(msgspec.Struct, frozen=True):
    """What is remembered of an agent's starts; *earlier* are the last ones before *current*."""

    current: str | None = None
    earlier: list[str] = []
    returned_at: datetime | None = None
    copied_at: datetime | None = None

    def after(self, run_id: str, at: datetime) -> "AgentRuns":
        """Return what is remembered once a heartbeat of *run_id* came."""
        if run_id == self.current:
            return self
        has_returned = run_id in self.earlier
        earlier = [each for each in self.earlier if each != run_id]
        if self.current is not None:
            earlier.append(self.current)
        again = has_returned and self.returned_at is not None
        is_copy = again and at - (self.returned_at or at) < COPY_SHOWN_FOR
        return AgentRuns(
            current=run_id,
            earlier=earlier[-_EARLIER_LIMIT:],
            returned_at=at if has_returned else self.returned_at,
            copied_at=at if is_copy else self.copied_at,
        )


async def note(connection: AnyConnection, runs: list[NewRun]) -> None:
    """Remember *runs* in their order; needs a transaction."""
    agents = sorted({each.agent_id for each in runs})
    known = {row["agent_id"]: AgentRuns(*row[1:]) for row in await connection.fetch(_READ, agents)}
    for each in runs:
        if each.agent_id in known:
            known[each.agent_id] = known[each.agent_id].after(each.run_id, each.at)
    rows = [(agent, *msgspec.structs.astuple(found)) for agent, found in known.items()]
    await connection.executemany(_WRITE, rows)
