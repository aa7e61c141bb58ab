"""Work that goes on beside the requests, and its end."""

import asyncio
from collections.abc import Sequence

_AGAIN_SECONDS = 1.0


async def end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel *tasks* until they have ended.

    Once is not enough: where a statement is broken off, the pool waits for PostgreSQL, and its
    error, when that takes long, stands in the place of the cancellation.
    """
    running = set(tasks)
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=_AGAIN_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)
