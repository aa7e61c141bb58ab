"""Every request of the dashboard, by every role: managers see only their own teams."""

import httpx
import pytest

from wfhserver.models.users import Role
from wfhserver.testing import TestServer, bearer, heartbeat_body, log_request, screenshot_bytes

SEEN, HIDDEN = "<script>alert('seen')</script>", "\"><img src=x onerror=alert('hidden')>"
DAY = "2026-11-23"
ANYBODY, ADMINS, WATCHERS = (
    {Role.ADMIN: 200, Role.AUDITOR: 200, Role.MANAGER: 200},
    {Role.ADMIN: 200, Role.AUDITOR: 403, Role.MANAGER: 403},
    {Role.ADMIN: 200, Role.AUDITOR: 200, Role.MANAGER: 403},
)
# Of an employee in no team of the manager, and of what belongs to nobody.
OTHERS = {Role.ADMIN: 200, Role.AUDITOR: 200, Role.MANAGER: 404}
NOBODYS = {Role.ADMIN: 404, Role.AUDITOR: 404, Role.MANAGER: 404}
TABLE = {
    "/api/session": ANYBODY,
    "/api/presence": ANYBODY,
    "/api/logs": ANYBODY,
    "/api/logs/{log_id}": OTHERS,
    "/api/logs/{log_id}/screenshot": OTHERS,
    "/api/logs/{log_id}/thumbnail": OTHERS,
    "/api/employees": ANYBODY,
    "/api/employees/import": WATCHERS,
    "/api/employees/{employee_id}": OTHERS,
    "/api/employees/{employee_id}/days/{workday}": OTHERS,
    "/api/attendance": ANYBODY,
    "/api/schedules": ANYBODY,
    "/api/planned-days": ANYBODY,
    "/api/holidays": ANYBODY,
    "/api/holidays/countries": ANYBODY,
    "/api/holidays/public": ANYBODY,
    "/api/leave": ANYBODY,
    "/api/leave/feeds": WATCHERS,
    "/api/agents": ANYBODY,
    "/api/agents/{agent_id}/plugins": OTHERS,
    "/api/alerts": ANYBODY,
    "/api/alert-rules": WATCHERS,
    "/api/channels": WATCHERS,
    "/api/messages": WATCHERS,
    "/api/subscription": ANYBODY,
    "/api/places": ANYBODY,
    "/api/facts": ANYBODY,
    "/api/facts/devices": ANYBODY,
    "/api/facts/devices/{agent_id}/{fact}": OTHERS,
    "/api/facts/distribution/{fact}": ANYBODY,
    "/api/fact-views": ANYBODY,
    "/api/fact-rules": ANYBODY,
    "/api/fact-alerts": ANYBODY,
    "/api/blocks": WATCHERS,
    "/api/fleet": WATCHERS,
    "/api/employees/{employee_id}/departure": WATCHERS,
    "/api/second-factor": ANYBODY,
    "/api/exports/logs.csv": ANYBODY,
    "/api/exports/heartbeats.csv": ANYBODY,
    "/api/exports/facts.csv": ANYBODY,
    "/api/exports/attendance.csv": ANYBODY,
    "/api/exports/attendance.pdf": ANYBODY,
    "/api/exports/{job_id}": NOBODYS,
    "/api/exports/{job_id}/file": NOBODYS,
    "/api/teams": ANYBODY,
    "/api/teams/{team_id}": OTHERS,
    "/api/users": WATCHERS,
    "/api/audit": WATCHERS,
    "/api/audit/export.jsonl": WATCHERS,
    "/api/enrolment-tokens": WATCHERS,
    "/api/enrolment-requests": WATCHERS,
    "/api/enrolment-tokens/{token_id}/devices": {
        Role.ADMIN: 404,
        Role.AUDITOR: 404,
        Role.MANAGER: 403,
    },
    "/api/device-bundles": ADMINS,
    "/api/downloads": ADMINS,
    "/api/downloads/{name}": {Role.ADMIN: 404, Role.AUDITOR: 403, Role.MANAGER: 403},
    "/api/keys": WATCHERS,
    "/api/retention": ADMINS,
    "/api/getting-started": ADMINS,
    "/api/account": ANYBODY,
    "/api/account/sessions": ANYBODY,
    "/api/users/{user_id}/sessions": ADMINS,
}
# What has to be asked for.
QUERIES = {
    **dict.fromkeys(("/api/facts/devices", "/api/exports/facts.csv"), "?fact=desk.name"),
    "/api/planned-days": "?first=2026-11-01&last=2026-11-30",
    "/api/holidays/public": "?country=AT&year=2026",
}
DESK = {
    "name": "desk",
    "kind": "collector",
    "origin": "drop-in",
    "api": 1,
    "facts": [{"name": "name", "what": "Desk", "why": "Help", "personal": "direct"}],
}


