"""A device that got another name stays the same agent."""

from typing import Final

from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.ingest.identity import check_agent
from wfhserver.ingest.rate import RateLimit
from wfhserver.models.agents import KnownAgent
from wfhserver.names import is_same_name, stored_name
from wfhserver.storage.interface import IngestStorage
from wfhserver.tokens import hash_of

# Far more than any device needs; each one is an audit entry.
_A_DAY: Final = 10
_DAY_SECONDS: Final = 86_400


class Renaming:
    """Renames devices, on record."""

    def __init__(self, storage: IngestStorage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._rate = RateLimit(clock, burst=_A_DAY, per_second=_A_DAY / _DAY_SECONDS)

    async def rename(self, agent: KnownAgent, token: str, hostname: str) -> str:
        """Give the device of *agent* that name and return it as stored; Refusal when it may not.

        *token* is the device token that *agent* was found by.
        """
        stored = stored_name(hostname, field="hostname")
        if is_same_name(agent.hostname, stored):
            return agent.hostname
        self._rate.take(hash_of(token))
        async with self._storage.renaming(agent.agent_id) as visit:
            known = check_agent(visit.known)
            employee_id = await visit.rename(stored)
            if visit.connection is not None:
                names = {"from": known.hostname, "to": stored}
                entry = Entry(
                    actor=f"agent:a{known.agent_id}",
                    action="agent.rename",
                    employee_ids=[employee_id],
                    details={"agent": known.agent_id, **names},
                )
                await record(visit.connection, entry, self._clock.now())
        return stored
