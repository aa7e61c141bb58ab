"""Two logs of a person, host and workday, and a few test logs, however they are sent."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from wfhserver.testing import TestServer, bearer, heartbeat_body, log_request, screenshot_bytes


@pytest.fixture(params=["server", "memory_server"])
def any_server(request: pytest.FixtureRequest) -> TestServer:
    """A server over PostgreSQL, and one over memory: both keep the same rule."""
    found: TestServer = request.getfixturevalue(request.param)
    return found


def send(server: TestServer, token: str, slot: int, **fields: Any) -> tuple[int, Any]:
    """Send a log; return the status, and why it was not stored."""
    answer = server.request("POST", "/api/log", **log_request(token, slot=slot, **fields))
    body = answer.json()
    return answer.status_code, body.get("reason", body.get("code"))


def test_a_second_agent_of_the_same_person_and_host_adds_no_third_log(
    any_server: TestServer,
) -> None:
    one, two = any_server.agent_token(), any_server.agent_token()

    sent = [
        send(any_server, token, slot, timestamp=f"2026-11-23T1{at}:00:00Z")
        for at, (token, slot) in enumerate([(one, 1), (one, 2), (two, 1), (two, 2)])
    ]

    assert sent == [(201, None), (201, None), (200, "slot_taken"), (200, "slot_taken")]


def test_a_second_agent_fills_the_slot_that_the_first_left_empty(any_server: TestServer) -> None:
    one, two = any_server.agent_token(), any_server.agent_token()

    assert send(any_server, one, 1) == (201, None)
    assert send(any_server, two, 2) == (201, None)
    assert send(any_server, one, 2, timestamp="2026-11-23T15:00:00Z") == (200, "slot_taken")


def test_another_log_of_a_slot_is_not_taken_for_the_same_log_sent_twice(
    any_server: TestServer,
) -> None:
    token = any_server.agent_token()
    send(any_server, token, 1, timestamp="2026-11-23T09:00:00Z")

    assert send(any_server, token, 1, timestamp="2026-11-23T09:00:00Z") == (200, "duplicate")
    assert send(any_server, token, 1, timestamp="2026-11-23T09:30:00Z") == (200, "slot_taken")


@pytest.mark.parametrize("other", [{"hostname": "laptop-8"}, {"username": "bob"}])
def test_another_host_and_another_person_have_logs_of_their_own(
    any_server: TestServer, other: dict[str, str]
) -> None:
    send(any_server, any_server.agent_token(), 1)

    assert send(any_server, any_server.agent_token(**other), 1, **other) == (201, None)


def test_a_revoked_agents_logs_still_count(any_server: TestServer) -> None:
    gone = any_server.agent_token()
    send(any_server, gone, 1)
    any_server.revoke(gone)

    assert send(any_server, any_server.agent_token(), 1) == (200, "slot_taken")


def test_many_agents_at_once_fill_each_slot_once(server: TestServer) -> None:
    requests = [
        log_request(
            server.agent_token(),
            screenshot_bytes(),
            slot=slot,
            timestamp=f"2026-11-23T10:{n:02}:00Z",
        )
        for n, slot in enumerate((1, 2) * 5)
    ]

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        return await asyncio.gather(*(client.post("/api/log", **each) for each in requests))

    answers = server.run(scenario)

    assert sorted(answer.status_code for answer in answers) == [200] * 8 + [201] * 2
    assert server.rows("SELECT slot FROM employee_logs ORDER BY slot") == [(1,), (2,)]
    # What lost the race left no file.
    assert len(server.files()) == 2


@pytest.mark.parametrize(
    ("zone", "workday", "expected"),
    [
        ("Europe/Vienna", "2026-11-24", (425, "workday_ahead")),
        (None, "2026-11-24", (425, "workday_ahead")),
        ("-05:00", "2026-11-24", (425, "workday_ahead")),
        ("Pacific/Auckland", "2026-11-24", (201, None)),
        ("+13:45", "2026-11-24", (201, None)),
        # A name that only a newer agent knows is believed.
        ("Mars/Olympus", "2026-11-24", (201, None)),
        ("Europe/Vienna", "2026-11-23", (201, None)),
    ],
)
def test_a_day_that_has_not_begun_where_the_device_is_gets_no_log_yet(
    any_server: TestServer, zone: str | None, workday: str, expected: tuple[int, Any]
) -> None:
    any_server.clock.time = any_server.clock.time.replace(hour=12)

    assert (
        send(any_server, any_server.agent_token(), 1, workday=workday, time_zone=zone) == expected
    )


def test_a_log_that_came_too_early_is_stored_when_its_day_has_begun(any_server: TestServer) -> None:
    token = any_server.agent_token()
    early = {"workday": "2026-11-24", "timestamp": "2026-11-24T09:00:00Z"}
    assert send(any_server, token, 1, **early)[0] == 425

    any_server.clock.time += timedelta(days=1)

    assert send(any_server, token, 1, **early) == (201, None)


def test_a_device_sends_three_test_logs_in_a_day_and_no_fourth(any_server: TestServer) -> None:
    one, two = any_server.agent_token(), any_server.agent_token()

    def test_log(token: str, second: int) -> tuple[int, Any]:
        return send(any_server, token, 0, timestamp=f"2026-11-23T09:00:{second:02}Z")

    assert [test_log(one, 1), test_log(two, 2), test_log(one, 3)] == [(201, None)] * 3
    assert [test_log(one, 4), test_log(two, 5)] == [(422, "test_limit")] * 2
    # The answer to one of the three was lost: it is no fourth.
    assert test_log(one, 1) == (200, "duplicate")

    any_server.clock.time += timedelta(hours=24)

    assert test_log(one, 6) == (201, None)


def test_test_logs_of_other_days_count_as_well(any_server: TestServer) -> None:
    token = any_server.agent_token()
    for day in (20, 21, 22):
        send(any_server, token, 0, workday=f"2026-11-{day}", timestamp=f"2026-11-{day}T09:00:00Z")

    assert send(any_server, token, 0) == (422, "test_limit")


def test_a_log_is_stored_for_an_agent_whose_token_is_new(server: TestServer) -> None:
    """The rows that are locked are those that a foreign key refers to."""
    token = server.agent_token()

    async def scenario(client: httpx.AsyncClient) -> tuple[httpx.Response, ...]:
        heartbeat_body = {"username": "alice", "hostname": "laptop-7", "status": "online",
                "timestamp": "2026-11-23T09:00:00Z"}  # fmt: skip
        return await asyncio.gather(
            client.post("/api/log", **log_request(token, slot=1)),
            client.post("/api/heartbeat", json=heartbeat_body, headers=bearer(token)),
        )

    assert [answer.status_code for answer in server.run(scenario)] == [201, 200]


def ask(server: TestServer, token: str, **fields: Any) -> Any:
    """Return the answer to a heartbeat."""
    answer = server.request(
        "POST", "/api/heartbeat", json=heartbeat_body(**fields), headers=bearer(token)
    )
    assert answer.status_code == 200
    return answer.json()


def test_a_heartbeat_that_asks_gets_the_slots_that_are_taken(any_server: TestServer) -> None:
    token = any_server.agent_token()
    send(any_server, token, 2)

    assert ask(any_server, token, workday="2026-11-23")["slots_taken"] == [2]
    assert ask(any_server, token, workday="2026-11-22")["slots_taken"] == []


def test_a_heartbeat_that_asks_gets_the_retention_period(any_server: TestServer) -> None:
    answer = ask(any_server, any_server.agent_token(), workday="2026-11-23")

    assert answer["retention_days"] == 30


def test_a_heartbeat_that_does_not_ask_gets_the_short_answer(any_server: TestServer) -> None:
    answer = ask(any_server, any_server.agent_token())

    assert set(answer) == {"accepted", "duplicates", "server_time"}


def test_the_last_heartbeat_of_a_batch_may_ask(any_server: TestServer) -> None:
    token = any_server.agent_token()
    send(any_server, token, 1)
    heartbeats = [heartbeat_body(seq=1), heartbeat_body(seq=2, workday="2026-11-23")]

    answer = any_server.request("POST", "/api/heartbeat", json=heartbeats, headers=bearer(token))

    assert answer.json()["slots_taken"] == [1]


def test_a_confirmed_agent_hears_of_the_slots_that_its_predecessor_filled(
    server: TestServer,
) -> None:
    send(server, server.agent_token(), 1)
    again = server.agent_token()
    server.execute("UPDATE agents SET confirmed_at = enrolled_at")

    assert ask(server, again, workday="2026-11-23")["slots_taken"] == [1]


def test_who_only_claims_a_name_hears_of_no_day_of_its_owner(server: TestServer) -> None:
    send(server, server.agent_token(), 1)
    claimed = server.agent_token()
    server.execute("UPDATE agents SET confirmed_at = NULL")

    assert ask(server, claimed, workday="2026-11-23")["slots_taken"] == []


def test_agents_that_ask_in_one_batch_hear_each_of_their_own_day(server: TestServer) -> None:
    tokens = {name: server.agent_token(name) for name in ("alice", "bob", "carol")}
    send(server, tokens["alice"], 1)
    send(server, tokens["bob"], 2, username="bob", workday="2026-11-22")
    days = {"alice": "2026-11-23", "bob": "2026-11-22", "carol": "2026-11-23"}

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        return await asyncio.gather(
            *(
                client.post(
                    "/api/heartbeat",
                    json=heartbeat_body(username=name, workday=day),
                    headers=bearer(tokens[name]),
                )
                for name, day in days.items()
            )
        )

    answers = server.run(scenario)

    assert [answer.json()["slots_taken"] for answer in answers] == [[1], [2], []]
