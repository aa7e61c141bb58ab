"""A revoked device may come back with a shared enrollment token; a blocked one may not."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from wfhserver.models.users import Role
from wfhserver.testing import TestServer, bearer, heartbeat_body, log_request


@pytest.fixture
def admin(server: TestServer) -> dict[str, str]:
    return server.signed_in()


@pytest.fixture
def enrollment(server: TestServer) -> str:
    return server.enrollment_token()


def enroll(server: TestServer, enrollment: str, **changes: Any) -> httpx.Response:
    body = {"agent_id": str(uuid4()), "username": "alice", "hostname": "laptop-7"}
    body |= {"platform": "x", "agent_version": "1", **changes}
    return server.request("POST", "/api/enroll", json=body, headers=bearer(enrollment))


def outcome(answer: httpx.Response) -> tuple[int, str | None]:
    return answer.status_code, answer.json().get("code")


def send_heartbeat(server: TestServer, token: str, **changes: Any) -> tuple[int, str | None]:
    body = heartbeat_body(**changes)
    return outcome(server.request("POST", "/api/heartbeat", json=body, headers=bearer(token)))


def block(server: TestServer, admin: dict[str, str], scope: str) -> httpx.Response:
    number = server.value("SELECT min(agent_id) FROM agents")
    path = f"/api/agents/{number}/block"
    return server.request("POST", path, json={"scope": scope}, headers=admin)


BLOCKED = (403, "agent_blocked")


def test_a_blocked_device_can_do_nothing_and_does_not_come_back(
    server: TestServer, admin: dict[str, str], enrollment: str
) -> None:
    token = enroll(server, enrollment).json()["token"]
    send_heartbeat(server, token)

    made = block(server, admin, "device")

    calls = {
        "POST": ["/api/my-data-link"],
        "GET": ["/api/whereami", "/api/audit/mine"],
    }
    answers = [
        outcome(server.request(method, path, headers=bearer(token)))
        for method, paths in calls.items()
        for path in paths
    ]
    renamed = server.request("POST", "/api/rename", json={"hostname": "x"}, headers=bearer(token))
    log = server.request("POST", "/api/log", **log_request(token))
    assert made.status_code == 201
    assert send_heartbeat(server, token) == BLOCKED
    assert [*answers, outcome(renamed), outcome(log)] == [BLOCKED] * 5
    assert outcome(enroll(server, enrollment)) == BLOCKED
    assert outcome(enroll(server, server.enrollment_token())) == BLOCKED


def test_a_blocked_device_leaves_the_others_of_its_employee_alone(
    server: TestServer, admin: dict[str, str], enrollment: str
) -> None:
    enroll(server, enrollment)
    other = enroll(server, enrollment, hostname="laptop-8").json()["token"]

    block(server, admin, "device")

    assert send_heartbeat(server, other, hostname="laptop-8") == (200, None)
    assert enroll(server, enrollment, hostname="laptop-9").status_code == 201
    assert enroll(server, enrollment, username="bob").status_code == 201


def test_a_blocked_employee_is_refused_on_every_device(
    server: TestServer, admin: dict[str, str], enrollment: str
) -> None:
    tokens = [enroll(server, enrollment, hostname=f"laptop-{n}").json()["token"] for n in (7, 8)]

    block(server, admin, "employee")

    found = [send_heartbeat(server, each, hostname=f"laptop-{n}")
             for each, n in zip(tokens, (7, 8), strict=True)]  # fmt: skip
    assert found == [BLOCKED] * 2
    assert outcome(enroll(server, enrollment, hostname="laptop-9")) == BLOCKED
    assert enroll(server, enrollment, username="bob").status_code == 201


def test_a_device_that_is_unblocked_goes_on_with_its_token(
    server: TestServer, admin: dict[str, str], enrollment: str
) -> None:
    token = enroll(server, enrollment).json()["token"]
    block(server, admin, "employee")
    block(server, admin, "device")
    rows = server.request("GET", "/api/blocks", headers=admin).json()["blocks"]
    refused = []

    for row in rows:
        refused.append(send_heartbeat(server, token))
        server.request("DELETE", f"/api/blocks/{row['block_id']}", headers=admin)

    assert [(row["username"], row["hostname"]) for row in rows] == [
        ("alice", None),
        ("alice", "laptop-7"),
    ]
    assert refused == [BLOCKED] * 2
    assert send_heartbeat(server, token) == (200, None)


def test_to_block_twice_is_one_block(
    server: TestServer, admin: dict[str, str], enrollment: str
) -> None:
    enroll(server, enrollment)

    numbers = {block(server, admin, "device").json()["block_id"] for _ in range(2)}

    assert len(numbers) == 1
    assert server.value("SELECT count(*) FROM enrollment_blocks") == 1


def test_a_revoked_device_comes_back_as_a_new_one_unless_it_is_blocked(
    server: TestServer, admin: dict[str, str], enrollment: str
) -> None:
    enroll(server, enrollment)
    number = server.value("SELECT agent_id FROM agents")
    server.request("POST", f"/api/agents/{number}/revoke", headers=admin)

    back = enroll(server, enrollment)
    block(server, admin, "device")

    assert back.status_code == 201
    assert outcome(enroll(server, enrollment)) == BLOCKED


def test_blocks_are_audit_entries_and_administrators_alone_make_them(
    server: TestServer, admin: dict[str, str], enrollment: str
) -> None:
    enroll(server, enrollment)
    viewers = [server.signed_in(Role.AUDITOR), server.signed_in(Role.MANAGER)]

    forbidden = [block(server, viewer, "device").status_code for viewer in viewers]
    made = block(server, admin, "device").json()["block_id"]
    enroll(server, enrollment)
    seen = [server.request("GET", "/api/blocks", headers=each).status_code for each in viewers]
    ended = [
        server.request("DELETE", f"/api/blocks/{made}", headers=each).status_code
        for each in (*viewers, admin, admin)
    ]

    assert forbidden == [403, 403]
    assert seen == [200, 403]
    assert ended == [403, 403, 204, 404]
    rows = server.rows("SELECT action, cardinality(employee_ids) FROM audit ORDER BY audit_id")
    assert rows == [
        ("agent.enroll", 1),
        ("agent.block", 1),
        ("agent.refuse", 1),
        ("agent.unblock", 1),
    ]


def test_an_open_page_of_ones_own_data_closes_when_its_device_is_blocked(
    server: TestServer, admin: dict[str, str]
) -> None:
    token = server.agent_token()
    link = server.request("POST", "/api/my-data-link", headers=bearer(token)).json()["url"]
    body = {"code": link.partition("#")[2]}
    opened = server.request("POST", "/api/my-session", json=body)
    headers = {"Cookie": f"wfh_my_session={opened.cookies['wfh_my_session']}"}
    before = server.request("GET", "/api/my-data", headers=headers).status_code

    block(server, admin, "device")

    after = server.request("GET", "/api/my-data", headers=headers)
    assert (before, after.status_code) == (200, 401)
