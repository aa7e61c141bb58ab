"""People, their machines and their days: for whom may see them, with reasons for what lacks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from wfhserver.models.users import Role
from wfhserver.testing import NOW, TestServer, bearer, heartbeat_body, log_request, screenshot_bytes

DAY = "2026-11-23"


@pytest.fixture
def office(server: TestServer, enroll: Callable[..., dict[str, str]]) -> TestServer:
    """Alice (Sales): twelve heartbeats, one log; slot 2 was missed on Friday. Bob sent nothing."""
    tokens = enroll("alice", "bob")

    async def scenario(client: httpx.AsyncClient) -> None:
        heartbeats = [
            heartbeat_body(
                hostname="alice-pc",
                seq=n + 1,
                timestamp=(NOW - timedelta(minutes=60 - 5 * n)).isoformat(),
                queued_seconds=60 * (60 - 5 * n),
            )
            for n in range(12)
            if n != 6  # Ten minutes of silence.
        ]
        heartbeats[-1]["time_zone"] = "Asia/Kolkata"
        heartbeats[-1]["missed"] = [
            {"workday": "2026-11-20", "slot": 2, "reason": "off from 16:40"}
        ]
        headers = bearer(tokens["alice"])
        answer = await client.post("/api/heartbeat", json=heartbeats, headers=headers)
        assert answer.status_code == 200, answer.text
        zone = "Europe/Lisbon"
        sent = log_request(tokens["alice"], screenshot_bytes(), hostname="alice-pc", time_zone=zone)
        assert (await client.post("/api/log", **sent)).status_code == 201

    server.run(scenario)
    server.execute("UPDATE agents SET enrolled_at = '2026-11-01'")
    return server


def ask(server: TestServer, path: str, role: Role = Role.ADMIN, **query: Any) -> dict[str, Any]:
    answer = server.request(
        "GET", path, params=query, headers=server.signed_in(role, f"{role} {path}")
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def number(server: TestServer, name: str) -> int:
    found: int = server.value("SELECT employee_id FROM employees WHERE username = $1", name)
    return found


def test_a_day_is_complete(office: TestServer) -> None:
    day = ask(office, f"/api/employees/{number(office, 'alice')}/days/{DAY}")

    assert (day["username"], day["teams"], day["zone"]) == ("alice", ["Sales"], "UTC")
    assert (day["from"], day["to"]) == (f"{DAY}T00:00:00Z", "2026-11-24T00:00:00Z")
    (agent,) = day["agents"]
    assert [each["status"] for each in agent["segments"]] == ["online", None, "online"]
    assert len(agent["heartbeats"]) == 11
    assert agent["online_seconds"] == 55 * 60
    one, two = agent["slots"]
    assert (one["outcome"], one["log"]["screenshot_status"]) == ("log", "taken")
    assert (two["outcome"], two["log"], two["reason"]) == ("open", None, None)
    assert (agent["agent"]["hostname"], agent["agent"]["time_zone"]) == ("alice-pc", "Asia/Kolkata")
    # Where the log was taken, and not where the machine is now.
    assert (agent["time_zone"], one["log"]["time_zone"]) == ("Europe/Lisbon", "Europe/Lisbon")


def test_a_slot_without_a_log_has_the_reason_or_is_unknown(office: TestServer) -> None:
    alice = number(office, "alice")

    of_friday = ask(office, f"/api/employees/{alice}/days/2026-11-20")["agents"][0]
    friday = of_friday["slots"]
    thursday = ask(office, f"/api/employees/{alice}/days/2026-11-19")["agents"][0]["slots"]

    assert [each["outcome"] for each in friday] == ["unknown", "missed"]
    assert friday[1]["reason"] == "off from 16:40"
    assert of_friday["time_zone"] == "Asia/Kolkata"
    assert [each["outcome"] for each in thursday] == ["unknown", "unknown"]


def test_a_machine_owes_nothing_before_it_was_enrolled(office: TestServer) -> None:
    office.execute("UPDATE agents SET enrolled_at = '2026-11-22T12:00:00Z'")

    day = ask(office, f"/api/employees/{number(office, 'bob')}/days/2026-11-19")

    assert day["agents"] == []


def test_a_view_of_a_day_is_recorded_and_shown_on_the_day(office: TestServer) -> None:
    path = f"/api/employees/{number(office, 'alice')}/days/{DAY}"
    ask(office, path, reason="asked by works council")

    views = ask(office, path, Role.AUDITOR)["looks"]

    assert [(each["action"], each["reason"]) for each in views] == [
        ("day.view", "asked by works council")
    ]
    assert views[0]["at"] == "2026-11-23T12:00:00Z"


def test_the_thumbnail_of_a_day_needs_no_row_of_its_own(office: TestServer) -> None:
    headers = office.signed_in()
    path = f"/api/employees/{number(office, 'alice')}/days/{DAY}"
    day = office.request("GET", path, headers=headers).json()

    url = day["agents"][0]["slots"][0]["log"]["thumbnail_url"]
    answer = office.request("GET", url, headers=headers)

    assert answer.status_code == 200
    assert office.value("SELECT count(*) FROM audit") == 1


def test_managers_see_their_own_team_and_not_the_audit(office: TestServer) -> None:
    headers = office.signed_in(Role.MANAGER)
    office.execute(
        "INSERT INTO team_managers SELECT u.user_id, t.team_id FROM users AS u, teams AS t"
        " WHERE u.username = 'manager'"
    )

    def get(path: str) -> Any:
        return office.request("GET", path, headers=headers)

    alice, bob = number(office, "alice"), number(office, "bob")
    assert [row["username"] for row in get("/api/employees").json()["rows"]] == ["alice"]
    assert [row["username"] for row in get("/api/agents").json()["rows"]] == ["alice"]
    assert get(f"/api/employees/{alice}/days/{DAY}").json()["looks"] is None
    for path in (f"/api/employees/{bob}", f"/api/employees/{bob}/days/{DAY}"):
        assert (get(path).status_code, get(path).json()["code"]) == (404, "not_found")


def test_an_employee_comes_with_the_days_that_have_data(office: TestServer) -> None:
    employee = ask(office, f"/api/employees/{number(office, 'alice')}")

    assert employee["days"] == [
        {"workday": DAY, "heartbeats": 11, "logs": 1, "missed": 0},
        {"workday": "2026-11-20", "heartbeats": 0, "logs": 0, "missed": 1},
    ]
    assert [agent["hostname"] for agent in employee["agents"]] == ["alice-pc"]


def test_employees_come_page_after_page(office: TestServer) -> None:
    first = ask(office, "/api/employees", limit=1)
    second = ask(office, "/api/employees", Role.AUDITOR, limit=1, page=first["next_page"])

    assert [row["username"] for row in first["rows"] + second["rows"]] == ["alice", "bob"]
    assert [row["state"] for row in first["rows"] + second["rows"]] == ["online", "never"]
    assert second["next_page"] is None


def test_two_agents_of_one_user_and_host_are_flagged(office: TestServer) -> None:
    office.agent_token("bob", "bob-pc")
    headers = office.signed_in()

    def names(which: str) -> list[tuple[str, bool]]:
        params = {"which": which}
        rows = office.request("GET", "/api/agents", params=params, headers=headers).json()["rows"]
        return [(row["username"], row["duplicate"]) for row in rows]

    assert names("active") == [("alice", False), ("bob", True), ("bob", True)]
    assert names("duplicate") == [("bob", True), ("bob", True)]
    newest = office.value("SELECT max(agent_id) FROM agents")
    office.request("POST", f"/api/agents/{newest}/revoke", headers=headers)
    assert names("active") == [("alice", False), ("bob", False)]
    assert names("revoked") == [("bob", False)]
    assert len(names("all")) == 3


@pytest.mark.parametrize(
    ("day", "status", "code"),
    [
        ("2026-10-01", 422, "outside_retention"),
        ("2027-01-01", 422, "outside_retention"),
        ("0001-01-01", 422, "outside_retention"),
        ("9999-12-31", 422, "outside_retention"),
        ("yesterday", 404, "not_found"),
        ("2026-11-31", 404, "not_found"),
    ],
)
def test_a_day_that_cannot_be_is_a_sentence(
    office: TestServer, day: str, status: int, code: str
) -> None:
    path = f"/api/employees/{number(office, 'alice')}/days/{day}"
    answer = office.request("GET", path, headers=office.signed_in())

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"].endswith(".")


def test_anyone_can_read_what_this_server_is_and_whether_it_is_a_sample(
    server: TestServer,
) -> None:
    plain = server.request("GET", "/api/site").json()
    server.execute("INSERT INTO sample (seed, made_at) VALUES (7, now())")

    assert (plain["is_sample"], plain["retention_days"]) == (False, 30)
    assert (plain["oldest_kept"], plain["today"], plain["zone"]) == ("2026-10-24", DAY, "UTC")
    assert server.request("GET", "/api/site").json()["is_sample"] is True
