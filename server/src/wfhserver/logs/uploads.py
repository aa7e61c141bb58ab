"""Who uploads a log at the moment: a few of one device at a time, and one of them is decoded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from wfhserver.errors import Code, Refusal
from wfhserver.ingest.rate import RateLimit
from wfhserver.models.agents import KnownAgent

# An agent sends one log after the other. One that lost its connection may come again before the
# server knows it.
AT_ONCE: Final = 8
_RETRY_SECONDS = 30
# Images that cannot be stored cost as much time as good ones, and an agent does not send one twice.
_INVALID_COSTS = 10


@dataclass(slots=True)
class _Uploading:
    count: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Uploads:
    """Counts before a body is read: what waits holds its image in memory."""

    def __init__(self, rate: RateLimit) -> None:
        self._rate = rate
        self._agents: dict[int, _Uploading] = {}

    @asynccontextmanager
    async def place(self, agent: KnownAgent) -> AsyncIterator[asyncio.Lock]:
        """Hold a place for an upload of *agent*; yield the lock that it decodes under.

        Refusal `rate_limited` when the agent has too many, or sends too often; an invalid
        screenshot counts as ten.
        """
        self._rate.take(agent.agent_uuid.bytes)
        mine = self._agents.setdefault(agent.agent_id, _Uploading())
        if mine.count >= AT_ONCE:
            raise Refusal(
                Code.RATE_LIMITED,
                f"This device sends more than {AT_ONCE} logs at once. Send them one by one.",
                retry_after=_RETRY_SECONDS,
            )
        mine.count += 1
        try:
            yield mine.turn
        except Refusal as refusal:
            if refusal.code is Code.SCREENSHOT_INVALID:
                self._rate.charge(agent.agent_uuid.bytes, _INVALID_COSTS - 1)
            raise
        finally:
            mine.count -= 1
            if mine.count == 0:
                del self._agents[agent.agent_id]
