"""What facts of plugins cost: their page, a filter, a distribution, a rule, and storing a log."""

import asyncio
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.client import HTTPConnection
from statistics import median
from unittest.mock import patch
from urllib.parse import urlencode

from company import fill
from figures import Figure
from postgres import postgres
from served import served

from wfhserver.storage.interface import LogRow
from wfhserver.storage.postgres import logs
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.testing import TestServer

PEOPLE = 10_000
FACTS = 20
ROUNDS = 15
LOGS = 300
# 5 % of the 15.2 ms of a log over TLS.
LOG_SHARE_MS = 0.76
NAMES = [f"fact_{number}" for number in range(FACTS)]
TYPES = ["bool", "int", "text", "bytes"]
PLUGIN = {
    "name": "inventory",
    "kind": "collector",
    "origin": "drop-in",
    "api": 1,
    "occasions": ["heartbeat"],
    "facts": [
        {"name": name, "what": name, "why": "Inventory", "personal": "no", "type": TYPES[at % 4]}
        for at, name in enumerate(NAMES)
    ],
}
# One of a hundred devices has the value that the filter looks for.
_VALUES = ("agent_id % 100 <> 0", "agent_id", "'text of some length'", "10 ^ 9")
VALUES = ", ".join(f"'{name}', {_VALUES[at % 4]}" for at, name in enumerate(NAMES))
STORE = f"""
WITH made AS (
  INSERT INTO plugin_sets (digest, plugins, reported_at) VALUES ('\\x00', $1::jsonb, now())
  RETURNING plugin_set_id),
given AS (
  UPDATE agent_presence
     SET extra = jsonb_build_object('inventory', jsonb_build_object({VALUES})) RETURNING agent_id)
INSERT INTO agent_plugins (agent_id, plugin_set_id, reported_at)
SELECT agent_id, plugin_set_id, now() FROM given, made
"""  # noqa: S608 -- our own names
FILTER = "inventory.fact_0 is false"
QUESTIONS = {
    "page": ("devices", {"plugin": "inventory"}, 100.0),
    "filter": ("devices", {"fact": "inventory.fact_0", "where": FILTER}, 50.0),
    "distribution": ("distribution/inventory.fact_1", {}, 100.0),
}


def figures() -> list[Figure]:
    """Measure over HTTP at one worker, and storing of logs at PostgreSQL."""
    with postgres(datetime.now(UTC)) as server:
        server.sql(fill, people=PEOPLE, days=1, now=server.clock.now())
        server.execute(STORE, json.dumps([PLUGIN]))
        server.execute("VACUUM (ANALYZE) agent_presence, agent_plugins")
        return [*_answers(server), asyncio.run(_storing(server))]


def _answers(server: TestServer) -> list[Figure]:
    folder, headers = server.settings["data_directory"], server.signed_in()
    with served(folder, server.url or "", workers=1) as (_, port):
        connection = HTTPConnection("127.0.0.1", port)

        def ask(path: str) -> float:
            begun = time.perf_counter()
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != HTTPStatus.OK:
                raise RuntimeError(f"{answer.status} came")
            return (time.perf_counter() - begun) * 1000

        found = []
        for name, (path, query, promise) in QUESTIONS.items():
            taken = [ask(f"/api/facts/{path}?{urlencode(query)}") for _ in range(ROUNDS)]
            note = f"{PEOPLE:,} devices with {FACTS} facts; the promise"
            found.append(Figure(f"facts.{name}", median(taken), promise, 1.0, "ms", "lower", note))
        connection.close()
    return found


async def _storing(server: TestServer) -> Figure:
    """Store logs, and time what the page needs of them."""
    database = Database(server.url or "", connections=1)
    await database.open()
    now = server.clock.now()
    extra = json.dumps({"inventory": dict.fromkeys(NAMES, 12345)})
    row = LogRow(
        agent_id=0,
        # A day on which nobody has a log.
        workday=now.date() + timedelta(days=1),
        slot=1,
        timestamp=now,
        received_at=now,
        local_ip=None,
        public_ip=None,
        location=None,
        screenshot='{"status": "locked"}',
        screenshot_path=None,
        screenshot_sha256=None,
        absent="{}",
        extra=extra,
        time_zone=None,
    )
    taken: list[float] = []

    async def timed(connection: AnyConnection, log: LogRow) -> None:
        begun = time.perf_counter()
        await set_facts(connection, log)
        taken.append(time.perf_counter() - begun)

    set_facts = logs.set_facts
    with patch.object(logs, "set_facts", timed):
        for agent in range(1, LOGS + 1):
            await logs.add_log(database, replace(row, agent_id=agent))
    await database.close()
    added = median(taken) * 1000
    note = "in the transaction of a log; 5 % of a log with its screenshot, in `scale`"
    return Figure("facts.log", added, LOG_SHARE_MS, 1.0, "ms", "lower", note)
