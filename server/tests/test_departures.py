"""Somebody leaves the company: one action for devices, teams, accounts and data, and its undo."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from wfhserver.api.dashboard.my_data import MY_COOKIE
from wfhserver.models.users import Role
from wfhserver.storage.postgres import departures
from wfhserver.testing import TestServer, bearer, heartbeat_body, log_request, screenshot_bytes

DAY = timedelta(days=1)


@pytest.fixture
def token(server: TestServer) -> str:
    """A device of alice, with a log and a screenshot."""
    token = server.agent_token()
    body = heartbeat_body()
    assert server.request("POST", "/api/heartbeat", json=body, headers=bearer(token)).is_success
    sent = log_request(token, screenshot_bytes())
    assert server.request("POST", "/api/log", **sent).status_code == 201
    return token


@pytest.fixture
def alice(server: TestServer, token: str, admin: dict[str, str]) -> int:
    """The number of alice, a member of Vienna."""
    number: int = server.value("SELECT employee_id FROM employees WHERE username = 'alice'")
    team = server.request("POST", "/api/teams", json={"name": "Vienna"}, headers=admin).json()
    server.execute("INSERT INTO team_members VALUES ($1, $2)", number, team["team_id"])
    return number


def leave(server: TestServer, admin: dict[str, str], number: int, **wanted: Any) -> httpx.Response:
    path = f"/api/employees/{number}/departure"
    return server.request("PUT", path, json=wanted, headers=admin)


def undo(server: TestServer, admin: dict[str, str], number: int) -> httpx.Response:
    return server.request("DELETE", f"/api/employees/{number}/departure", headers=admin)


def found(server: TestServer, admin: dict[str, str], number: int) -> dict[str, Any] | None:
    answer = server.request("GET", f"/api/employees/{number}/departure", headers=admin)
    departure: dict[str, Any] | None = answer.json()["departure"]
    return departure


def heartbeat(server: TestServer, token: str) -> int:
    body = heartbeat_body()
    return server.request("POST", "/api/heartbeat", json=body, headers=bearer(token)).status_code


def enroll(server: TestServer, username: str) -> tuple[int, str | None]:
    body = {"agent_id": str(uuid4()), "username": username, "hostname": "other"}
    body |= {"platform": "x", "agent_version": "1"}
    headers = bearer(server.enrollment_token())
    answer = server.request("POST", "/api/enroll", json=body, headers=headers)
    return answer.status_code, answer.json().get("code")


def status_of(server: TestServer, number: int) -> str:
    return str(server.value("SELECT status FROM employees WHERE employee_id = $1", number))


def teams_of(server: TestServer, number: int) -> int:
    sql = "SELECT count(*) FROM team_members WHERE employee_id = $1"
    return int(server.value(sql, number))


def test_somebody_who_leaves_has_no_device_no_team_and_no_account(
    server: TestServer, admin: dict[str, str], alice: int, token: str
) -> None:
    server.add_user("alice", Role.MANAGER)

    answer = leave(server, admin, alice)

    departure = answer.json()["departure"]
    assert (departure["devices"], departure["teams"]) == (1, 1)
    assert departure["disabled_users"] == ["alice"]
    assert found(server, admin, alice) == departure
    assert heartbeat(server, token) == 403
    assert enroll(server, "alice") == (403, "agent_blocked")
    assert status_of(server, alice) == "left"
    assert teams_of(server, alice) == 0
    assert server.value("SELECT disabled_at IS NOT NULL FROM users WHERE username = 'alice'")
    assert server.value("SELECT count(*) FROM employee_logs") == 1


def test_an_undo_brings_everything_back(
    server: TestServer, admin: dict[str, str], alice: int, token: str
) -> None:
    server.add_user("alice", Role.MANAGER)
    server.execute(
        "INSERT INTO team_managers (user_id, team_id)"
        " SELECT user_id, team_id FROM users, teams WHERE username = 'alice'"
    )
    leave(server, admin, alice, data="hold", reason="a lawsuit")
    assert server.value("SELECT count(*) FROM legal_holds") == 1
    server.clock.time += DAY - timedelta(minutes=1)

    assert undo(server, admin, alice).status_code == 204

    assert found(server, admin, alice) is None
    assert heartbeat(server, token) == 200
    assert enroll(server, "alice")[0] == 201
    assert (status_of(server, alice), teams_of(server, alice)) == ("active", 1)
    for table in ("legal_holds", "enrollment_blocks"):
        assert server.value(f"SELECT count(*) FROM {table}") == 0
    assert server.value("SELECT count(*) FROM team_managers") == 1
    assert server.value("SELECT disabled_at IS NULL FROM users WHERE username = 'alice'")


def managed(server: TestServer) -> list[tuple[str, str]]:
    """Who manages which team, in order."""
    sql = (
        "SELECT u.username, t.name FROM team_managers JOIN users AS u USING (user_id)"
        " JOIN teams AS t USING (team_id) ORDER BY 1, 2"
    )
    return [(username, name) for username, name in server.rows(sql)]


def disabled(server: TestServer) -> list[str]:
    sql = "SELECT username FROM users WHERE disabled_at IS NOT NULL ORDER BY username"
    return [name for (name,) in server.rows(sql)]


@pytest.fixture
def accounts(server: TestServer, admin: dict[str, str], alice: int) -> list[tuple[str, str]]:
    """Three accounts of alice, one of them disabled, and one of bob; who manages which team."""
    for name in ("alice.k", "CORP\\alice"):
        server.execute("INSERT INTO employee_usernames VALUES ($1, $2)", name, alice)
    server.request("POST", "/api/teams", json={"name": "Graz"}, headers=admin)
    for name in ("alice", "alice.k", "CORP\\alice", "bob"):
        server.add_user(name, Role.MANAGER)
    server.execute("UPDATE users SET disabled_at = now() WHERE username = 'CORP\\alice'")
    for name, team in (
        *(("alice", "Vienna"), ("alice.k", "Graz"), ("alice.k", "Vienna")),
        *(("CORP\\alice", "Graz"), ("bob", "Graz")),
    ):
        server.execute(
            "INSERT INTO team_managers (user_id, team_id) SELECT user_id, team_id FROM users, teams"
            " WHERE username = $1 AND name = $2",
            name,
            team,
        )
    return managed(server)


def test_the_accounts_of_all_usernames_are_disabled_and_manage_nothing(
    server: TestServer, admin: dict[str, str], alice: int, accounts: list[tuple[str, str]]
) -> None:
    departure = leave(server, admin, alice).json()["departure"]

    assert departure["disabled_users"] == ["alice", "alice.k"]
    assert departure["teams"] == 2
    assert managed(server) == [("bob", "Graz")]
    assert disabled(server) == ["CORP\\alice", "alice", "alice.k"]
    assert enroll(server, "alice.k") == (403, "agent_blocked")


def test_an_undo_gives_each_account_its_own_teams(
    server: TestServer, admin: dict[str, str], alice: int, accounts: list[tuple[str, str]]
) -> None:
    leave(server, admin, alice)

    assert undo(server, admin, alice).status_code == 204

    assert managed(server) == accounts
    assert disabled(server) == ["CORP\\alice"]


def test_an_undo_leaves_out_teams_that_are_gone(
    server: TestServer, admin: dict[str, str], alice: int, accounts: list[tuple[str, str]]
) -> None:
    leave(server, admin, alice)
    server.execute("DELETE FROM teams WHERE name = 'Vienna'")

    assert undo(server, admin, alice).status_code == 204

    assert managed(server) == [each for each in accounts if each[1] == "Graz"]


def test_an_undo_leaves_what_was_so_before(
    server: TestServer, admin: dict[str, str], alice: int, token: str
) -> None:
    """A device that was revoked, a block and a hold of before are none of the departure's."""
    agent = server.value("SELECT agent_id FROM agents")
    server.request("POST", f"/api/agents/{agent}/block", json={"scope": "employee"}, headers=admin)
    server.request("POST", f"/api/agents/{agent}/revoke", headers=admin)
    hold = {"reason": "an earlier lawsuit"}
    server.request("PUT", f"/api/employees/{alice}/hold", json=hold, headers=admin)
    leave(server, admin, alice, data="hold", reason="another")

    assert undo(server, admin, alice).status_code == 204

    assert heartbeat(server, token) == 403
    assert server.value("SELECT count(*) FROM enrollment_blocks") == 1
    assert server.value("SELECT count(*) FROM legal_holds") == 1