@pytest.fixture
def office(server: TestServer) -> TestServer:
    """Two people whose names are an attempt; only the first is in the manager's team, and not
    in that alone.
    """
    for name in (SEEN, HIDDEN):
        token = server.agent_token(name, name)
        who = {"username": name, "hostname": name}
        server.request("POST", "/api/log", **log_request(token, screenshot_bytes(), **who))
        missed = [{"workday": "2026-11-20", "slot": 1, "reason": name}]
        body = heartbeat_body(**who, timestamp=f"{DAY}T09:00:00Z", missed=missed)
        body |= {"plugins": [DESK], "extra": {"desk": {"name": name}}}
        body["health"] = {"failing": {name: name}}
        assert server.request("POST", "/api/heartbeat", json=body, headers=bearer(token)).is_success
        server.execute("INSERT INTO teams (name, created_at) VALUES ($1, now())", name)
        server.execute(
            "INSERT INTO team_members SELECT e.employee_id, t.team_id FROM employees AS e"
            " JOIN teams AS t ON t.name = e.username WHERE e.username = $1",
            name,
        )
    server.execute(
        "INSERT INTO team_members SELECT e.employee_id, t.team_id FROM employees AS e, teams AS t"
        " WHERE (e.username, t.name) = ($1, $2)",
        *(SEEN, HIDDEN),
    )
    return server


def signed_in(server: TestServer) -> dict[Role, dict[str, str]]:
    found = {role: server.signed_in(role) for role in Role}
    server.execute(
        "INSERT INTO team_managers SELECT u.user_id, t.team_id FROM users AS u, teams AS t"
        " WHERE u.username = 'manager' AND t.name = $1",
        SEEN,
    )
    return found


def questions(server: TestServer) -> dict[str, str]:
    """Return every GET that needs a session, with what it asks for: the hidden one's."""
    document = server.request("GET", "/openapi.json").json()
    agent_id = server.value("SELECT agent_id FROM agents WHERE hostname = $1", HIDDEN)
    values = {
        "log_id": f"{DAY}.{agent_id}.1",
        "employee_id": server.value("SELECT max(employee_id) FROM employees"),
        "team_id": server.value("SELECT max(team_id) FROM teams"),
        "workday": DAY,
        "job_id": "00000000-0000-0000-0000-000000000007",
        "agent_id": agent_id,
        "user_id": server.value("SELECT max(user_id) FROM users"),
        "fact": "desk.name",
        "token_id": 987654,
        "name": "wfhagent-0.1.0.msi",
    }
    return {
        path: path.format(**values) + QUERIES.get(path, "")
        for path, operations in document["paths"].items()
        if {"session": []} in operations.get("get", {}).get("security", [])
    }


def answers(
    server: TestServer, headers: dict[str, str], paths: dict[str, str]
) -> dict[str, httpx.Response]:
    async def scenario(client: httpx.AsyncClient) -> dict[str, httpx.Response]:
        return {name: await client.get(path, headers=headers) for name, path in paths.items()}

    found: dict[str, httpx.Response] = server.run(scenario)
    return found


def test_the_table_holds_every_question(office: TestServer) -> None:
    assert set(questions(office)) == set(TABLE)


@pytest.mark.parametrize("role", [*Role])
def test_every_question_is_answered_for_the_roles_that_may_ask(
    office: TestServer, role: Role
) -> None:
    headers = signed_in(office)[role]

    found = answers(office, headers, questions(office))

    assert {name: answer.status_code for name, answer in found.items()} == {
        name: statuses[role] for name, statuses in TABLE.items()
    }


def test_no_answer_to_a_manager_contains_data_of_others(office: TestServer) -> None:
    headers = signed_in(office)[Role.MANAGER]

    found = answers(office, headers, questions(office))

    telling = [name for name, answer in found.items() if "seen" in answer.text]
    assert {
        "/api/presence",
        "/api/logs",
        "/api/employees",
        "/api/agents",
        "/api/facts/devices",
    } <= set(telling)
    assert [name for name, answer in found.items() if "onerror" in answer.text] == []


def test_names_that_are_an_attempt_come_back_as_they_were_and_as_nothing_that_runs(
    office: TestServer,
) -> None:
    headers = signed_in(office)[Role.ADMIN]

    found = answers(office, headers, questions(office))

    rows = found["/api/presence"].json()["rows"]
    assert sorted(row["username"] for row in rows) == sorted([SEEN, HIDDEN])
    for row in rows:
        assert row["attention"][0] == f"{row['username']} fails: {row['username']}"
    for name, answer in found.items():
        kind = answer.headers["content-type"].partition(";")[0]
        assert kind in {
            "application/json",
            "application/problem+json",
            "application/pdf",
            "application/x-ndjson",
            "text/csv",
            "image/webp",
        }, name
        if answer.is_success:
            # No browser stores it for the next person to find.
            assert answer.headers["cache-control"] in {"no-store", "private, no-cache"}, name
        if kind == "text/csv":
            assert answer.headers["content-disposition"].startswith("attachment")


def test_a_session_that_has_ended_is_answered_with_its_code(office: TestServer) -> None:
    headers = signed_in(office)[Role.ADMIN]
    paths = questions(office)
    office.clock.pause(13 * 3600)

    found = answers(office, headers, paths)

    assert {(answer.status_code, answer.json()["code"]) for answer in found.values()} == {
        (401, "session_missing")
    }
