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
from wfhserver.testing import NOW, TestServer, bearer, beat, log_request, picture

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
    house: TestServer, *words: str, at: str | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run `wfhserver retention run` over the database of *house*, at the time *at*."""
    command = [sys.executable, "-m", "wfhserver", "retention", "run", *words]
    return subprocess.run(
        [*(["faketime", at] if at is not None else []), *command],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(house.settings["data_directory"]),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "WFHSERVER_DATABASE_URL": str(house.url),
            "WFHSERVER_DATA_DIRECTORY": str(house.settings["data_directory"]),
        },
    )


def test_a_clock_that_is_ten_years_ahead_deletes_nothing_until_a_person_confirms_it(
    own_house: TestServer,
) -> None:
    own_house.clock.time = SystemClock().now()
    own_house.prepare()
    token, image = own_house.agent_token(), picture()
    today = own_house.clock.time.date().isoformat()
    fields = {"timestamp": own_house.clock.time.isoformat()}

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        answers = [
            await client.post("/api/heartbeat", json=beat(**fields), headers=bearer(token)),
            await client.post("/api/log", **log_request(token, image, workday=today, **fields)),
        ]
        return [answer.status_code for answer in answers]

    def stored() -> tuple[int, ...]:
        tables = ("employee_heartbeats", "employee_logs", "agents")
        rows = [own_house.value(f"SELECT count(*) FROM {table}") for table in tables]
        return (*rows, len(list(own_house.settings["data_directory"].rglob("*.webp"))))

    assert own_house.run(scenario) == [200, 201]
    before = stored()
    refused = run(own_house, at="2036-02-07 06:28:16")
    refused_dry = run(own_house, "--dry-run", at="2036-02-07 06:28:16")
    kept = stored()
    right = run(own_house)
    confirmed = run(own_house, "--confirm-clock", at="2036-02-07 06:28:16")

    for each in (refused, refused_dry):
        assert each.returncode == 1
        assert each.stderr.startswith(
            "wfhserver: Nothing is deleted. The server's clock shows 2036"
        )
        assert "--confirm-clock" in each.stderr
    assert before == kept == (1, 1, 1, 2)
    assert (right.returncode, right.stderr) == (0, "")
    assert confirmed.returncode == 0, confirmed.stderr
    assert stored() == (0, 0, 1, 0)
    assert own_house.rows("SELECT action, details LIKE '%2036-%' FROM audit") == [
        ("clock.confirm", True)
    ]
    # And now it is the right time that a person must confirm.
    assert run(own_house).returncode == 1
    assert run(own_house, "--confirm-clock").returncode == 0


def test_monitoring_says_that_the_clock_keeps_retention_from_running(own_house: TestServer) -> None:
    own_house.execute(
        "INSERT INTO retention_runs (ended_at, started_at, counts) VALUES ($1, $1, '{}')",
        NOW - 10 * DAY,
    )

    async def scenario(client: httpx.AsyncClient) -> tuple[httpx.Response, str]:
        return await client.get("/readyz"), (await client.get("/metrics")).text

    ready, metrics = own_house.run(scenario)

    # What comes in is stored all the same: a server may have been off for so long.
    assert ready.status_code == 200
    assert ready.json()["retention"].startswith("Nothing is deleted. The server's clock shows")
    assert ready.json()["clock"] == "ok"
    assert "wfhserver_retention_blocked 1.0" in metrics
    assert "wfhserver_clock_plausible 1.0" in metrics


@pytest.mark.parametrize("year", [2000, 2036])
def test_what_is_sent_to_a_server_with_a_wrong_clock_is_kept_by_its_agent(
    house: TestServer, year: int
) -> None:
    token = house.agent_token()
    house.run(lambda client: client.post("/api/heartbeat", json=beat(), headers=bearer(token)))

    async def send(client: httpx.AsyncClient) -> list[tuple[int, str | None]]:
        answers = [
            await client.post("/api/heartbeat", json=beat(), headers=bearer(token)),
            await client.post("/api/log", **log_request(token, picture())),
        ]
        return [(each.status_code, each.json().get("code")) for each in answers]

    async def scenario(client: httpx.AsyncClient) -> tuple[httpx.Response, list[Any]]:
        return await client.get("/readyz"), await send(client)

    house.clock.time = NOW.replace(year=year)
    wrong, refused = house.run(scenario)
    house.clock.time = NOW
    ready, taken = house.run(scenario)

    assert refused == [(503, "clock_implausible")] * 2
    assert (wrong.status_code, wrong.json()["code"]) == (503, "clock_implausible")
    assert f"The server's clock shows {year}" in wrong.json()["detail"]
    assert (ready.status_code, taken) == (200, [(200, None), (201, None)])


def test_a_clock_that_is_set_right_while_the_server_runs_takes_in_again(house: TestServer) -> None:
    async def scenario(client: httpx.AsyncClient) -> list[int]:
        wrong = await client.get("/readyz")
        house.clock.time = NOW
        return [wrong.status_code, (await client.get("/readyz")).status_code]

    house.clock.time = NOW.replace(year=2000)

    assert house.run(scenario) == [503, 200]


def test_no_agent_is_told_a_time_that_cannot_be_right(house: TestServer, golden: Any) -> None:
    token, enrollment = house.agent_token(), house.enrollment_token()

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        mine = bearer(token)
        return [
            await client.post("/api/enroll", content=golden("enroll"), headers=bearer(enrollment)),
            await client.post("/api/heartbeat", json=beat(), headers=mine),
            await client.post("/api/log", **log_request(token)),
            await client.get("/api/whereami", headers=mine),
            await client.get("/api/audit/mine", headers=mine),
            await client.post("/api/my-data-link", headers=mine),
            await client.get("/readyz"),
        ]

    house.clock.time = NOW.replace(year=2000)

    for answer in house.run(scenario):
        assert (answer.status_code, answer.json()["code"]) == (503, "clock_implausible")
        assert "server_time" not in answer.json()
        assert answer.headers["retry-after"] == "5"


def test_a_clock_that_falls_back_while_the_server_runs_refuses_no_log_for_good(
    house: TestServer,
) -> None:
    token = house.agent_token()

    async def scenario(client: httpx.AsyncClient) -> int:
        house.clock.time = NOW.replace(year=2000)
        return (await client.post("/api/log", **log_request(token, picture()))).status_code

    assert house.run(scenario) == 503


def test_a_clock_that_was_ahead_keeps_nobody_online(house: TestServer) -> None:
    token, other = house.agent_token(), house.agent_token("bob", "laptop-8")
    bob = beat(username="bob", hostname="laptop-8")
    seen = "SELECT last_seen FROM agent_presence ORDER BY agent_id"

    async def scenario(client: httpx.AsyncClient) -> list[Any]:
        await client.post("/api/heartbeat", json=beat(seq=1), headers=bearer(token))
        await client.post("/api/heartbeat", json=bob, headers=bearer(other))
        # As a clock would have had it that was ten days ahead.
        ahead = "UPDATE agent_presence SET last_seen = last_seen + interval '10 days'"
        await asyncio.to_thread(house.execute, ahead)
        await client.post("/api/heartbeat", json=beat(seq=2), headers=bearer(token))
        bounded = await asyncio.to_thread(house.rows, seen)
        # Whoever has been silent since, when the server looks at the clock again.
        await client.get("/readyz")
        return bounded

    assert house.run(scenario) == [(NOW,), (NOW + 10 * DAY,)]
    assert house.rows(seen) == [(NOW,)] * 2


@pytest.mark.parametrize("asked", ["heartbeat", "log", "readyz"])
def test_a_partition_of_today_that_is_missing_is_made_at_once(
    own_house: TestServer, asked: str
) -> None:
    token = own_house.agent_token()
    drop = (
        "SELECT drop_day_partition('employee_heartbeats', '2026-11-23'),"
        " drop_day_partition('employee_logs', '2026-11-23')"
    )

    async def scenario(client: httpx.AsyncClient) -> int:
        # Retention makes partitions too, when the server starts.
        runs: list[Any] = []
        while not runs:
            runs = await asyncio.to_thread(own_house.rows, "TABLE retention_runs")
        await asyncio.to_thread(own_house.execute, drop)
        if asked == "heartbeat":
            answer = await client.post("/api/heartbeat", json=beat(), headers=bearer(token))
        elif asked == "log":
            answer = await client.post("/api/log", **log_request(token, picture()))
        else:
            answer = await client.get("/readyz")
        return answer.status_code

    assert own_house.run(scenario) in (200, 201)
    assert own_house.value("SELECT to_regclass('employee_heartbeats_20261123') IS NOT NULL")
    assert own_house.value("SELECT to_regclass('employee_logs_20261123') IS NOT NULL")