def test_after_a_day_there_is_no_undo(
    server: TestServer, admin: dict[str, str], alice: int
) -> None:
    leave(server, admin, alice)
    server.clock.time += DAY + timedelta(minutes=1)
    answer = undo(server, admin, alice)
    assert answer.status_code == 409
    assert "24 hours" in answer.json()["detail"]
    assert status_of(server, alice) == "left"


def test_the_last_administrator_cannot_leave(
    server: TestServer, admin: dict[str, str], alice: int, token: str
) -> None:
    server.execute("DELETE FROM users WHERE username <> (SELECT min(username) FROM users)")
    server.execute("UPDATE users SET username = 'alice'")
    answer = leave(server, admin, alice)
    assert answer.status_code == 409
    assert "last administrator" in answer.json()["detail"]
    assert heartbeat(server, token) == 200
    assert found(server, admin, alice) is None


def test_the_last_two_administrators_cannot_leave_if_they_are_one_employee(
    server: TestServer, admin: dict[str, str], alice: int
) -> None:
    server.execute("INSERT INTO employee_usernames VALUES ('alice.k', $1)", alice)
    server.execute("UPDATE users SET username = 'alice'")
    server.add_user("alice.k", Role.ADMIN)

    answer = leave(server, admin, alice)

    assert answer.status_code == 409
    assert "last administrator" in answer.json()["detail"]
    assert disabled(server) == []
    assert found(server, admin, alice) is None


