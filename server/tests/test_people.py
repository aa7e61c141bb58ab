"""Users and teams: who may change them, and what a manager sees."""

from typing import Any

import pytest

from wfhserver.models.users import Role
from wfhserver.storage.postgres.visibility import visible_to
from wfhserver.testing import TestServer

VISIBLE = f"SELECT e.username FROM employees AS e WHERE {visible_to('$1')} ORDER BY 1"


@pytest.fixture
def admin(server: TestServer) -> dict[str, str]:
    return server.signed_in(Role.ADMIN)


def make_team(server: TestServer, admin: dict[str, str], name: str, **parts: Any) -> int:
    answer = server.request("POST", "/api/teams", json={"name": name}, headers=admin)
    team_id: int = answer.json()["team_id"]
    change = server.request("PATCH", f"/api/teams/{team_id}", json=parts, headers=admin)
    assert change.status_code == 204, change.text
    return team_id


def test_a_manager_sees_the_members_of_their_own_teams(
    server: TestServer, admin: dict[str, str]
) -> None:
    manager = server.signed_in(Role.MANAGER, "mia")
    server.add_user("max", Role.MANAGER)
    for name in ("alice", "bob", "carol", "dave"):
        server.agent_token(name)
    make_team(server, admin, "One", managers=["mia"], members=["alice", "bob"])
    make_team(server, admin, "Two", managers=["mia", "max"], members=["bob", "carol"])
    other = make_team(server, admin, "Three", managers=["max"], members=["dave"])
    ids = dict(server.rows("SELECT username, user_id FROM users"))

    def visible(user_id: int | None) -> list[str]:
        return [row[0] for row in server.rows(VISIBLE, user_id)]

    assert visible(None) == ["alice", "bob", "carol", "dave"]
    assert visible(ids["mia"]) == ["alice", "bob", "carol"]
    assert visible(ids["max"]) == ["bob", "carol", "dave"]
    assert visible(ids["admin"]) == []
    own = server.request("GET", "/api/teams", headers=manager).json()["teams"]
    assert [(team["name"], team["member_count"]) for team in own] == [("One", 2), ("Two", 2)]
    assert server.request("GET", f"/api/teams/{other}", headers=manager).status_code == 404
    assert server.request("GET", "/api/session", headers=manager).json()["teams"] == ["One", "Two"]


def test_a_team_is_changed_as_a_whole_or_not_at_all(
    server: TestServer, admin: dict[str, str]
) -> None:
    server.agent_token("alice")
    team = make_team(server, admin, "One", members=["alice"])

    body = {"managers": ["admin"], "members": ["alice", "nobody"]}
    wrong = server.request("PATCH", f"/api/teams/{team}", json=body, headers=admin)
    after = server.request("GET", f"/api/teams/{team}", headers=admin).json()

    assert (wrong.status_code, wrong.json()["field"]) == (422, "members")
    assert (after["managers"], [x["username"] for x in after["members"]]) == ([], ["alice"])


def test_a_deleted_team_deletes_nobody(server: TestServer, admin: dict[str, str]) -> None:
    server.agent_token("alice")
    team = make_team(server, admin, "One", managers=["admin"], members=["alice"])

    assert server.request("DELETE", f"/api/teams/{team}", headers=admin).status_code == 204
    assert server.request("DELETE", f"/api/teams/{team}", headers=admin).status_code == 404
    assert server.value("SELECT count(*) FROM employees") == 1
    assert server.request("GET", "/api/session", headers=admin).json()["teams"] == []
    actions = [row[0] for row in server.rows("SELECT action FROM audit ORDER BY audit_id")]
    assert actions == ["team.add", "team.set_managers", "team.set_members", "team.delete"]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR])
@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("POST /api/users", {"username": "x", "password": "x" * 12, "role": "admin"}),
        ("PATCH /api/users/1", {"role": "admin"}),
        ("POST /api/teams", {"name": "x"}),
        ("PATCH /api/teams/1", {"managers": ["manager"]}),
        ("DELETE /api/teams/1", None),
    ],
)
def test_only_administrators_change_people(
    server: TestServer, role: Role, call: str, body: dict[str, Any] | None
) -> None:
    method, path = call.split()

    answer = server.request(method, path, json=body, headers=server.signed_in(role))

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("change", [{"role": "auditor"}, {"disabled": True}])
def test_the_last_administrator_stays(
    server: TestServer, admin: dict[str, str], change: dict[str, Any]
) -> None:
    number = server.value("SELECT user_id FROM users")

    refused = server.request("PATCH", f"/api/users/{number}", json=change, headers=admin)
    server.add_user("second", Role.ADMIN)
    accepted = server.request("PATCH", f"/api/users/{number}", json=change, headers=admin)

    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert accepted.status_code == 200


@pytest.mark.parametrize("change", [{"disabled": True}, {"password": "another password"}])
def test_disabling_and_a_new_password_end_the_sessions(
    server: TestServer, admin: dict[str, str], change: dict[str, Any]
) -> None:
    bert = server.signed_in(Role.AUDITOR, "bert")
    number = server.value("SELECT user_id FROM users WHERE username = 'bert'")

    changed = server.request("PATCH", f"/api/users/{number}", json=change, headers=admin)

    assert changed.status_code == 200
    assert server.request("GET", "/api/session", headers=bert).status_code == 401


@pytest.mark.parametrize("number", ["0", "99999", "9" * 5000, "x", "%00", "1'--"])
def test_an_odd_number_is_nobody(server: TestServer, admin: dict[str, str], number: str) -> None:
    answer = server.request("PATCH", f"/api/users/{number}", json={}, headers=admin)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_whatever_a_name_holds_it_is_a_name(server: TestServer, admin: dict[str, str]) -> None:
    names = ["<img src=x onerror=alert(1)>", "=1+1", "'; DROP TABLE users; --", "Zoë 🦊"]
    for name in names:
        body = {"username": name, "password": "x" * 12, "role": "manager"}
        assert server.request("POST", "/api/users", json=body, headers=admin).status_code == 201
        make_team(server, admin, name, managers=[name])

    teams = server.request("GET", "/api/teams", headers=admin).json()["teams"]
    listed = server.request("GET", "/api/users", headers=admin).json()["users"]

    assert sorted(team["name"] for team in teams) == sorted(names)
    assert {user["username"] for user in listed} == {*names, "admin"}
    control = {"username": "a\nb", "password": "x" * 12, "role": "manager"}
    made = server.request("POST", "/api/users", json=control, headers=admin)
    assert (made.status_code, made.json()["username"]) == (201, "a b")
