"""The promises of docs/protocol.md, kept by every storage."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from wfhserver.testing import (
    StillClock,
    TestServer,
    bearer,
    heartbeat_body,
    log_request,
    screenshot_bytes,
)

ENROLLMENT = {
    "agent_id": "0b0d9d38-1f5c-4f0e-9a53-0f5d7f7a6f11",
    "username": "alice",
    "hostname": "laptop-7",
    "platform": "Linux",
    "agent_version": "0.1.0",
}


@pytest.mark.parametrize("name", ["enroll", "enroll-again"])
def test_the_golden_enrollment_gives_a_token_that_works(
    either: TestServer, golden: Callable[[str], bytes], name: str
) -> None:
    token = either.enrollment_token()

    async def scenario(client: httpx.AsyncClient) -> Any:
        answer = await client.post(
            "/api/enroll",
            content=golden(name),
            headers={**bearer(token), "Content-Type": "application/json"},
        )
        own = bearer(answer.json()["token"])
        return answer, await client.post("/api/heartbeat", json=heartbeat_body(), headers=own)

    enrolled, heartbeat = either.run(scenario)

    assert enrolled.status_code == 201
    assert enrolled.json()["slots_taken"] == []
    assert enrolled.json()["token"].startswith("wfha_")
    assert enrolled.json()["server_time"] == "2026-11-23T12:00:00Z"
    assert heartbeat.json() == {
        "accepted": 1,
        "duplicates": 0,
        "server_time": "2026-11-23T12:00:00Z",
    }


@pytest.mark.parametrize(
    "name",
    [
        "heartbeat-minimal",
        "heartbeat-full",
        "heartbeat-notice",
        "heartbeat-run",
        "heartbeat-collected",
        "heartbeat-working-days",
        "heartbeat-zone",
        "heartbeat-plugins",
        "heartbeat-plugin-state",
        "heartbeat-calendar",
    ],
)
def test_the_golden_heartbeats_are_accepted(
    either: TestServer, golden: Callable[[str], bytes], name: str
) -> None:
    headers = {**bearer(either.agent_token()), "Content-Type": "application/json"}

    answer = either.request("POST", "/api/heartbeat", content=golden(name), headers=headers)

    assert answer.status_code == 200
    assert answer.json()["accepted"] == 1


def golden_log(log: bytes, token: str, image: bytes | None = None) -> dict[str, Any]:
    files: dict[str, Any] = {"log": (None, log, "application/json")}
    if image is not None:
        files["screenshot"] = ("screenshot.webp", image, "image/webp")
    return {"headers": bearer(token), "files": files}


@pytest.mark.parametrize("name", ["log-no-display", "log-zone"])
def test_the_golden_logs_without_a_screenshot_are_stored_once(
    either: TestServer, golden: Callable[[str], bytes], name: str
) -> None:
    request = golden_log(golden(name), either.agent_token())

    first = either.request("POST", "/api/log", **request)
    second = either.request("POST", "/api/log", **request)

    assert (first.status_code, first.json()["stored"]) == (201, True)
    assert (second.status_code, second.json()["stored"]) == (200, False)


@pytest.mark.parametrize("name", ["log-taken", "log-hidden-windows"])
def test_the_golden_logs_with_a_screenshot_are_stored_once(
    either: TestServer, golden: Callable[[str], bytes], name: str
) -> None:
    request = golden_log(golden(name), either.agent_token(), screenshot_bytes())
    folder = either.settings["data_directory"] / "screenshots" / "2026-11-23"

    first = either.request("POST", "/api/log", **request)
    files = sorted(folder.iterdir())
    second = either.request("POST", "/api/log", **request)

    assert (first.status_code, second.status_code) == (201, 200)
    assert files[0].read_bytes() == screenshot_bytes()
    assert len(files) == 1
    assert sorted(folder.iterdir()) == files


def test_a_test_log_is_in_addition_to_the_two_and_known_by_its_moment(either: TestServer) -> None:
    token = either.agent_token()
    moments = ("2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z", "2026-11-23T10:00:01Z")

    answers = [
        either.request("POST", "/api/log", **log_request(token, slot=0, timestamp=moment))
        for moment in moments
    ]

    assert [answer.status_code for answer in answers] == [201, 200, 201]


def test_only_the_agent_itself_learns_which_slots_it_has_filled(either: TestServer) -> None:
    headers = bearer(either.enrollment_token())

    def enrolled(**changes: str) -> Any:
        answer = either.request(
            "POST", "/api/enroll", json={**ENROLLMENT, **changes}, headers=headers
        )
        return answer.json()

    token = enrolled()["token"]
    either.request("POST", "/api/log", **log_request(token))
    other = enrolled(agent_id=str(uuid4()))
    mine = enrolled(current_token=token)
    tomorrow = enrolled(current_token=token, workday="2026-11-24")

    assert mine["slots_taken"] == [2]
    assert tomorrow["slots_taken"] == []
    assert other["slots_taken"] == []


def test_a_repeated_seq_is_a_duplicate_in_an_array_and_afterwards(either: TestServer) -> None:
    headers = bearer(either.agent_token())

    first = either.request(
        "POST",
        "/api/heartbeat",
        json=[*(heartbeat_body(seq=seq) for seq in (5, 5, 4, 6)), heartbeat_body()],
        headers=headers,
    )
    second = either.request(
        "POST",
        "/api/heartbeat",
        json=[heartbeat_body(seq=6), heartbeat_body(seq=7)],
        headers=headers,
    )

    assert (first.json()["accepted"], first.json()["duplicates"]) == (3, 2)
    assert (second.json()["accepted"], second.json()["duplicates"]) == (1, 1)


def test_the_same_retry_many_times_at_once_is_stored_once(either: TestServer) -> None:
    headers = bearer(either.agent_token())

    async def scenario(client: httpx.AsyncClient) -> Any:
        return await asyncio.gather(
            *(
                client.post("/api/heartbeat", json=heartbeat_body(seq=9), headers=headers)
                for _ in range(50)
            )
        )

    answers = either.run(scenario)

    assert sum(answer.json()["accepted"] for answer in answers) == 1


def test_the_older_token_works_until_the_new_one_is_first_used(either: TestServer) -> None:
    enrollment = either.enrollment_token(use_limit=1)

    async def scenario(client: httpx.AsyncClient) -> Any:
        async def enroll(**proof: str) -> str:
            body = {**ENROLLMENT, **proof}
            answer = await client.post("/api/enroll", json=body, headers=bearer(enrollment))
            token: str = answer.json()["token"]
            return token

        async def status_with(token: str) -> int:
            answer = await client.post(
                "/api/heartbeat", json=heartbeat_body(), headers=bearer(token)
            )
            return answer.status_code

        first = await enroll()
        lost, third = [await enroll(current_token=first) for _ in range(2)]
        before = [await status_with(first), await status_with(lost)]
        return before, await status_with(third), await status_with(first)

    assert either.run(scenario) == ([200, 401], 200, 401)


def test_an_agent_under_another_name_must_take_another_id(either: TestServer) -> None:
    headers = bearer(either.enrollment_token())
    either.request("POST", "/api/enroll", json=ENROLLMENT, headers=headers)

    answer = either.request(
        "POST", "/api/enroll", json={**ENROLLMENT, "username": "eve"}, headers=headers
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "identity_conflict")
    assert answer.json()["field"] == "username"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (None, "enrollment_token_invalid"),
        ({"revoked": True}, "enrollment_token_invalid"),
        ({"expires_at": -1}, "enrollment_token_expired"),
        ({"use_limit": 1}, "enrollment_token_used_up"),
    ],
)
def test_a_bad_enrollment_token_is_refused_with_its_reason(
    either: TestServer, clock: StillClock, limits: dict[str, Any] | None, code: str
) -> None:
    if limits is not None and "expires_at" in limits:
        limits = {"expires_at": clock.now() - timedelta(seconds=1)}
    token = "wfhe_nobody-made-this" if limits is None else either.enrollment_token(**limits)
    if code == "enrollment_token_used_up":
        either.request("POST", "/api/enroll", json=ENROLLMENT, headers=bearer(token))

    answer = either.request(
        "POST", "/api/enroll", json={**ENROLLMENT, "agent_id": str(uuid4())}, headers=bearer(token)
    )

    assert (answer.status_code, answer.json()["code"]) == (401, code)


@pytest.mark.parametrize("path", ["/api/heartbeat", "/api/log", "/api/whereami"])
def test_a_revoked_agent_is_refused_everywhere(either: TestServer, path: str) -> None:
    token = either.agent_token()
    either.revoke(token)

    if path == "/api/heartbeat":
        answer = either.request("POST", path, json=heartbeat_body(), headers=bearer(token))
    elif path == "/api/log":
        answer = either.request("POST", path, **log_request(token))
    else:
        answer = either.request("GET", path, headers=bearer(token))

    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")


def test_a_revoked_agent_cannot_enroll_again(either: TestServer) -> None:
    headers = bearer(either.enrollment_token())
    own = either.request("POST", "/api/enroll", json=ENROLLMENT, headers=headers).json()["token"]
    either.revoke(own)

    answer = either.request("POST", "/api/enroll", json=ENROLLMENT, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")


def test_another_name_than_the_enrolled_one_is_a_conflict(either: TestServer) -> None:
    token = either.agent_token()
    headers = bearer(token)

    heartbeat = either.request(
        "POST",
        "/api/heartbeat",
        json=[heartbeat_body(seq=1), heartbeat_body(seq=2, hostname="clone")],
        headers=headers,
    )
    logged = either.request("POST", "/api/log", **log_request(token, username="eve"))
    again = either.request("POST", "/api/heartbeat", json=heartbeat_body(seq=1), headers=headers)

    assert (heartbeat.status_code, heartbeat.json()["code"]) == (403, "identity_conflict")
    assert heartbeat.json()["field"] == "[1].hostname"
    assert (logged.status_code, logged.json()["field"]) == (403, "username")
    # Nothing of the refused array was stored.
    assert again.json()["accepted"] == 1


def test_unknown_fields_are_ignored_because_agents_may_be_newer(either: TestServer) -> None:
    answer = either.request(
        "POST",
        "/api/heartbeat",
        json=heartbeat_body(mood=json.loads('{"of": ["the", "day"]}')),
        headers=bearer(either.agent_token()),
    )

    assert answer.status_code == 200
