"""Whose agent is it? An agent_id proves nothing; the token that the device holds does."""

import io
import zipfile
from typing import Any
from uuid import UUID

import httpx
import pytest

from wfhserver.api.dashboard.my_data import MY_COOKIE
from wfhserver.models.users import Role
from wfhserver.testing import TestServer, bearer, heartbeat_body, log_request, screenshot_bytes

DEVICE = "00000000-0000-4000-8000-000000000001"
WHO = {
    "agent_id": DEVICE,
    "username": "alice",
    "hostname": "laptop-7",
    "platform": "x",
    "agent_version": "1",
}


def enroll(server: TestServer, enrollment: str, **changes: Any) -> httpx.Response:
    return server.request(
        "POST", "/api/enroll", json={**WHO, **changes}, headers=bearer(enrollment)
    )


def code_of(answer: httpx.Response) -> str | None:
    code: str | None = answer.json().get("code")
    return code


def send_heartbeat(server: TestServer, token: str) -> str | None:
    return code_of(
        server.request("POST", "/api/heartbeat", json=heartbeat_body(), headers=bearer(token))
    )


def test_knowing_an_agent_id_is_not_enough_to_become_that_agent(either: TestServer) -> None:
    enrollment = either.enrollment_token()
    token = enroll(either, enrollment).json()["token"]
    send_heartbeat(either, token)

    attacks = [
        enroll(either, enrollment),
        enroll(either, either.enrollment_token()),
        enroll(either, enrollment, current_token="wfha_guessed"),
        enroll(either, enrollment, current_token=enrollment),
        enroll(either, enrollment, current_token=""),
    ]

    assert [(x.status_code, code_of(x)) for x in attacks] == [(403, "identity_conflict")] * 5
    assert send_heartbeat(either, token) is None


def test_a_token_that_asks_only_who_it_is_counts_as_used(server: TestServer) -> None:
    enrollment = server.enrollment_token()
    token = enroll(server, enrollment).json()["token"]
    server.request("GET", "/api/whereami", headers=bearer(token))

    assert code_of(enroll(server, enrollment)) == "identity_conflict"


def test_a_device_renews_its_token_by_showing_it_and_the_old_one_ends_with_the_first_use(
    either: TestServer,
) -> None:
    enrollment = either.enrollment_token()
    old = enroll(either, enrollment).json()["token"]

    new = enroll(either, enrollment, current_token=old).json()["token"]
    before = send_heartbeat(either, old)
    after = [send_heartbeat(either, new), send_heartbeat(either, old)]

    assert before is None
    assert after == [None, "token_unknown"]


def test_a_renewal_whose_answer_was_lost_is_repeated(either: TestServer) -> None:
    enrollment = either.enrollment_token()
    old = enroll(either, enrollment).json()["token"]
    send_heartbeat(either, old)
    enroll(either, enrollment, current_token=old)

    again = enroll(either, enrollment, current_token=old).json()["token"]

    assert send_heartbeat(either, again) is None


def test_a_first_enrollment_whose_answer_was_lost_is_repeated_with_the_same_token_only(
    either: TestServer,
) -> None:
    enrollment = either.enrollment_token(use_limit=1)
    enroll(either, enrollment)

    other = enroll(either, either.enrollment_token())
    again = enroll(either, enrollment)

    assert (other.status_code, code_of(other)) == (403, "identity_conflict")
    assert again.status_code == 201
    assert send_heartbeat(either, again.json()["token"]) is None


def test_the_token_of_a_revoked_agent_proves_nothing(either: TestServer) -> None:
    enrollment = either.enrollment_token()
    token = enroll(either, enrollment).json()["token"]
    either.revoke(token)

    answer = enroll(either, enrollment, current_token=token)

    assert (answer.status_code, code_of(answer)) == (401, "token_revoked")


def test_a_renewal_keeps_that_an_administrator_confirmed_the_agent(server: TestServer) -> None:
    enrollment = server.enrollment_token()
    token = enroll(server, enrollment).json()["token"]
    send_heartbeat(server, token)
    number = server.value("SELECT agent_id FROM agents")
    server.request("POST", f"/api/agents/{number}/confirm", headers=server.signed_in())

    renewed = enroll(server, enrollment, current_token=token)

    assert renewed.status_code == 201
    assert server.rows("SELECT agent_id, confirmed_at IS NOT NULL FROM agents") == [(number, True)]


@pytest.fixture
def approving(server: TestServer) -> str:
    """An enrollment token that needs approval."""
    body = {"label": "approved", "needs_approval": True}
    made = server.request("POST", "/api/enrolment-tokens", json=body, headers=server.signed_in())
    token: str = made.json()["token"]
    return token


