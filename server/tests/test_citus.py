"""What only a real Citus shows; see citus.py for how to name one."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from wfhserver import tokens
from wfhserver.storage.postgres import distribution, migrate
from wfhserver.testing import (
    TestServer,
    bearer,
    heartbeat_body,
    log_request,
    screenshot_bytes,
)

pytestmark = pytest.mark.end_to_end

NOWHERE = 9
"""A port on which nothing listens."""


@contextmanager
def node_away(server: TestServer) -> Iterator[int]:
    """Let the last node be unreachable; yields its number."""
    find = (
        "SELECT nodeid, groupid, nodename, nodeport FROM pg_dist_node ORDER BY nodeid DESC LIMIT 1"
    )
    [(node, group, name, port)] = server.rows(find)
    move = "SELECT citus_update_node($1, $2, $3)"
    server.execute("SELECT citus_update_node($1, $2, $3)", node, name, NOWHERE)
    try:
        yield group
    finally:
        server.execute(move, node, name, port)


def nodes_of(server: TestServer, agent_tokens: list[str]) -> dict[str, int]:
    """Return the node of each agent."""
    hashes = [tokens.hash_of(token) for token in agent_tokens]
    found = server.sql(distribution.nodes_of, hashes)
    return {token: found[tokens.hash_of(token)] for token in agent_tokens}


def test_a_node_that_is_away_stops_its_own_agents_alone(own_server: TestServer) -> None:
    agents = [own_server.agent_token("alice", f"pc-{number}") for number in range(8)]
    nodes = nodes_of(own_server, agents)

    def body(number: int) -> dict[str, Any]:
        return heartbeat_body(hostname=f"pc-{number}")

    async def scenario(client: httpx.AsyncClient) -> tuple[list[httpx.Response], httpx.Response]:
        send = (
            client.post("/api/heartbeat", json=body(number), headers=bearer(one))
            for number, one in enumerate(agents)
        )
        return await asyncio.gather(*send), await client.get("/readyz")

    with node_away(own_server) as away:
        answers, ready = own_server.run(scenario)
    again, ready_again = own_server.run(scenario)

    assert len(set(nodes.values())) == 2
    expected = [503 if nodes[one] == away else 200 for one in agents]
    assert [answer.status_code for answer in answers] == expected
    refused = [answer.json()["detail"] for answer in answers if answer.status_code == 503]
    assert all("A node of the database cannot be reached" in detail for detail in refused)
    assert ready.status_code == 503
    assert "A node of the database cannot be reached" in ready.json()["detail"]
    assert [answer.status_code for answer in again] == [200] * len(agents)
    assert ready_again.status_code == 200


def test_a_log_for_a_node_that_is_away_is_refused_for_now_and_leaves_no_file(
    own_server: TestServer,
) -> None:
    agents = [own_server.agent_token("alice", f"pc-{number}") for number in range(8)]
    nodes = nodes_of(own_server, agents)

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        logs = (
            log_request(one, screenshot_bytes(), hostname=f"pc-{number}")
            for number, one in enumerate(agents)
        )
        return [(await client.post("/api/log", **log)).status_code for log in logs]

    with node_away(own_server) as away:
        answers = own_server.run(scenario)
    stored = [one for one in agents if nodes[one] != away]

    assert answers == [201 if one in stored else 503 for one in agents]
    assert len([file for file in own_server.files() if file.suffix == ".webp"]) == len(stored)


def test_no_row_stays_on_the_coordinator(own_server: TestServer) -> None:
    # As they were before: rows in tables that are not distributed yet.
    own_server.execute("SELECT undistribute_table('employee_missed_logs')")
    own_server.execute(
        "INSERT INTO employee_missed_logs (workday, agent_id, slot, reason)"
        " SELECT '2026-11-20', number, 1, 'off' FROM generate_series(1, 1000) AS number"
    )

    own_server.sql(distribution.distribute)

    assert own_server.value("SELECT count(*) FROM employee_missed_logs") == 1000
    assert own_server.value("SELECT pg_relation_size('employee_missed_logs')") == 0


def test_a_migration_changes_distributed_tables(
    own_server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = """
        ALTER TABLE employee_logs ADD COLUMN first int; -- a comment; with a semicolon
        ALTER TABLE employee_heartbeats ADD COLUMN second text DEFAULT ';';
        ALTER TABLE employee_logs DROP COLUMN first;
    """
    monkeypatch.setattr(migrate, "rendered_sql", lambda _: script)

    asyncio.run(migrate.upgrade(own_server.url or "", []))

    assert own_server.value("SELECT count(second) FROM employee_heartbeats") == 0
