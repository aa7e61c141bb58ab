"""Background work, and its end."""

import asyncio
from collections.abc import Sequence

_AGAIN_SECONDS = 1.0


async def end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel *tasks* until they have ended.

    Once is not enough: when a statement is interrupted, the pool waits for PostgreSQL. If that
    takes too long, the pool's error replaces the cancellation.
    """
    running = set(tasks)
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=_AGAIN_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)
