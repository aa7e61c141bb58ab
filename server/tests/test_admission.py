"""Enrollment tokens, machines that wait for approval, and keys of programs."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from wfhserver.models.users import Role
from wfhserver.storage.postgres import enrollment_requests
from wfhserver.testing import StillClock, TestServer, bearer, heartbeat_body

WHO = {
    "agent_id": "00000000-0000-4000-8000-000000000001",
    "username": "alice",
    "hostname": "laptop-7",
    "platform": "x",
    "agent_version": "1",
}


@pytest.fixture
def admin(server: TestServer) -> dict[str, str]:
    return server.signed_in(Role.ADMIN)


def create(server: TestServer, admin: dict[str, str], **limits: Any) -> dict[str, Any]:
    body = {"label": "laptops", **limits}
    answer = server.request("POST", "/api/enrolment-tokens", json=body, headers=admin)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def enroll(server: TestServer, token: str, **changes: Any) -> httpx.Response:
    return server.request("POST", "/api/enroll", json={**WHO, **changes}, headers=bearer(token))


def test_a_token_of_the_dashboard_has_its_limits(
    server: TestServer, admin: dict[str, str], clock: StillClock
) -> None:
    made = create(server, admin, expires_days=7, use_limit=1)

    first = enroll(server, made["token"])
    second = enroll(server, made["token"], agent_id=str(UUID(int=2)))
    (listed,) = server.request("GET", "/api/enrolment-tokens", headers=admin).json()["tokens"]
    clock.time += timedelta(days=7)
    late = enroll(server, made["token"])

    assert first.status_code == 201
    assert second.json()["code"] == "enrollment_token_used_up"
    assert late.json()["code"] == "enrollment_token_expired"
    assert (listed["uses"], listed["use_limit"], listed["agents"]) == (1, 1, 1)
    assert made["token"] not in str(listed)


def test_a_machine_waits_until_it_is_approved(server: TestServer, admin: dict[str, str]) -> None:
    token = create(server, admin, needs_approval=True, use_limit=1)["token"]

    refused = [enroll(server, token), enroll(server, token)]
    (waiting,) = server.request("GET", "/api/enrolment-requests", headers=admin).json()["requests"]
    agents = server.value("SELECT count(*) FROM agents")
    path = f"/api/enrolment-requests/{waiting['agent_uuid']}"
    approved = server.request("POST", path + "/approve", headers=admin)
    admitted = enroll(server, token)
    lost_answer = enroll(server, token)
    heartbeat = server.request(
        "POST", "/api/heartbeat", json=heartbeat_body(), headers=bearer(lost_answer.json()["token"])
    )
    other = enroll(server, token, agent_id=str(UUID(int=2)))

    assert [(x.status_code, x.json()["code"]) for x in refused] == [(403, "approval_pending")] * 2
    assert agents == 0
    assert (waiting["username"], waiting["hostname"]) == ("alice", "laptop-7")
    assert (approved.status_code, admitted.status_code, heartbeat.status_code) == (204, 201, 200)
    assert lost_answer.status_code == 201
    assert other.json()["code"] == "enrollment_token_used_up"
    assert server.request("GET", "/api/enrolment-requests", headers=admin).json()["requests"] == []
    # Whom an administrator let in is who it says.
    assert server.value("SELECT confirmed_at IS NOT NULL FROM agents")


def test_an_approval_is_for_the_names_that_were_approved(
    server: TestServer, admin: dict[str, str]
) -> None:
    token = create(server, admin, needs_approval=True)["token"]
    enroll(server, token)
    path = f"/api/enrolment-requests/{WHO['agent_id']}"
    server.request("POST", path + "/approve", headers=admin)

    other = enroll(server, token, username="the boss")
    same = enroll(server, token)

    assert [x.json()["code"] for x in (other, same)] == ["approval_pending"] * 2


def test_a_rejected_machine_is_off_the_list_and_may_only_ask_again(
    server: TestServer, admin: dict[str, str]
) -> None:
    token = create(server, admin, needs_approval=True)["token"]
    enroll(server, token)
    path = f"/api/enrolment-requests/{WHO['agent_id']}"

    rejected = [server.request("DELETE", path, headers=admin).status_code for _ in range(2)]

    assert rejected == [204, 404]
    assert server.value("SELECT count(*) FROM enrollment_requests") == 0
    assert enroll(server, token).json()["code"] == "approval_pending"


def ask_often(server: TestServer, token: str, numbers: Iterable[int]) -> list[httpx.Response]:
    """Have a device of each number ask for approval; each has another employee."""

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        found = []
        for number in numbers:
            body = {**WHO, "agent_id": str(UUID(int=number)), "username": f"user-{number:04}"}
            found.append(await client.post("/api/enroll", json=body, headers=bearer(token)))
        return found

    answers: list[httpx.Response] = server.run(scenario)
    return answers


def test_no_crowd_of_waiting_devices_hides_one(
    server: TestServer, admin: dict[str, str], clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrollment_requests, "WAITING_LIMIT", 9)
    crowded, quiet = (create(server, admin, needs_approval=True)["token"] for _ in range(2))
    ask_often(server, crowded, range(1, 10))
    clock.time += timedelta(minutes=1)

    (full,) = ask_often(server, crowded, [10])
    (real,) = ask_often(server, quiet, [11])
    seen, page = [], None
    while page != "":
        query = {"limit": 4} | ({} if page is None else {"page": page})
        answer = server.request(
            "GET", "/api/enrolment-requests", params=query, headers=admin
        ).json()
        seen.append([each["username"] for each in answer["requests"]])
        page = answer["next_page"] or ""
    query = {"search": "ER-0011"}
    found = server.request("GET", "/api/enrolment-requests", params=query, headers=admin).json()

    assert (full.status_code, full.json()["code"]) == (403, "approval_pending")
    assert "not on the list" in full.json()["detail"]
    assert real.json()["code"] == "approval_pending"
    assert [len(each) for each in seen] == [4, 4, 2]
    assert [name for each in seen for name in each] == [
        f"user-{number:04}" for number in (*range(1, 10), 11)
    ]
    assert answer["waiting"] == 10
    assert [each["username"] for each in found["requests"]] == ["user-0011"]


def test_a_device_that_stopped_asking_makes_room(
    server: TestServer, admin: dict[str, str], clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrollment_requests, "WAITING_LIMIT", 3)
    token = create(server, admin, needs_approval=True)["token"]
    ask_often(server, token, [1, 2, 3])
    clock.time += timedelta(hours=20)
    ask_often(server, token, [2])
    clock.time += timedelta(hours=5)

    (late,) = ask_often(server, token, [4])

    assert late.json()["code"] == "approval_pending"
    rows = server.rows("SELECT username FROM enrollment_requests ORDER BY username")
    assert rows == [("user-0002",), ("user-0004",)]


def test_the_devices_that_wait_with_a_token_leave_with_it(
    server: TestServer, admin: dict[str, str]
) -> None:
    made = create(server, admin, needs_approval=True)
    ask_often(server, made["token"], [1, 2, 3])

    path = f"/api/enrolment-tokens/{made['token_id']}/revoke"
    server.request("POST", path, json={"with_agents": False}, headers=admin)

    assert server.value("SELECT count(*) FROM enrollment_requests") == 0


def test_one_agent_or_all_of_a_token_are_revoked_at_once(
    server: TestServer, admin: dict[str, str]
) -> None:
    made = create(server, admin)
    own = [enroll(server, made["token"], agent_id=str(UUID(int=n))).json()["token"] for n in (1, 2)]
    first = server.value("SELECT min(agent_id) FROM agents")

    def codes() -> list[str | None]:
        sent = [
            server.request("POST", "/api/heartbeat", json=heartbeat_body(), headers=bearer(token))
            for token in own
        ]
        return [answer.json().get("code") for answer in sent]

    one = server.request("POST", f"/api/agents/{first}/revoke", headers=admin)
    after_one = codes()
    path = f"/api/enrolment-tokens/{made['token_id']}/revoke"
    all_ = server.request("POST", path, json={"with_agents": True}, headers=admin)

    assert one.status_code == 204
    assert after_one == ["token_revoked", None]
    assert all_.json()["agents_revoked"] == 1
    assert codes() == ["token_revoked"] * 2
    assert enroll(server, made["token"]).json()["code"] == "enrollment_token_invalid"
    rows = server.rows("SELECT action, cardinality(employee_ids) FROM audit ORDER BY audit_id")
    assert rows == [
        ("enrolment_token.create", 0),
        ("agent.enroll", 1),
        ("agent.enroll", 1),
        ("agent.revoke", 1),
        ("enrolment_token.revoke", 0),
    ]


def make_key(server: TestServer, admin: dict[str, str], scope: str = "audit") -> dict[str, Any]:
    body = {"label": "archive", "scope": scope, "expires_days": 30}
    answer = server.request("POST", "/api/keys", json=body, headers=admin)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def read_audit(server: TestServer, key: str) -> int:
    answer = server.request("GET", "/api/audit", headers=bearer(key))
    return answer.status_code


def test_a_key_opens_what_its_scope_names_and_no_more(
    server: TestServer, admin: dict[str, str]
) -> None:
    key = make_key(server, admin)["key"]
    other = make_key(server, admin, scope="export")["key"]

    assert read_audit(server, key) == 200
    assert read_audit(server, other) == 401
    assert server.request("GET", "/api/users", headers=bearer(key)).status_code == 401
    assert key not in str(server.rows("SELECT * FROM api_keys"))


@pytest.mark.parametrize("end", ["revoked", "expired", "disabled", "demoted"])
def test_a_key_ends_with_its_time_and_its_user(
    server: TestServer, admin: dict[str, str], clock: StillClock, end: str
) -> None:
    made = make_key(server, admin)
    if end == "revoked":
        server.request("DELETE", f"/api/keys/{made['key_id']}", headers=admin)
    elif end == "expired":
        clock.time += timedelta(days=30)
    elif end == "disabled":
        server.execute("UPDATE users SET disabled_at = now()")
    else:
        server.execute("UPDATE users SET role = 'manager'")

    assert read_audit(server, made["key"]) == (403 if end == "demoted" else 401)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/enrolment-requests/not-a-uuid/approve"),
        ("POST", "/api/enrolment-requests/00000000-0000-4000-8000-000000000009/approve"),
        ("DELETE", "/api/enrolment-requests/%00"),
        ("POST", "/api/agents/7/revoke"),
        ("DELETE", "/api/keys/7"),
    ],
)
def test_what_does_not_exist_is_not_found(
    server: TestServer, admin: dict[str, str], method: str, path: str
) -> None:
    answer = server.request(method, path, headers=admin)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
