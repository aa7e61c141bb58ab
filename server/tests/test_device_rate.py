"""One device cannot take the server from the others, and its backlog still drains at once."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from wfhserver.ingest import rate
from wfhserver.ingest.rate import RateLimit
from wfhserver.testing import (
    NOW,
    StillClock,
    TestServer,
    bearer,
    heartbeat_body,
    log_request,
    screenshot_bytes,
)

pytestmark = pytest.mark.usefixtures("answers_at_once")
DAYS = 30
PER_DAY = 288
ARRAY = 960


def backlog(count: int, *, start: int = 0) -> list[dict[str, Any]]:
    """Return *count* heartbeats five minutes apart, the newest last."""
    return [
        heartbeat_body(
            seq=start + n + 1, timestamp=(NOW - timedelta(minutes=5 * (count - n))).isoformat()
        )
        for n in range(count)
    ]


def test_a_backlog_of_thirty_days_is_taken_without_a_wait(memory_server: TestServer) -> None:
    heartbeats, token = backlog(DAYS * PER_DAY), memory_server.agent_token()

    async def scenario(client: httpx.AsyncClient) -> set[int]:
        return {
            (
                await client.post(
                    "/api/heartbeat", json=heartbeats[at : at + ARRAY], headers=bearer(token)
                )
            ).status_code
            for at in range(0, len(heartbeats), ARRAY)
        }

    assert memory_server.run(scenario) == {200}
    assert memory_server.memory is not None
    assert len(memory_server.memory.heartbeat_rows) == DAYS * PER_DAY


def test_a_device_that_floods_gets_429_while_others_are_served(memory_server: TestServer) -> None:
    flooding, quiet = memory_server.agent_token(), memory_server.agent_token()

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        async def send(token: str, count: int) -> httpx.Response:
            body = (
                [heartbeat_body(seq=count)] if token == quiet else backlog(count, start=next_seq())
            )
            return await client.post("/api/heartbeat", json=body, headers=bearer(token))

        sent = 0

        def next_seq() -> int:
            nonlocal sent
            sent += 1000
            return sent

        taken = [await send(flooding, 1000) for _ in range(rate.HEARTBEAT_BURST // 1000)]
        refused, other = await send(flooding, 1000), await send(quiet, 1)
        memory_server.clock.pause(float(refused.headers["retry-after"]))
        return [*taken, refused, other, await send(flooding, 1000)]

    *taken, refused, other, later = memory_server.run(scenario)

    assert {answer.status_code for answer in taken} == {200}
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert refused.headers["retry-after"] == "100"
    assert (other.status_code, later.status_code) == (200, 200)


@pytest.mark.parametrize("path", ["/api/whereami"])
def test_other_calls_of_a_device_have_a_rate_too(memory_server: TestServer, path: str) -> None:
    token = memory_server.agent_token()

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        return [
            (await client.get(path, headers=bearer(token))).status_code
            for _ in range(rate.CALL_BURST + 1)
        ]

    assert memory_server.run(scenario) == [200] * rate.CALL_BURST + [429]


def test_logs_of_a_month_are_taken_at_once_and_no_endless_number(memory_server: TestServer) -> None:
    token = memory_server.agent_token()

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        sent = log_request(token)
        return [
            (await client.post("/api/log", **sent)).status_code for _ in range(rate.LOG_BURST + 1)
        ]

    answers = memory_server.run(scenario)

    assert answers == [201] + [200] * (rate.LOG_BURST - 1) + [429]
    assert 2 * DAYS <= rate.LOG_BURST


def test_the_same_moment_twice_without_a_seq_is_a_duplicate(either: TestServer) -> None:
    headers = bearer(either.agent_token())
    later = heartbeat_body(timestamp=(NOW + timedelta(minutes=5)).isoformat())
    in_another_zone = heartbeat_body(timestamp="2026-11-23T13:00:00+01:00")

    answers = [
        either.request("POST", "/api/heartbeat", json=sent, headers=headers).json()
        for sent in (
            heartbeat_body(),
            heartbeat_body(),
            [heartbeat_body(), later, later],
            in_another_zone,
        )
    ]

    assert [(each["accepted"], each["duplicates"]) for each in answers] == [
        (1, 0),
        (0, 1),
        (1, 2),
        (0, 1),
    ]


def test_the_same_moment_of_two_devices_is_two_heartbeats(either: TestServer) -> None:
    tokens = [either.agent_token(), either.agent_token(hostname="laptop-8")]
    sent = [heartbeat_body(), heartbeat_body(hostname="laptop-8")]

    answers = [
        either.request("POST", "/api/heartbeat", json=each, headers=bearer(token)).json()
        for each, token in zip(sent, tokens, strict=True)
    ]

    assert [each["accepted"] for each in answers] == [1, 1]


def test_two_workers_store_one_moment_without_a_seq_once(server: TestServer) -> None:
    headers = bearer(server.agent_token())

    async def scenario(one: httpx.AsyncClient, two: httpx.AsyncClient) -> int:
        answers = await asyncio.gather(
            *(
                client.post("/api/heartbeat", json=heartbeat_body(), headers=headers)
                for client in (one, two) * 20
            )
        )
        return sum(answer.json()["accepted"] for answer in answers)

    assert server.run_two(scenario) == 1
    assert server.value("SELECT count(*) FROM employee_heartbeats") == 1


def test_devices_with_a_full_bucket_are_not_remembered() -> None:
    clock = StillClock()
    bucket = RateLimit(clock, burst=10, per_second=1)

    for number in range(100_000):
        bucket.take(number.to_bytes(32, "big"))
        clock.pause(0.01)

    assert len(bucket._full_at) < 10_000


def test_an_invalid_screenshot_counts_as_ten_and_an_honest_device_is_served(
    memory_server: TestServer,
) -> None:
    attacking, honest = memory_server.agent_token(), memory_server.agent_token(hostname="laptop-8")

    async def scenario(client: httpx.AsyncClient) -> tuple[list[int], int]:
        sent = log_request(attacking, b"no image")
        refused = [
            (await client.post("/api/log", **sent)).status_code
            for _ in range(rate.LOG_BURST // 10 + 1)
        ]
        good = log_request(honest, screenshot_bytes(), hostname="laptop-8")
        return refused, (await client.post("/api/log", **good)).status_code

    refused, stored = memory_server.run(scenario)

    assert refused == [422] * (rate.LOG_BURST // 10) + [429]
    assert stored == 201
