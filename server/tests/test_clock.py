"""A clock that is wrong deletes nothing, loses nothing, and leaves nobody online."""

import asyncio
import os
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from wfhserver.clock import SystemClock
from wfhserver.ingest.clock_check import deletion_problem, problem_of
from wfhserver.storage.interface import ClockEvidence
from wfhserver.testing import NOW, TestServer, bearer, heartbeat_body, log_request, screenshot_bytes

DAY = timedelta(days=1)
FAR = NOW.replace(year=2036)


@pytest.mark.parametrize(
    ("now", "evidence", "takes", "deletes"),
    [
        (NOW, {}, True, True),
        (NOW, {"database_now": NOW, "last_run": NOW - DAY, "newest_seen": NOW}, True, True),
        (NOW.replace(year=2000), {}, False, False),
        (NOW, {"last_run": NOW + 2 * DAY}, True, False),
        (NOW, {"last_run": NOW + 6 * DAY}, False, False),
        (NOW, {"database_now": NOW - 2 * DAY}, False, False),
        (NOW, {"database_now": NOW - timedelta(hours=2)}, True, False),
        (NOW, {"newest_seen": NOW + 2 * DAY}, True, False),
        (NOW, {"newest_seen": NOW - 10 * DAY}, True, False),
        (NOW, {"last_run": NOW - 10 * DAY, "newest_seen": NOW - DAY}, True, True),
        (NOW, {"last_run": NOW - 3 * DAY}, True, True),
        (FAR, {"last_run": NOW, "newest_seen": NOW}, False, False),
        # What was seen in the future proves nothing of a time that is far ahead.
        (FAR, {"last_run": NOW, "newest_seen": FAR + DAY}, False, False),
    ],
)  # fmt: skip
def test_a_time_is_believed_when_the_database_knows_nothing_against_it(
    now: datetime, evidence: dict[str, Any], takes: bool, deletes: bool
) -> None:
    found = ClockEvidence(**evidence)

    assert (problem_of(now, found) is None) == takes
    assert (deletion_problem(now, found) is None) == deletes


