"""What monitoring is told, to whom, and that the journal holds nobody's data."""

import json
import logging
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from wfhserver.logging_setup import JsonLines
from wfhserver.testing import NOW, StillClock, TestServer, bearer, beat, log_request

TOKEN = "a token of the metrics, for tests"
NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"


def test_metrics_count_what_came_and_the_agents_by_state(house: TestServer) -> None:
    tokens = [house.agent_token("alice", f"laptop-{number}") for number in range(4)]
    house.revoke(tokens[3])

    async def scenario(client: httpx.AsyncClient) -> str:
        for number, waited in ((0, 0), (0, 0), (1, 600), (2, 86400)):
            body = beat(hostname=f"laptop-{number}", seq=1, queued_seconds=waited)
            await client.post("/api/heartbeat", json=body, headers=bearer(tokens[number]))
        await client.post("/api/heartbeat", json=beat(), headers=bearer("wfha_unknown"))
        await client.post(
            "/api/log", **log_request(tokens[0], username="alice", hostname="laptop-0")
        )
        return (await client.get("/metrics")).text

    told = house.run(scenario).splitlines()

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
        assert line in told


def test_metrics_tell_what_retention_did(house: TestServer) -> None:
    async def scenario(client: httpx.AsyncClient) -> str:
        told = ""
        # Each question waits for the database, and retention goes on meanwhile.
        while "last_run_timestamp_seconds 1" not in told:
            told = (await client.get("/metrics")).text
        return told

    told = house.run(scenario)

    assert 'wfhserver_retention_total{what="partitions_dropped"} 0.0' in told


def test_metrics_are_told_while_the_database_is_away(tmp_path: Path) -> None:
    house = TestServer(tmp_path, StillClock(), NOWHERE)

    async def scenario(client: httpx.AsyncClient) -> httpx.Response:
        await client.post("/api/heartbeat", json=beat(), headers=bearer("wfha_x"))
        return await client.get("/metrics")

    answer = house.run(scenario)

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
    memory_house: TestServer, peer: str, headers: dict[str, str], status: int
) -> None:
    answer = memory_house.run(lambda client: client.get("/metrics", headers=headers), peer=peer)

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 401), (bearer("another"), 401), (bearer(TOKEN), 200)]
)
def test_with_a_token_metrics_are_for_who_has_it(
    memory_house: TestServer, headers: dict[str, str], status: int
) -> None:
    for peer in ("127.0.0.1", "203.0.113.9"):
        answer = memory_house.run(
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
    said = json.loads(line)
    assert (said["level"], said["logger"], said["message"]) == (
        "error",
        "wfhserver.x",
        "it\n failed",
    )
    assert "ValueError: two\nlines" in said["exception"]


def test_the_journal_holds_nothing_of_what_is_sent(
    house: TestServer, caplog: pytest.LogCaptureFixture
) -> None:
    token = house.agent_token("secret-user", "secret-host")
    day = (NOW - timedelta(days=1)).date()
    # No partition takes yesterday's rows: PostgreSQL refuses, and quotes the row in its message.
    house.execute(
        f"ALTER TABLE employee_heartbeats DETACH PARTITION employee_heartbeats_{day:%Y%m%d}"
    )
    caplog.set_level(logging.DEBUG, "wfhserver")

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        fields = {"username": "secret-user", "hostname": "secret-host", "extra": {"x": "secret"}}
        yesterday = (NOW - timedelta(days=1)).isoformat()
        return [
            (await client.post("/api/heartbeat", json=body, headers=bearer(token))).status_code
            for body in (
                beat(**fields),
                beat(**fields, timestamp=yesterday),
                beat(**fields, status="SECRET"),
            )
        ]

    try:
        statuses = house.run(scenario)
    finally:
        start, end = (f"{day + timedelta(days=n)}T00:00+00" for n in (0, 1))
        house.execute(
            "ALTER TABLE employee_heartbeats ATTACH PARTITION"
            f" employee_heartbeats_{day:%Y%m%d} FOR VALUES FROM ('{start}') TO ('{end}')"
        )

    assert statuses == [200, 503, 422]
    assert "refused heartbeats" in caplog.text
    assert "secret" not in caplog.text.lower()
    assert token not in caplog.text
    assert f"{day:%Y-%m-%d}" not in caplog.text
