"""Enrollment when many come at once: one machine is one agent, and a use is counted once."""

import asyncio
from typing import Any

import httpx

from wfhserver.testing import TestServer, bearer, heartbeat_body

WHO = {"username": "alice", "hostname": "laptop-7", "platform": "x", "agent_version": "1"}
MACHINE = {**WHO, "agent_id": "00000000-0000-4000-8000-000000000001"}


def test_one_machine_at_two_workers_is_one_agent_and_one_use(server: TestServer) -> None:
    headers = bearer(server.enrollment_token(use_limit=1))

    async def scenario(first: httpx.AsyncClient, second: httpx.AsyncClient) -> Any:
        clients = [first, second] * 5
        return await asyncio.gather(
            *(client.post("/api/enroll", json=MACHINE, headers=headers) for client in clients)
        )

    answers = server.run_two(scenario)

    assert [answer.status_code for answer in answers] == [201] * 10
    assert server.value("SELECT count(*) FROM agents") == 1
    assert server.value("SELECT uses FROM enrollment_tokens") == 1
    assert _that_work(server, [answer.json()["token"] for answer in answers]) >= 1


def _that_work(server: TestServer, tokens: list[str]) -> int:
    async def scenario(client: httpx.AsyncClient) -> int:
        answers = [
            await client.post("/api/heartbeat", json=heartbeat_body(), headers=bearer(token))
            for token in tokens
        ]
        return [answer.status_code for answer in answers].count(200)

    count: int = server.run(scenario)
    return count


def test_the_last_use_goes_to_one_of_two_machines(server: TestServer) -> None:
    headers = bearer(server.enrollment_token(use_limit=1))
    other = {**MACHINE, "agent_id": "00000000-0000-4000-8000-000000000002"}

    async def scenario(first: httpx.AsyncClient, second: httpx.AsyncClient) -> Any:
        return await asyncio.gather(
            first.post("/api/enroll", json=MACHINE, headers=headers),
            second.post("/api/enroll", json=other, headers=headers),
        )

    codes = [answer.json().get("code") for answer in server.run_two(scenario)]

    assert sorted(codes, key=str) == [None, "enrollment_token_used_up"]
    assert server.value("SELECT count(*) FROM agents") == 1


def test_a_refused_enrollment_costs_no_use(server: TestServer) -> None:
    headers = bearer(server.enrollment_token(use_limit=2))
    server.request("POST", "/api/enroll", json=MACHINE, headers=headers)

    server.request("POST", "/api/enroll", json={**MACHINE, "username": "eve"}, headers=headers)

    assert server.value("SELECT uses FROM enrollment_tokens") == 1


def test_a_use_limit_holds_when_many_enroll_at_once(server: TestServer) -> None:
    enrollment = server.enrollment_token(use_limit=3)

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        return await asyncio.gather(
            *(
                client.post(
                    "/api/enroll",
                    json={**WHO, "agent_id": f"00000000-0000-4000-8000-{n:012}"},
                    headers=bearer(enrollment),
                )
                for n in range(10)
            )
        )

    statuses = sorted(answer.status_code for answer in server.run(scenario))

    assert statuses == [201] * 3 + [401] * 7
    assert server.value("SELECT count(*) FROM agents") == 3
    assert server.value("SELECT uses FROM enrollment_tokens") == 3
