"""Whose token is this?"""

from wfhserver.ingest.identity import check_agent
from wfhserver.storage.interface import IngestStorage, KnownAgent
from wfhserver.tokens import hash_of


class Senders:
    """Finds the agent behind a request."""

    def __init__(self, storage: IngestStorage) -> None:
        self._storage = storage

    async def agent_of(self, token: str) -> KnownAgent:
        """Return the agent of *token*; Refusal when there is none or it is revoked."""
        return check_agent(await self._storage.find_agent(hash_of(token)))
