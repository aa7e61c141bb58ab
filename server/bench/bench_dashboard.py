"""What the dashboard's calls take at the server, with ten thousand people."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.client import HTTPConnection
from statistics import fmean, median
from typing import Any

import asyncpg
import msgspec
from company import TEAM, fill
from cpu import cpu_seconds
from figures import Figure
from postgres import milliseconds, postgres
from served import served

from wfhserver.storage.postgres.log_pages import PAGE, Key, LogFilter
from wfhserver.testing import TestServer

PEOPLE = 10_000
DAYS = 30
ROUNDS = 25
# Ten seconds of a company, and a change for which everything is read anew.
HEARD = "UPDATE agent_presence SET last_seen = now(), status = 1 WHERE agent_id % 30 = $1"
ROSTER = "UPDATE teams SET name = name WHERE team_id = (SELECT min(team_id) FROM teams)"


def figures() -> list[Figure]:
    """Measure on one PostgreSQL, one after the other."""
    with postgres(datetime.now(UTC)) as house:
        house.sql(fill, people=PEOPLE, days=DAYS, now=house.clock.now())
        return [*_presence(house), *asyncio.run(_pages(house))]


async def _pages(house: TestServer) -> list[Figure]:
    """Time the pages of everybody's logs and of one team's, in PostgreSQL."""
    connection = await asyncpg.connect(house.url, server_settings={"jit": "off"})
    now = house.clock.now()
    days = (now.date() - timedelta(days=DAYS), now.date())
    team = [row["agent_id"] for row in await connection.fetch(TEAM)]

    async def page(agents: list[int] | None, below: Key | None) -> float:
        key = (None,) * 4 if below is None else msgspec.structs.astuple(below)
        filters = msgspec.structs.astuple(LogFilter(*days, agents))
        return await milliseconds(connection, PAGE, *filters, *key, 50)

    try:
        await connection.execute("SET plan_cache_mode = force_custom_plan")
        far = Key(days[0] + timedelta(days=3), now - timedelta(days=27), 5000, 1)
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


def _presence(house: TestServer) -> list[Figure]:
    """Ask a worker in a process of its own, as a page does every ten seconds."""
    folder = house.settings["data_directory"]
    with served(folder, house.url or "", workers=1) as (process, port):
        headers = {**house.signed_in(), "Accept-Encoding": "gzip"}
        connection = HTTPConnection("127.0.0.1", port)

        def ask(change: str, *arguments: Any) -> tuple[float, float, int]:
            """Return milliseconds by the clock and of CPU, and the bytes of the answer."""
            house.execute(change, *arguments)
            begun, used = time.perf_counter(), cpu_seconds(process)
            connection.request("GET", "/api/presence", headers=headers)
            answer = connection.getresponse()
            size, taken = len(answer.read()), time.perf_counter() - begun
            if answer.status != HTTPStatus.OK:
                raise RuntimeError(f"{answer.status} came")
            return taken * 1000, (cpu_seconds(process) - used) * 1000, size

        # The first ones make connections and plans.
        first = [ask(ROSTER) for _ in range(ROUNDS + 2)][2:]
        later = [ask(HEARD, number) for number in range(ROUNDS)]
        connection.close()
    return [
        _figure(
            "dashboard.presence", later, 1.0, "of whom 333 were heard of since the last question"
        ),
        # Rare, and promised by nobody.
        _figure(
            "dashboard.presence_first", first, 3.0, "after a change of the people, all read anew"
        ),
    ]


def _figure(name: str, asked: list[tuple[float, float, int]], bound: float, which: str) -> Figure:
    taken, used, size = zip(*asked, strict=True)
    note = f"{PEOPLE:,} people, {which}; {median(size) / 1000:.0f} kB, worker's CPU"
    note += f" {fmean(used):.0f} ms; the promise of an answer"
    return Figure(name, median(taken), 50.0, bound, "ms", "lower", note)
