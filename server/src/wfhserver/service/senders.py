"""Whose token is this?"""

from wfhserver.ingest.identity import check_agent
from wfhserver.ingest.rate import Rate
from wfhserver.storage.interface import IngestStorage, KnownAgent
from wfhserver.tokens import hash_of


class Senders:
    """Finds the agent behind a request."""

    def __init__(self, storage: IngestStorage, rate: Rate) -> None:
        self._storage = storage
        self._rate = rate

    async def agent_of(self, token: str) -> KnownAgent:
        """Return the agent of *token*.

        Refusal when there is none, when it is revoked, or when it asks too often.
        """
        token_hash = hash_of(token)
        self._rate.take(token_hash)
        return check_agent(await self._storage.find_agent(token_hash))
