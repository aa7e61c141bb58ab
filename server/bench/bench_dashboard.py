"""What the dashboard's calls take at the server, with ten thousand people."""

import asyncio
import time
from statistics import median
from typing import Any

import asyncpg
import httpx
from company import fill
from figures import Figure
from postgres import postgres

from wfhserver.testing import House

PEOPLE = 10_000
DAYS = 30
ROUNDS = 15


def figures() -> list[Figure]:
    """Measure on one PostgreSQL, one after the other."""
    with postgres() as house:
        headers = house.signed_in()
        return asyncio.run(_measure(house, headers))


async def _measure(house: House, headers: dict[str, str]) -> list[Figure]:
    connection = await asyncpg.connect(house.url)
    try:
        await fill(connection, people=PEOPLE, days=DAYS)
    finally:
        await connection.close()
    async with house.client() as client:
        return [await _presence(client, headers)]


async def _presence(client: httpx.AsyncClient, headers: dict[str, str]) -> Figure:
    taken, answer = await _milliseconds(client, "/api/presence", headers)
    count = len(answer.json()["rows"])
    note = f"{count:,} people, {len(answer.content) / 1e6:.1f} MB; the promise"
    return Figure("dashboard.presence", taken, 50.0, 1.0, "ms", "lower", note)


async def _milliseconds(
    client: httpx.AsyncClient, path: str, headers: dict[str, str], **query: Any
) -> tuple[float, httpx.Response]:
    """Return the median time from the request to the whole answer, without a network between."""
    times = []
    for _ in range(ROUNDS + 2):
        begun = time.perf_counter()
        answer = await client.get(path, params=query, headers=headers)
        times.append((time.perf_counter() - begun) * 1000)
        answer.raise_for_status()
    # The first ones make connections and plans.
    return median(times[2:]), answer
