"""Whose token is this?"""

from wfhserver.ingest.clock_check import ClockCheck
from wfhserver.ingest.identity import check_agent
from wfhserver.ingest.rate import RateLimit
from wfhserver.models.agents import KnownAgent
from wfhserver.storage.interface import IngestStorage
from wfhserver.tokens import hash_of


class AgentAuth:
    """Finds the agent behind a request."""

    def __init__(self, storage: IngestStorage, rate: RateLimit, clock_check: ClockCheck) -> None:
        self._storage = storage
        self._clock_check = clock_check
        self._rate = rate

    async def agent_of(self, token: str) -> KnownAgent:
        """Return the agent of *token*.

        Refusal when there is none, when it is revoked, when it asks too often, or while no answer
        may carry the time: agents go by it.
        """
        self._clock_check.require()
        token_hash = hash_of(token)
        self._rate.take(token_hash)
        return check_agent(await self._storage.find_agent(token_hash))
