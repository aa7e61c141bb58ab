"""Takes in heartbeats: checks what the database need not see, then queues."""

from collections.abc import Sequence
from typing import Any

from wfhserver.clock import Clock
from wfhserver.ingest.decide import Accepted, Beat, Submission
from wfhserver.ingest.group_commit import GroupCommit
from wfhserver.payload import EXTRA_LIMIT_BYTES, HEALTH_LIMIT_BYTES, Heartbeat, json_text
from wfhserver.tokens import hash_of


class Heartbeats:
    """One call per request."""

    def __init__(self, queue: GroupCommit, clock: Clock) -> None:
        self._queue = queue
        self._clock = clock

    async def take(self, token: str, beats: Sequence[Heartbeat], *, is_array: bool) -> Accepted:
        """Return once all of *beats* are committed; Refusal when none is stored."""
        submission = Submission(
            token_hash=hash_of(token),
            beats=[
                _prepared(beat, index if is_array else None) for index, beat in enumerate(beats)
            ],
            received_at=self._clock.now(),
            is_array=is_array,
        )
        return await self._queue.submit(submission)


def _prepared(beat: Heartbeat, index: int | None) -> Beat:
    if beat.health is None and beat.extra is None:
        return Beat(heartbeat=beat, health=None, extra=None)
    prefix = "" if index is None else f"[{index}]."
    return Beat(
        heartbeat=beat,
        health=_text_of(beat.health, prefix + "health", HEALTH_LIMIT_BYTES),
        extra=_text_of(beat.extra, prefix + "extra", EXTRA_LIMIT_BYTES),
    )


def _text_of(facts: dict[str, Any] | None, field: str, limit_bytes: int) -> str | None:
    return None if facts is None else json_text(facts, field=field, limit_bytes=limit_bytes)