def test_everything_can_be_erased_at_once_and_is_certified(
    server: TestServer, admin: dict[str, str], alice: int
) -> None:
    answer = leave(server, admin, alice, data="erase_now")
    body = answer.json()
    assert body["departure"] is None
    assert body["certificate"]["erased"]["counts"]["logs"] == 1
    assert server.value("SELECT count(*) FROM employees WHERE employee_id = $1", alice) == 0
    assert not [file for file in server.files() if file.suffix == ".webp"]
    assert undo(server, admin, alice).status_code == 404


def test_data_is_erased_on_its_day_and_not_before(
    server: TestServer, admin: dict[str, str], alice: int
) -> None:
    day = (server.clock.time + 10 * DAY).date().isoformat()
    assert leave(server, admin, alice, data="erase_on", erase_on=day).status_code == 200
    departure = found(server, admin, alice)
    assert departure is not None
    assert departure["erase_on"] == day
    server.erase_due()
    assert status_of(server, alice) == "left"
    server.clock.time += 10 * DAY
    server.erase_due()
    assert server.value("SELECT count(*) FROM employees WHERE employee_id = $1", alice) == 0


def test_a_hold_that_came_later_keeps_the_data_beyond_its_day(
    server: TestServer, admin: dict[str, str], alice: int
) -> None:
    day = (server.clock.time + DAY).date().isoformat()
    leave(server, admin, alice, data="erase_on", erase_on=day)
    hold = {"reason": "a lawsuit"}
    server.request("PUT", f"/api/employees/{alice}/hold", json=hold, headers=admin)
    server.clock.time += 2 * DAY
    server.erase_due()
    assert status_of(server, alice) == "left"


def test_a_legal_hold_refuses_to_erase_before_anything_is_done(
    server: TestServer, admin: dict[str, str], alice: int, token: str
) -> None:
    hold = {"reason": "a lawsuit"}
    server.request("PUT", f"/api/employees/{alice}/hold", json=hold, headers=admin)
    answer = leave(server, admin, alice, data="erase_now")
    assert answer.status_code == 409
    assert "legal hold" in answer.json()["detail"]
    assert heartbeat(server, token) == 200


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"data": "erase_on"}, "erase_on"),
        ({"data": "erase_on", "erase_on": "2026-11-23"}, "erase_on"),
        ({"data": "erase_on", "erase_on": "2046-11-24"}, "erase_on"),
        ({"data": "hold"}, "reason"),
        ({"data": "hold", "reason": "  "}, "reason"),
        ({"data": "forget"}, "data"),
        ({"my_data_days": -1}, "my_data_days"),
        ({"my_data_days": 366}, "my_data_days"),
    ],
)
def test_wrong_input_changes_nothing(
    server: TestServer, admin: dict[str, str], alice: int, wanted: dict[str, Any], field: str
) -> None:
    answer = leave(server, admin, alice, **wanted)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert status_of(server, alice) == "active"


