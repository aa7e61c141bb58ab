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

from wfhserver.models.schedules import COMPANY, Shift, Week
from wfhserver.storage.postgres import schedules
from wfhserver.storage.postgres.log_pages import PAGE, LogFilter, LogKey
from wfhserver.testing import TestServer

PEOPLE = 10_000
DAYS = 30
ROUNDS = 25
STARTS = 7
OFFICE: Week = (*[(Shift(9 * 60, 17 * 60),)] * 5, (), ())
# The heartbeats of ten seconds, and the changes of an office: somebody marries, somebody leaves,
# somebody gets a device, a team is renamed and gets a member.
HEARTBEATS = "UPDATE agent_presence SET last_seen = now(), status = 1 WHERE agent_id % 30 = $1"
PEOPLE_CHANGES = (
    "UPDATE employees SET username = username || '-new' WHERE employee_id = $1",
    "UPDATE agents SET revoked_at = now() WHERE agent_id = $1",
    """WITH added AS (INSERT INTO agents (agent_uuid, employee_id, hostname, platform,
                                       agent_version, token_hash, enrolled_at)
              VALUES (gen_random_uuid(), $1, 'LAPTOP', 'Linux', '0.1.0',
                      sha256('LAPTOP'::bytea || int4send($1)), now()) RETURNING agent_id)
       INSERT INTO agent_presence (agent_id) SELECT agent_id FROM added""",
    """WITH renamed AS (UPDATE teams SET name = name || '-' || $1::int
                         WHERE team_id = (SELECT min(team_id) FROM teams) RETURNING team_id)
       INSERT INTO team_members SELECT $1, team_id FROM renamed""",
)


def figures() -> list[Figure]:
    """Measure on one PostgreSQL, one after the other."""
    with postgres(datetime.now(UTC)) as server:
        now = server.clock.now()
        server.sql(fill, people=PEOPLE, days=DAYS, now=now)
        # Everybody has a schedule, and so a plan on *Now*.
        server.sql(schedules.add, COMPANY, now.date() - timedelta(days=DAYS), OFFICE)
        return [*_presence(server), *asyncio.run(_pages(server))]


async def _pages(server: TestServer) -> list[Figure]:
    """Time the pages of everybody's logs and of one team's, in PostgreSQL."""
    connection = await asyncpg.connect(server.url, server_settings={"jit": "off"})
    now = server.clock.now()
    days = (now.date() - timedelta(days=DAYS), now.date())
    team = [row["agent_id"] for row in await connection.fetch(TEAM)]

    async def page(agents: list[int] | None, below: LogKey | None) -> float:
        key = (None,) * 4 if below is None else msgspec.structs.astuple(below)
        filters = msgspec.structs.astuple(LogFilter(*days, agents))
        return await milliseconds(connection, PAGE, *filters, *key, 50)

    try:
        await connection.execute("SET plan_cache_mode = force_custom_plan")
        far = LogKey(days[0] + timedelta(days=3), now - timedelta(days=27), 5000, 1)
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


class _Page:
    """The page in one browser, which asks a worker in a separate process."""

    def __init__(
        self, server: TestServer, headers: dict[str, str], worker: tuple[int, int]
    ) -> None:
        self._server = server
        self._headers = {**headers, "Accept-Encoding": "gzip"}
        self._process, port = worker
        self._connection = HTTPConnection("127.0.0.1", port)

    def ask(self, change: str = "SELECT 1", *arguments: Any) -> tuple[float, float, int]:
        """Return milliseconds by the clock and of CPU, and the bytes of the answer."""
        self._server.execute(change, *arguments)
        begun, used = time.perf_counter(), cpu_seconds(self._process)
        self._connection.request("GET", "/api/presence", headers=self._headers)
        answer = self._connection.getresponse()
        size, taken = len(answer.read()), time.perf_counter() - begun
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(f"{answer.status} came")
        return taken * 1000, (cpu_seconds(self._process) - used) * 1000, size

    def close(self) -> None:
        """End the connection, or the worker would wait for it when it stops."""
        self._connection.close()


def _presence(server: TestServer) -> list[Figure]:
    """Ask workers as a page does every ten seconds."""
    folder, headers = server.settings["data_directory"], server.signed_in()
    first = []
    for _ in range(STARTS):
        with served(folder, server.url or "", workers=1) as worker:
            page = _Page(server, headers, worker)
            first.append(page.ask())
            page.close()
    with served(folder, server.url or "", workers=1) as worker:
        page = _Page(server, headers, worker)
        # The first ones make plans.
        for number in range(8):
            page.ask(PEOPLE_CHANGES[number % 4], number + 1)
        later = [page.ask(HEARTBEATS, number) for number in range(ROUNDS)]
        changed = [page.ask(PEOPLE_CHANGES[n % 4], n + 100) for n in range(ROUNDS)]
        page.close()
    return [
        _figure("dashboard.presence", later, "of whom 333 sent a heartbeat since the last answer"),
        _figure("dashboard.presence_first", first, "the first answer of a new worker"),
        _figure("dashboard.presence_people", changed, "after a change of people, devices or teams"),
    ]


def _figure(name: str, answers: list[tuple[float, float, int]], which: str) -> Figure:
    taken, used, size = zip(*answers, strict=True)
    note = f"{PEOPLE:,} people, {which}; {median(size) / 1000:.0f} kB, worker's CPU"
    note += f" {fmean(used):.0f} ms; the promise of an answer"
    return Figure(name, median(taken), 50.0, 1.0, "ms", "lower", note)
