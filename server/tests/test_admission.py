"""Enrollment tokens, machines that wait for approval, and keys of programs."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from wfhserver.models.users import Role
from wfhserver.storage.postgres import enrollment_requests
from wfhserver.testing import StillClock, TestServer, bearer, beat

WHO = {
    "agent_id": "00000000-0000-4000-8000-000000000001",
    "username": "alice",
    "hostname": "laptop-7",
    "platform": "x",
    "agent_version": "1",
}


@pytest.fixture
def admin(house: TestServer) -> dict[str, str]:
    return house.signed_in(Role.ADMIN)


def create(house: TestServer, admin: dict[str, str], **limits: Any) -> dict[str, Any]:
    body = {"label": "laptops", **limits}
    answer = house.ask("POST", "/api/enrolment-tokens", json=body, headers=admin)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def enroll(house: TestServer, token: str, **changes: Any) -> httpx.Response:
    return house.ask("POST", "/api/enroll", json={**WHO, **changes}, headers=bearer(token))


def test_a_token_of_the_dashboard_has_its_limits(
    house: TestServer, admin: dict[str, str], clock: StillClock
) -> None:
    made = create(house, admin, expires_days=7, use_limit=1)

    first = enroll(house, made["token"])
    second = enroll(house, made["token"], agent_id=str(UUID(int=2)))
    (listed,) = house.ask("GET", "/api/enrolment-tokens", headers=admin).json()["tokens"]
    clock.time += timedelta(days=7)
    late = enroll(house, made["token"])

    assert first.status_code == 201
    assert second.json()["code"] == "enrollment_token_used_up"
    assert late.json()["code"] == "enrollment_token_expired"
    assert (listed["uses"], listed["use_limit"], listed["agents"]) == (1, 1, 1)
    assert made["token"] not in str(listed)


def test_a_machine_waits_until_it_is_approved(house: TestServer, admin: dict[str, str]) -> None:
    token = create(house, admin, needs_approval=True, use_limit=1)["token"]

    refused = [enroll(house, token), enroll(house, token)]
    (waiting,) = house.ask("GET", "/api/enrolment-requests", headers=admin).json()["requests"]
    agents = house.value("SELECT count(*) FROM agents")
    path = f"/api/enrolment-requests/{waiting['agent_uuid']}"
    approved = house.ask("POST", path + "/approve", headers=admin)
    admitted = enroll(house, token)
    lost_answer = enroll(house, token)
    beaten = house.ask(
        "POST", "/api/heartbeat", json=beat(), headers=bearer(lost_answer.json()["token"])
    )
    other = enroll(house, token, agent_id=str(UUID(int=2)))

    assert [(x.status_code, x.json()["code"]) for x in refused] == [(403, "approval_pending")] * 2
    assert agents == 0
    assert (waiting["username"], waiting["hostname"]) == ("alice", "laptop-7")
    assert (approved.status_code, admitted.status_code, beaten.status_code) == (204, 201, 200)
    assert lost_answer.status_code == 201
    assert other.json()["code"] == "enrollment_token_used_up"
    assert house.ask("GET", "/api/enrolment-requests", headers=admin).json()["requests"] == []
    # Whom an administrator let in is who it says.
    assert house.value("SELECT confirmed_at IS NOT NULL FROM agents")


def test_an_approval_is_for_the_names_that_were_approved(
    house: TestServer, admin: dict[str, str]
) -> None:
    token = create(house, admin, needs_approval=True)["token"]
    enroll(house, token)
    path = f"/api/enrolment-requests/{WHO['agent_id']}"
    house.ask("POST", path + "/approve", headers=admin)

    other = enroll(house, token, username="the boss")
    same = enroll(house, token)

    assert [x.json()["code"] for x in (other, same)] == ["approval_pending"] * 2


def test_a_rejected_machine_is_off_the_list_and_may_only_ask_again(
    house: TestServer, admin: dict[str, str]
) -> None:
    token = create(house, admin, needs_approval=True)["token"]
    enroll(house, token)
    path = f"/api/enrolment-requests/{WHO['agent_id']}"

    rejected = [house.ask("DELETE", path, headers=admin).status_code for _ in range(2)]

    assert rejected == [204, 404]
    assert house.value("SELECT count(*) FROM enrollment_requests") == 0
    assert enroll(house, token).json()["code"] == "approval_pending"


def ask_often(house: TestServer, token: str, numbers: Iterable[int]) -> list[httpx.Response]:
    """Have a device of each number ask for approval; each is of an employee of its own."""

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        found = []
        for number in numbers:
            body = {**WHO, "agent_id": str(UUID(int=number)), "username": f"user-{number:04}"}
            found.append(await client.post("/api/enroll", json=body, headers=bearer(token)))
        return found

    answers: list[httpx.Response] = house.run(scenario)
    return answers


def test_no_crowd_of_waiting_devices_hides_one(
    house: TestServer, admin: dict[str, str], clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrollment_requests, "WAITING_LIMIT", 9)
    crowded, quiet = (create(house, admin, needs_approval=True)["token"] for _ in range(2))
    ask_often(house, crowded, range(1, 10))
    clock.time += timedelta(minutes=1)

    (full,) = ask_often(house, crowded, [10])
    (real,) = ask_often(house, quiet, [11])
    seen, page = [], None
    while page != "":
        query = {"limit": 4} | ({} if page is None else {"page": page})
        answer = house.ask("GET", "/api/enrolment-requests", params=query, headers=admin).json()
        seen.append([each["username"] for each in answer["requests"]])
        page = answer["next_page"] or ""
    query = {"search": "ER-0011"}
    found = house.ask("GET", "/api/enrolment-requests", params=query, headers=admin).json()

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
    house: TestServer, admin: dict[str, str], clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrollment_requests, "WAITING_LIMIT", 3)
    token = create(house, admin, needs_approval=True)["token"]
    ask_often(house, token, [1, 2, 3])
    clock.time += timedelta(hours=20)
    ask_often(house, token, [2])
    clock.time += timedelta(hours=5)

    (late,) = ask_often(house, token, [4])

    assert late.json()["code"] == "approval_pending"
    rows = house.rows("SELECT username FROM enrollment_requests ORDER BY username")
    assert rows == [("user-0002",), ("user-0004",)]


def test_the_devices_that_wait_with_a_token_leave_with_it(
    house: TestServer, admin: dict[str, str]
) -> None:
    made = create(house, admin, needs_approval=True)
    ask_often(house, made["token"], [1, 2, 3])

    path = f"/api/enrolment-tokens/{made['token_id']}/revoke"
    house.ask("POST", path, json={"with_agents": False}, headers=admin)

    assert house.value("SELECT count(*) FROM enrollment_requests") == 0


def test_one_agent_or_all_of_a_token_are_revoked_at_once(
    house: TestServer, admin: dict[str, str]
) -> None:
    made = create(house, admin)
    own = [enroll(house, made["token"], agent_id=str(UUID(int=n))).json()["token"] for n in (1, 2)]
    first = house.value("SELECT min(agent_id) FROM agents")

    def codes() -> list[str | None]:
        sent = [
            house.ask("POST", "/api/heartbeat", json=beat(), headers=bearer(token)) for token in own
        ]
        return [answer.json().get("code") for answer in sent]

    one = house.ask("POST", f"/api/agents/{first}/revoke", headers=admin)
    after_one = codes()
    path = f"/api/enrolment-tokens/{made['token_id']}/revoke"
    all_ = house.ask("POST", path, json={"with_agents": True}, headers=admin)

    assert one.status_code == 204
    assert after_one == ["token_revoked", None]
    assert all_.json()["agents_revoked"] == 1
    assert codes() == ["token_revoked"] * 2
    assert enroll(house, made["token"]).json()["code"] == "enrollment_token_invalid"
    rows = house.rows("SELECT action, cardinality(employee_ids) FROM audit ORDER BY audit_id")
    assert rows == [
        ("enrolment_token.create", 0),
        ("agent.enroll", 1),
        ("agent.enroll", 1),
        ("agent.revoke", 1),
        ("enrolment_token.revoke", 0),
    ]


def make_key(house: TestServer, admin: dict[str, str], scope: str = "audit") -> dict[str, Any]:
    body = {"label": "archive", "scope": scope, "expires_days": 30}
    answer = house.ask("POST", "/api/keys", json=body, headers=admin)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def read_audit(house: TestServer, key: str) -> int:
    answer = house.ask("GET", "/api/audit", headers=bearer(key))
    return answer.status_code


def test_a_key_opens_what_its_scope_names_and_no_more(
    house: TestServer, admin: dict[str, str]
) -> None:
    key = make_key(house, admin)["key"]
    other = make_key(house, admin, scope="export")["key"]

    assert read_audit(house, key) == 200
    assert read_audit(house, other) == 401
    assert house.ask("GET", "/api/users", headers=bearer(key)).status_code == 401
    assert key not in str(house.rows("SELECT * FROM api_keys"))


@pytest.mark.parametrize("end", ["revoked", "expired", "disabled", "demoted"])
def test_a_key_ends_with_its_time_and_its_user(
    house: TestServer, admin: dict[str, str], clock: StillClock, end: str
) -> None:
    made = make_key(house, admin)
    if end == "revoked":
        house.ask("DELETE", f"/api/keys/{made['key_id']}", headers=admin)
    elif end == "expired":
        clock.time += timedelta(days=30)
    elif end == "disabled":
        house.execute("UPDATE users SET disabled_at = now()")
    else:
        house.execute("UPDATE users SET role = 'manager'")

    assert read_audit(house, made["key"]) == (403 if end == "demoted" else 401)


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
def test_what_is_not_there_is_said(
    house: TestServer, admin: dict[str, str], method: str, path: str
) -> None:
    answer = house.ask(method, path, headers=admin)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