def test_an_undo_ends_a_hold_whose_reason_was_changed(
    server: TestServer, admin: dict[str, str], alice: int
) -> None:
    leave(server, admin, alice, data="hold", reason="a lawsuit")
    leave(server, admin, alice, data="hold", reason="another lawsuit")
    assert undo(server, admin, alice).status_code == 204
    assert server.value("SELECT count(*) FROM legal_holds") == 0


def test_the_choice_can_be_changed_later(
    server: TestServer, admin: dict[str, str], alice: int
) -> None:
    leave(server, admin, alice, data="hold", reason="a lawsuit")
    server.clock.time += 3 * DAY
    day = (server.clock.time + DAY).date().isoformat()
    refused = leave(server, admin, alice, data="erase_on", erase_on=day)
    assert refused.status_code == 409
    kept = leave(server, admin, alice, my_data_days=0).json()["departure"]
    assert (kept["my_data_until"], kept["devices"]) == (None, 1)
    assert server.value("SELECT count(*) FROM legal_holds") == 0
    assert leave(server, admin, alice, data="erase_on", erase_on=day).status_code == 200


def my_data_link(server: TestServer, admin: dict[str, str], number: int) -> httpx.Response:
    path = f"/api/employees/{number}/departure/my-data-link"
    return server.request("POST", path, headers=admin)


def open_my_data(server: TestServer, url: str) -> httpx.Response:
    code = url.partition("#")[2]
    return server.request("POST", "/api/my-session", json={"code": code})


def test_somebody_who_left_opens_their_data_for_as_long_as_was_chosen(
    server: TestServer, admin: dict[str, str], alice: int
) -> None:
    leave(server, admin, alice, my_data_days=30)
    first = my_data_link(server, admin, alice).json()["url"]
    link = my_data_link(server, admin, alice).json()["url"]
    assert open_my_data(server, first).status_code == 401
    for _ in range(2):
        opened = open_my_data(server, link)
        headers = {"Cookie": f"{MY_COOKIE.name}={opened.cookies[MY_COOKIE.name]}"}
        mine = server.request("GET", "/api/my-data", headers=headers).json()
        assert mine["username"] == "alice"
        server.clock.time += 15 * DAY - timedelta(minutes=1)
    server.clock.time += timedelta(minutes=3)
    assert open_my_data(server, link).json()["code"] == "my_link_expired"


def test_without_access_there_is_no_link_and_a_session_ends(
    server: TestServer, admin: dict[str, str], alice: int
) -> None:
    assert my_data_link(server, admin, alice).status_code == 409
    leave(server, admin, alice)
    opened = open_my_data(server, my_data_link(server, admin, alice).json()["url"])
    headers = {"Cookie": f"{MY_COOKIE.name}={opened.cookies[MY_COOKIE.name]}"}
    leave(server, admin, alice, my_data_days=0)
    assert server.request("GET", "/api/my-data", headers=headers).status_code == 401
    assert my_data_link(server, admin, alice).status_code == 409


def test_an_undo_ends_the_link(server: TestServer, admin: dict[str, str], alice: int) -> None:
    leave(server, admin, alice)
    link = my_data_link(server, admin, alice).json()["url"]
    undo(server, admin, alice)
    assert open_my_data(server, link).json()["code"] == "my_link_unknown"


def test_a_departure_is_on_record_as_a_whole(
    server: TestServer, admin: dict[str, str], alice: int
) -> None:
    server.add_user("alice", Role.MANAGER)
    leave(server, admin, alice, data="hold", reason="a lawsuit")
    undo(server, admin, alice)
    actions = [action for (action,) in server.rows("SELECT action FROM audit ORDER BY audit_id")]
    assert actions[-6:] == [
        *("hold.place", "user.disable", "employee.leave"),
        *("hold.release", "user.enable", "employee.leave_undo"),
    ]
    details = server.value("SELECT details FROM audit WHERE action = 'employee.leave'")
    assert '"data": "hold"' in str(details).replace('":"', '": "')


def test_an_employee_of_before_knows_no_departure(server: TestServer, alice: int) -> None:
    assert server.sql(departures.find, alice) is None
