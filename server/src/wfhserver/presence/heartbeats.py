"""Takes in heartbeats: checks what the database need not see, then queues."""

from collections.abc import Sequence
from typing import Any

from wfhserver.clock import Clock
from wfhserver.ingest.decide import Accepted, HeartbeatFacts, Submission
from wfhserver.ingest.group_commit import Answer, GroupCommit
from wfhserver.ingest.plugin_reports import plugins_text
from wfhserver.ingest.rate import RateLimit
from wfhserver.payload import EXTRA_LIMIT_BYTES, HEALTH_LIMIT_BYTES, Heartbeat, json_text
from wfhserver.tokens import hash_of


class Heartbeats:
    """One call per request."""

    def __init__(self, queue: GroupCommit, clock: Clock, rate: RateLimit) -> None:
        self._queue = queue
        self._clock = clock
        self._rate = rate

    async def take(
        self, token: str, heartbeats: Sequence[Heartbeat], *, is_array: bool
    ) -> Accepted:
        """Return once all of *heartbeats* are committed; Refusal when none is stored."""
        return await self._queue.submit(self._submission(token, heartbeats, is_array=is_array))

    def begin(
        self, token: str, heartbeats: Sequence[Heartbeat], answer: Answer, *, is_array: bool
    ) -> None:
        """Do the same without a task that waits: *answer* is called; a Refusal may be raised."""
        self._queue.enqueue(self._submission(token, heartbeats, is_array=is_array), answer)

    def _submission(
        self, token: str, heartbeats: Sequence[Heartbeat], *, is_array: bool
    ) -> Submission:
        token_hash = hash_of(token)
        self._rate.take(token_hash, len(heartbeats))
        return Submission(
            token_hash=token_hash,
            heartbeats=heartbeats,
            received_at=self._clock.now(),
            facts=_facts_of(heartbeats, is_array=is_array),
            is_array=is_array,
        )


def _facts_of(heartbeats: Sequence[Heartbeat], *, is_array: bool) -> Sequence[HeartbeatFacts]:
    for heartbeat in heartbeats:
        if (heartbeat.health, heartbeat.extra, heartbeat.plugins) != (None, None, None):
            break
    else:
        return ()
    found = []
    for index, heartbeat in enumerate(heartbeats):
        prefix = f"[{index}]." if is_array else ""
        health = _text_of(heartbeat.health, prefix + "health", HEALTH_LIMIT_BYTES)
        extra = _text_of(heartbeat.extra, prefix + "extra", EXTRA_LIMIT_BYTES)
        found.append(HeartbeatFacts(health, extra, plugins_text(heartbeat.plugins)))
    return found


def _text_of(facts: dict[str, Any] | None, field: str, limit_bytes: int) -> str | None:
    return None if facts is None else json_text(facts, field=field, limit_bytes=limit_bytes)
