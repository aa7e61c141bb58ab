"""What monitoring gets, who may read it, and that the journal contains nobody's data."""

import json
import logging
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from wfhserver.logging_setup import JsonLines
from wfhserver.testing import NOW, StillClock, TestServer, bearer, heartbeat_body, log_request

TOKEN = "a token of the metrics, for tests"
NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"


def test_metrics_count_what_came_and_the_agents_by_state(server: TestServer) -> None:
    tokens = [server.agent_token("alice", f"laptop-{number}") for number in range(4)]
    server.revoke(tokens[3])

    async def scenario(client: httpx.AsyncClient) -> str:
        for number, waited in ((0, 0), (0, 0), (1, 600), (2, 86400)):
            body = heartbeat_body(hostname=f"laptop-{number}", seq=1, queued_seconds=waited)
            await client.post("/api/heartbeat", json=body, headers=bearer(tokens[number]))
        await client.post("/api/heartbeat", json=heartbeat_body(), headers=bearer("wfha_unknown"))
        await client.post(
            "/api/log", **log_request(tokens[0], username="alice", hostname="laptop-0")
        )
        return (await client.get("/metrics")).text

    metrics = server.run(scenario).splitlines()

    for line in (
        'wfhserver_heartbeats_total{outcome="stored"} 3.0',
        'wfhserver_heartbeats_total{outcome="duplicates"} 1.0',
        'wfhserver_heartbeats_total{outcome="refused"} 1.0',
        "wfhserver_heartbeat_batch_size_sum 4.0",
        'wfhserver_logs_total{outcome="stored"} 1.0',
        'wfhserver_agents{state="online"} 1.0',
        'wfhserver_agents{state="overdue"} 1.0',
        'wfhserver_agents{state="offline"} 1.0',
        'wfhserver_agents{state="revoked"} 1.0',
        "wfhserver_database_up 1.0",
    ):
        assert line in metrics


def test_metrics_tell_what_retention_did(server: TestServer) -> None:
    async def scenario(client: httpx.AsyncClient) -> str:
        metrics = ""
        # Each question waits for the database, and retention goes on meanwhile.
        while "last_run_timestamp_seconds 1" not in metrics:
            metrics = (await client.get("/metrics")).text
        return metrics

    metrics = server.run(scenario)

    assert 'wfhserver_retention_total{what="partitions_dropped"} 0.0' in metrics


def test_there_are_metrics_while_the_database_is_away(tmp_path: Path) -> None:
    server = TestServer(tmp_path, StillClock(), NOWHERE)

    async def scenario(client: httpx.AsyncClient) -> httpx.Response:
        await client.post("/api/heartbeat", json=heartbeat_body(), headers=bearer("wfha_x"))
        return await client.get("/metrics")

    answer = server.run(scenario)

    assert answer.status_code == 200
    assert "wfhserver_database_up 0.0" in answer.text
    assert 'wfhserver_heartbeats_total{outcome="database"} 1.0' in answer.text


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.9", {}, 404),
        # A proxy on this machine, whose caller is not.
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, 404),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 404),
    ],
)
def test_without_a_token_metrics_are_for_this_machine(
    memory_server: TestServer, peer: str, headers: dict[str, str], status: int
) -> None:
    answer = memory_server.run(lambda client: client.get("/metrics", headers=headers), peer=peer)

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 401), (bearer("another"), 401), (bearer(TOKEN), 200)]
)
def test_with_a_token_metrics_are_for_who_has_it(
    memory_server: TestServer, headers: dict[str, str], status: int
) -> None:
    for peer in ("127.0.0.1", "203.0.113.9"):
        answer = memory_server.run(
            lambda client: client.get("/metrics", headers=headers), peer=peer, metrics_token=TOKEN
        )
        assert answer.status_code == status


def test_a_line_of_the_journal_is_one_json_object() -> None:
    error = ValueError("two\nlines")
    trouble = (ValueError, error, None)
    record = logging.LogRecord(
        "wfhserver.x", logging.ERROR, "x.py", 1, "%s failed", ("it\n",), trouble
    )

    line = JsonLines().format(record)

    assert "\n" not in line
    entry = json.loads(line)
    assert (entry["level"], entry["logger"], entry["message"]) == (
        "error",
        "wfhserver.x",
        "it\n failed",
    )
    assert "ValueError: two\nlines" in entry["exception"]


def test_the_journal_holds_nothing_of_what_is_sent(
    server: TestServer, caplog: pytest.LogCaptureFixture
) -> None:
    token = server.agent_token("secret-user", "secret-host")
    day = (NOW - timedelta(days=1)).date()
    # No partition takes yesterday's rows: PostgreSQL refuses, and quotes the row in its message.
    server.execute(
        f"ALTER TABLE employee_heartbeats DETACH PARTITION employee_heartbeats_{day:%Y%m%d}"
    )
    caplog.set_level(logging.DEBUG, "wfhserver")

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        fields = {"username": "secret-user", "hostname": "secret-host", "extra": {"x": "secret"}}
        yesterday = (NOW - timedelta(days=1)).isoformat()
        return [
            (await client.post("/api/heartbeat", json=body, headers=bearer(token))).status_code
            for body in (
                heartbeat_body(**fields),
                heartbeat_body(**fields, timestamp=yesterday),
                heartbeat_body(**fields, status="SECRET"),
            )
        ]

    try:
        statuses = server.run(scenario)
    finally:
        start, end = (f"{day + timedelta(days=n)}T00:00+00" for n in (0, 1))
        server.execute(
            "ALTER TABLE employee_heartbeats ATTACH PARTITION"
            f" employee_heartbeats_{day:%Y%m%d} FOR VALUES FROM ('{start}') TO ('{end}')"
        )

    assert statuses == [200, 503, 422]
    assert "refused heartbeats" in caplog.text
    assert "secret" not in caplog.text.lower()
    assert token not in caplog.text
    assert f"{day:%Y-%m-%d}" not in caplog.text
