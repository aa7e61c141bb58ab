"""Two copies of one agent at once, as when a disk was copied, are shown to administrators."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from wfhserver.storage.postgres.runs import AgentRuns
from wfhserver.testing import NOW, StillClock, TestServer, bearer, heartbeat_body

MINUTES = timedelta(minutes=5)


def after(runs: str, *, every: timedelta = MINUTES) -> AgentRuns:
    """Return what is remembered after a heartbeat of each of *runs*, one character each."""
    found = AgentRuns()
    for number, run_id in enumerate(runs):
        found = found.after(run_id, NOW + number * every)
    return found


@pytest.mark.parametrize("runs", ["abab", "aaabbaab", "abcabc", "cabbaca", "abcdefabcdef"])
def test_numbers_that_come_back_and_back_again_are_of_copies(runs: str) -> None:
    assert after(runs).copied_at is not None


@pytest.mark.parametrize("runs", ["a", "aaaa", "abcdefgh", "aabbccdd"])
def test_restarts_are_no_copies(runs: str) -> None:
    assert after(runs).copied_at is None


def test_a_machine_that_is_set_back_to_a_snapshot_is_no_copy() -> None:
    assert after("aabbaa").copied_at is None
    assert after("abacad", every=timedelta(days=1)).copied_at is None


def test_a_machine_that_restarts_all_day_is_remembered_in_bounds() -> None:
    many = AgentRuns()
    for number in range(1000):
        many = many.after(f"run {number}", NOW)

    assert len(many.earlier) == 16


def send(server: TestServer, token: str, runs: Sequence[object], *, seq: int | None = None) -> None:
    async def scenario(client: httpx.AsyncClient) -> None:
        for number, run_id in enumerate(runs):
            facts = {} if seq is None else {"seq": max(1, seq - number)}
            body = heartbeat_body(
                timestamp=moment(server, number), health={"run_id": run_id}, **facts
            )
            answer = await client.post("/api/heartbeat", json=body, headers=bearer(token))
            assert answer.status_code == 200

    server.run(scenario)


def moment(server: TestServer, number: int) -> str:
    at: datetime = server.clock.now() + timedelta(seconds=number)
    return at.isoformat()


def attention(server: TestServer, admin: dict[str, str]) -> list[list[str]]:
    """Return what the pages Agents and Now say of the one agent."""
    agents, now = (
        server.request("GET", f"/api/{page}", headers=admin) for page in ("agents", "presence")
    )
    return [page.json()["rows"][0]["attention"] for page in (agents, now)]


def test_two_copies_are_shown_until_a_day_after_the_last_sign_of_them(
    server: TestServer, clock: StillClock
) -> None:
    token, admin = server.agent_token(), server.signed_in()

    send(server, token, ["one", "two"] * 2)
    shown = attention(server, admin)
    clock.time += timedelta(hours=10)
    send(server, token, ["one"])
    clock.time += timedelta(hours=23)
    admin = server.signed_in(username="later")
    send(server, token, ["one"])
    still = attention(server, admin)
    clock.time += timedelta(hours=2)
    send(server, token, ["one"])

    assert all("Two copies of this agent" in each[0] for each in shown + still)
    assert attention(server, admin) == [[], []]


def test_the_copy_with_the_slower_clock_is_noticed_though_all_that_it_sends_is_a_duplicate(
    server: TestServer,
) -> None:
    token = server.agent_token()

    send(server, token, ["one", "two"] * 2, seq=1000)

    assert server.value("SELECT count(*) FROM employee_heartbeats") == 1
    assert server.value("SELECT copied_at FROM agent_presence") == NOW


def test_copies_are_noticed_whichever_worker_they_talk_to(server: TestServer) -> None:
    token = server.agent_token()

    async def scenario(first: httpx.AsyncClient, second: httpx.AsyncClient) -> None:
        for number in range(4):
            run_id, client = [("one", first), ("two", second)][number % 2]
            body: dict[str, Any] = heartbeat_body(
                health={"run_id": run_id}, timestamp=moment(server, number)
            )
            await client.post("/api/heartbeat", json=body, headers=bearer(token))

    server.run_two(scenario)

    assert server.value("SELECT copied_at FROM agent_presence") == NOW


def test_a_backlog_of_several_runs_in_one_request_is_followed_in_its_order(
    server: TestServer,
) -> None:
    token = server.agent_token()
    heartbeats = [
        heartbeat_body(health={"run_id": run_id}, timestamp=moment(server, number))
        for number, run_id in enumerate(["one", "one", "two", "three"])
    ]

    server.request("POST", "/api/heartbeat", json=heartbeats, headers=bearer(token))

    found = server.rows("SELECT run_id, earlier_runs, copied_at FROM agent_presence")
    assert found == [("three", ["one", "two"], None)]


@pytest.mark.parametrize("run_id", [None, 7, "", "x" * 65, {"a": 1}, ["one"]])
def test_what_is_no_number_of_a_run_is_passed_over(server: TestServer, run_id: object) -> None:
    token = server.agent_token()

    send(server, token, [run_id, run_id])

    assert server.value("SELECT run_id FROM agent_presence") is None
