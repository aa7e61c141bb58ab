"""What the dashboard's calls take at the server, with ten thousand people."""

import asyncio
import time
from datetime import timedelta
from statistics import median
from typing import Any

import asyncpg
import httpx
import msgspec
from company import TEAM, fill
from figures import Figure
from postgres import milliseconds, postgres

from wfhserver.storage.postgres.log_pages import PAGE, Key
from wfhserver.testing import NOW, House

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
        return [
            await _presence(client, headers),
            *await _pages(house),
        ]


async def _pages(house: House) -> list[Figure]:
    """Time the pages of everybody's logs and of one team's, in PostgreSQL."""
    connection = await asyncpg.connect(house.url, server_settings={"jit": "off"})
    days = (NOW.date() - timedelta(days=DAYS), NOW.date())
    team = [row["agent_id"] for row in await connection.fetch(TEAM)]

    async def page(agents: list[int] | None, below: Key | None) -> float:
        key = (None,) * 4 if below is None else msgspec.structs.astuple(below)
        arguments = (*days, agents, None, None, *key, 50)
        return await milliseconds(connection, PAGE, *arguments)

    try:
        await connection.execute("SET plan_cache_mode = force_custom_plan")
        far = Key(days[0] + timedelta(days=3), NOW - timedelta(days=27), 5000, 1)
        all_first, all_later = await page(None, None), await page(None, far)
        team_first, team_later = await page(team, None), await page(team, far)
    finally:
        await connection.close()
    note = "a page of 50 at the end of 30 days"
    return [
        Figure(
            "dashboard.logs_first", all_first, 5.0, 1.0, "ms", "lower", "everybody's; the promise"
        ),
        Figure("dashboard.logs_later", all_later, all_first, 1.5, "ms", "lower", note),
        Figure(
            "dashboard.team_first", team_first, 5.0, 1.0, "ms", "lower", "a team's; the promise"
        ),
        Figure("dashboard.team_later", team_later, team_first, 1.5, "ms", "lower", note),
    ]


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