def test_an_approval_is_no_way_to_the_agent_of_somebody_else(
    server: TestServer, approving: str
) -> None:
    token = enroll(server, server.enrollment_token()).json()["token"]
    send_heartbeat(server, token)

    taken = enroll(server, approving)
    as_new = enroll(server, approving, agent_id=str(UUID(int=2)))

    assert [code_of(taken), code_of(as_new)] == ["identity_conflict", "approval_pending"]
    assert server.value("SELECT count(*) FROM agents") == 1


def test_every_enrollment_renewal_and_refusal_is_an_audit_entry(server: TestServer) -> None:
    enrollment = server.enrollment_token()
    token = enroll(server, enrollment).json()["token"]
    enroll(server, enrollment, current_token=token)

    async def scenario(client: httpx.AsyncClient) -> None:
        body = {**WHO, "current_token": "wrong"}
        for _ in range(3):
            await client.post("/api/enroll", json=body, headers=bearer(enrollment))

    server.run(scenario)

    found = server.rows("""
SELECT a.actor, a.action, e.username, a.details::jsonb->>'code', a.details::text LIKE '%agent%'
  FROM audit AS a JOIN employees AS e ON e.employee_id = ANY (a.employee_ids) ORDER BY audit_id""")
    number = server.value("SELECT token_id FROM enrollment_tokens")
    actor = f"enrollment_token:e{number}"
    # The same refusal again within the hour would only fill the log.
    assert found == [
        (actor, "agent.enroll", "alice", None, True),
        (actor, "agent.renew", "alice", None, True),
        (actor, "agent.refuse", "alice", "identity_conflict", True),
    ]
    assert DEVICE not in str(server.rows("SELECT * FROM audit"))


def shown_in(answer: httpx.Response) -> str:
    """Return all that an answer shows: its headers too, and what is packed in a zip."""
    shown = [str(answer.headers), answer.text]
    if answer.headers.get("content-type") == "application/zip":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            shown += archive.namelist()
            shown += [archive.read(name).decode("latin-1") for name in archive.namelist()]
    return "\n".join(shown)


def test_the_number_of_a_device_is_for_administrators_only(
    server: TestServer, approving: str
) -> None:
    token = enroll(server, server.enrollment_token()).json()["token"]
    assert (
        server.request("POST", "/api/log", **log_request(token, screenshot_bytes())).status_code
        == 201
    )
    send_heartbeat(server, token)
    waiting = str(UUID(int=9))
    enroll(server, approving, agent_id=waiting, username="bob")
    server.execute("INSERT INTO teams (name, created_at) VALUES ('Sales', now())")
    server.execute(
        "INSERT INTO team_members (team_id, employee_id)"
        " SELECT team_id, employee_id FROM teams, employees"
    )
    employee = server.value("SELECT employee_id FROM agents")
    agent = server.value("SELECT agent_id FROM agents")
    # As older servers named their files and their audit entries.
    server.execute(
        "UPDATE employee_logs SET screenshot_path ="
        f" regexp_replace(screenshot_path, '/a[0-9]+-', '/{DEVICE}-')"
    )
    code = server.request("POST", "/api/my-data-link", headers=bearer(token)).json()["url"]
    opened = server.request("POST", "/api/my-session", json={"code": code.partition("#")[2]})
    viewers = {
        "auditor": server.signed_in(Role.AUDITOR),
        "manager": server.signed_in(Role.MANAGER),
        "employee": {"Cookie": f"{MY_COOKIE.name}={opened.cookies[MY_COOKIE.name]}"},
    }
    server.execute(
        "INSERT INTO team_managers (team_id, user_id) SELECT team_id, user_id FROM teams, users"
    )
    parts = {
        "employee_id": employee,
        "agent_id": agent,
        "log_id": f"2026-11-23.{agent}.1",
        "workday": "2026-11-23",
    }
    document = server.request("GET", "/openapi.json").json()["paths"]
    paths = [path.format(**parts) for path in document if "get" in document[path]
             and path.count("{") == sum(f"{{{name}}}" in path for name in parts)]  # fmt: skip

    async def scenario(client: httpx.AsyncClient) -> dict[str, int]:
        read = dict.fromkeys(viewers, 0)
        for viewer, headers in viewers.items():
            for path in paths:
                answer = await client.get(path, headers=headers)
                read[viewer] += answer.status_code == 200
                for secret in (DEVICE, waiting):
                    assert secret not in shown_in(answer), (viewer, path)
        return read

    assert min(server.run(scenario).values()) > 6
    admin = server.request("GET", "/api/agents", headers=server.signed_in(username="root")).json()
    assert admin["rows"][0]["agent_uuid"] == DEVICE