def run(
    server: TestServer, *words: str, at: str | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run `wfhserver retention run` over the database of *server*, at the time *at*."""
    command = [sys.executable, "-m", "wfhserver", "retention", "run", *words]
    return subprocess.run(
        [*(["faketime", at] if at is not None else []), *command],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(server.settings["data_directory"]),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "WFHSERVER_DATABASE_URL": str(server.url),
            "WFHSERVER_DATA_DIRECTORY": str(server.settings["data_directory"]),
        },
    )


def test_a_clock_that_is_ten_years_ahead_deletes_nothing_until_a_person_confirms_it(
    own_server: TestServer,
) -> None:
    own_server.clock.time = SystemClock().now()
    own_server.prepare()
    token, image = own_server.agent_token(), screenshot_bytes()
    today = own_server.clock.time.date().isoformat()
    fields = {"timestamp": own_server.clock.time.isoformat()}

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        answers = [
            await client.post(
                "/api/heartbeat", json=heartbeat_body(**fields), headers=bearer(token)
            ),
            await client.post("/api/log", **log_request(token, image, workday=today, **fields)),
        ]
        return [answer.status_code for answer in answers]

    def stored() -> tuple[int, ...]:
        tables = ("employee_heartbeats", "employee_logs", "agents")
        rows = [own_server.value(f"SELECT count(*) FROM {table}") for table in tables]
        return (*rows, len(list(own_server.settings["data_directory"].rglob("*.webp"))))

    assert own_server.run(scenario) == [200, 201]
    before = stored()
    refused = run(own_server, at="2036-02-07 06:28:16")
    refused_dry = run(own_server, "--dry-run", at="2036-02-07 06:28:16")
    after = stored()
    right = run(own_server)
    confirmed = run(own_server, "--confirm-clock", at="2036-02-07 06:28:16")

    for each in (refused, refused_dry):
        assert each.returncode == 1
        assert each.stderr.startswith(
            "wfhserver: Nothing is deleted. The server's clock shows 2036"
        )
        assert "--confirm-clock" in each.stderr
    assert before == after == (1, 1, 1, 1)
    assert (right.returncode, right.stderr) == (0, "")
    assert confirmed.returncode == 0, confirmed.stderr
    assert stored() == (0, 0, 1, 0)
    assert own_server.rows("SELECT action, details LIKE '%2036-%' FROM audit") == [
        ("clock.confirm", True)
    ]
    # And now it is the right time that a person must confirm.
    assert run(own_server).returncode == 1
    assert run(own_server, "--confirm-clock").returncode == 0


def test_monitoring_says_that_the_clock_keeps_retention_from_running(
    own_server: TestServer,
) -> None:
    own_server.execute(
        "INSERT INTO retention_runs (ended_at, started_at, counts) VALUES ($1, $1, '{}')",
        NOW - 10 * DAY,
    )

    async def scenario(client: httpx.AsyncClient) -> tuple[httpx.Response, str]:
        return await client.get("/readyz"), (await client.get("/metrics")).text

    ready, metrics = own_server.run(scenario)

    # What comes in is stored all the same: a server may have been off for so long.
    assert ready.status_code == 200
    assert ready.json()["retention"].startswith("Nothing is deleted. The server's clock shows")
    assert ready.json()["clock"] == "ok"
    assert "wfhserver_retention_blocked 1.0" in metrics
    assert "wfhserver_clock_plausible 1.0" in metrics


@pytest.mark.parametrize("year", [2000, 2036])
def test_what_is_sent_to_a_server_with_a_wrong_clock_is_kept_by_its_agent(
    server: TestServer, year: int
) -> None:
    token = server.agent_token()
    server.run(
        lambda client: client.post("/api/heartbeat", json=heartbeat_body(), headers=bearer(token))
    )

    async def send(client: httpx.AsyncClient) -> list[tuple[int, str | None]]:
        answers = [
            await client.post("/api/heartbeat", json=heartbeat_body(), headers=bearer(token)),
            await client.post("/api/log", **log_request(token, screenshot_bytes())),
        ]
        return [(each.status_code, each.json().get("code")) for each in answers]

    async def scenario(client: httpx.AsyncClient) -> tuple[httpx.Response, list[Any]]:
        return await client.get("/readyz"), await send(client)

    server.clock.time = NOW.replace(year=year)
    wrong, refused = server.run(scenario)
    server.clock.time = NOW
    ready, taken = server.run(scenario)

    assert refused == [(503, "clock_implausible")] * 2
    assert (wrong.status_code, wrong.json()["code"]) == (503, "clock_implausible")
    assert f"The server's clock shows {year}" in wrong.json()["detail"]
    assert (ready.status_code, taken) == (200, [(200, None), (201, None)])


def test_a_clock_that_is_set_right_while_the_server_runs_takes_in_again(server: TestServer) -> None:
    async def scenario(client: httpx.AsyncClient) -> list[int]:
        wrong = await client.get("/readyz")
        server.clock.time = NOW
        return [wrong.status_code, (await client.get("/readyz")).status_code]

    server.clock.time = NOW.replace(year=2000)

    assert server.run(scenario) == [503, 200]


def test_no_agent_gets_a_time_that_cannot_be_right(server: TestServer, golden: Any) -> None:
    token, enrollment = server.agent_token(), server.enrollment_token()

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        mine = bearer(token)
        return [
            await client.post("/api/enroll", content=golden("enroll"), headers=bearer(enrollment)),
            await client.post("/api/heartbeat", json=heartbeat_body(), headers=mine),
            await client.post("/api/log", **log_request(token)),
            await client.get("/api/whereami", headers=mine),
            await client.get("/api/audit/mine", headers=mine),
            await client.post("/api/my-data-link", headers=mine),
            await client.get("/readyz"),
        ]

    server.clock.time = NOW.replace(year=2000)

    for answer in server.run(scenario):
        assert (answer.status_code, answer.json()["code"]) == (503, "clock_implausible")
        assert "server_time" not in answer.json()
        assert answer.headers["retry-after"] == "5"


def test_a_clock_that_falls_back_while_the_server_runs_refuses_no_log_for_good(
    server: TestServer,
) -> None:
    token = server.agent_token()

    async def scenario(client: httpx.AsyncClient) -> int:
        server.clock.time = NOW.replace(year=2000)
        return (await client.post("/api/log", **log_request(token, screenshot_bytes()))).status_code

    assert server.run(scenario) == 503


def test_a_clock_that_was_ahead_keeps_nobody_online(server: TestServer) -> None:
    token, other = server.agent_token(), server.agent_token("bob", "laptop-8")
    bob = heartbeat_body(username="bob", hostname="laptop-8")
    seen = "SELECT last_seen FROM agent_presence ORDER BY agent_id"

    async def scenario(client: httpx.AsyncClient) -> list[Any]:
        await client.post("/api/heartbeat", json=heartbeat_body(seq=1), headers=bearer(token))
        await client.post("/api/heartbeat", json=bob, headers=bearer(other))
        # As a clock would have had it that was ten days ahead.
        ahead = "UPDATE agent_presence SET last_seen = last_seen + interval '10 days'"
        await asyncio.to_thread(server.execute, ahead)
        await client.post("/api/heartbeat", json=heartbeat_body(seq=2), headers=bearer(token))
        bounded = await asyncio.to_thread(server.rows, seen)
        # The agents that have been silent since, when the server checks the clock again.
        await client.get("/readyz")
        return bounded

    assert server.run(scenario) == [(NOW,), (NOW + 10 * DAY,)]
    assert server.rows(seen) == [(NOW,)] * 2


@pytest.mark.parametrize("path", ["heartbeat", "log", "readyz"])
def test_a_partition_of_today_that_is_missing_is_made_at_once(
    own_server: TestServer, path: str
) -> None:
    token = own_server.agent_token()
    drop = (
        "SELECT drop_day_partition('employee_heartbeats', '2026-11-23'),"
        " drop_day_partition('employee_logs', '2026-11-23')"
    )

    async def scenario(client: httpx.AsyncClient) -> int:
        # Retention makes partitions too, when the server starts.
        runs: list[Any] = []
        while not runs:
            runs = await asyncio.to_thread(own_server.rows, "TABLE retention_runs")
        await asyncio.to_thread(own_server.execute, drop)
        if path == "heartbeat":
            answer = await client.post(
                "/api/heartbeat", json=heartbeat_body(), headers=bearer(token)
            )
        elif path == "log":
            answer = await client.post("/api/log", **log_request(token, screenshot_bytes()))
        else:
            answer = await client.get("/readyz")
        return answer.status_code

    assert own_server.run(scenario) in (200, 201)
    assert own_server.value("SELECT to_regclass('employee_heartbeats_20261123') IS NOT NULL")
    assert own_server.value("SELECT to_regclass('employee_logs_20261123') IS NOT NULL")
