"""Rights are looked at whenever they are used, not when something was made."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from server.tests.test_pdf_exports import finished

from wfhserver.accounts.users import UserChanges
from wfhserver.models.users import Role
from wfhserver.storage.postgres import api_keys
from wfhserver.testing import NOW, TestServer, bearer, log_request
from wfhserver.tokens import hash_of, new_api_key

LIFETIME = (NOW, NOW + timedelta(days=30))


def change(server: TestServer, work: Callable[[UserChanges], Any]) -> None:
    """Do what an administrator does to users."""

    async def run(connection: Any) -> None:
        await work(UserChanges(connection, actor="cli:root", at=server.clock.now()))

    server.sql(run)


@pytest.fixture
def manager(server: TestServer, enroll: Callable[..., dict[str, str]]) -> dict[str, str]:
    """A manager of the team of alice, who has sent a log, as has bob."""
    for name, token in enroll("alice", "bob").items():
        sent = log_request(token, username=name, hostname=f"{name}-pc")
        assert server.request("POST", "/api/log", **sent).status_code == 201
    headers = server.signed_in(Role.MANAGER)
    server.execute("INSERT INTO team_managers SELECT user_id, team_id FROM users, teams")
    return headers


def export_of(server: TestServer, headers: dict[str, str]) -> str:
    """Make a PDF; the address of the finished job."""

    async def scenario(client: httpx.AsyncClient) -> Any:
        begun = await client.post("/api/exports/pdf", json={}, headers=headers)
        return await finished(client, headers, begun.json())

    job = server.run(scenario)
    assert (job["state"], job["rows_taken"]) == ("done", 1)
    return f"/api/exports/{job['job_id']}"


def statuses(server: TestServer, path: str, headers: dict[str, str]) -> list[int]:
    return [
        server.request("GET", each, headers=headers).status_code for each in (path, f"{path}/file")
    ]


@pytest.mark.parametrize(
    "lost",
    [
        "DELETE FROM team_managers",
        "DELETE FROM team_members",
        "DELETE FROM teams",
        "UPDATE export_jobs SET employee_ids = employee_ids || 99",
        "UPDATE export_jobs SET employee_ids = NULL",
    ],
)
def test_a_finished_pdf_is_closed_to_a_manager_who_lost_the_team(
    server: TestServer, manager: dict[str, str], lost: str
) -> None:
    path = export_of(server, manager)
    assert statuses(server, path, manager) == [200, 200]

    server.execute(lost)

    assert statuses(server, path, manager) == [404, 404]


def test_a_finished_pdf_of_everybody_is_closed_to_who_is_an_administrator_no_more(
    server: TestServer, manager: dict[str, str]
) -> None:
    server.signed_in(Role.ADMIN, "other")
    admin = server.signed_in(Role.ADMIN, "was-admin")

    async def scenario(client: httpx.AsyncClient) -> Any:
        begun = await client.post("/api/exports/pdf", json={}, headers=admin)
        return await finished(client, admin, begun.json())

    path = f"/api/exports/{server.run(scenario)['job_id']}"
    assert statuses(server, path, admin) == [200, 200]

    change(server, lambda users: users.set_role("was-admin", Role.MANAGER))

    assert statuses(server, path, admin) == [404, 404]


def key_of(server: TestServer, username: str) -> dict[str, str]:
    """Give a user an API key; the headers of a program that has it."""
    key = new_api_key()
    server.execute(
        "INSERT INTO api_keys (key_hash, user_id, label, scope, created_at, expires_at)"
        " SELECT $1, user_id, 'payroll', 'export', $3, $4 FROM users WHERE username = $2",
        hash_of(key),
        username,
        *LIFETIME,
    )
    return bearer(key)


def exports(server: TestServer, headers: dict[str, str]) -> int:
    return server.request("GET", "/api/exports/logs.csv", headers=headers).status_code


def test_api_keys_end_with_the_password_of_their_user(server: TestServer) -> None:
    server.add_user("anna", Role.ADMIN)
    server.add_user("bert", Role.ADMIN)
    key, other = key_of(server, "anna"), key_of(server, "bert")
    assert exports(server, key) == 200

    change(server, lambda users: users.set_password("anna", "hash"))

    assert (exports(server, key), exports(server, other)) == (401, 200)
    assert server.rows("SELECT details FROM audit WHERE action = 'user.set_password'") == [
        ('{"user":"anna","api_keys_revoked":1}',)
    ]


def test_api_keys_of_a_disabled_user_stay_revoked_when_the_user_is_enabled_again(
    server: TestServer,
) -> None:
    server.add_user("anna", Role.ADMIN)
    server.add_user("bert", Role.ADMIN)
    key = key_of(server, "anna")

    change(server, lambda users: users.set_disabled("anna", disabled=True))
    disabled = exports(server, key)
    change(server, lambda users: users.set_disabled("anna", disabled=False))

    assert (disabled, exports(server, key)) == (401, 401)
    assert server.sql(api_keys.list_keys)[0].revoked_at is not None


def test_an_api_key_follows_the_role_and_the_teams_of_its_user(
    server: TestServer, manager: dict[str, str]
) -> None:
    key = key_of(server, "manager")
    before = server.request("GET", "/api/exports/logs.csv", headers=key).headers["x-rows"]
    server.execute("DELETE FROM team_managers")
    after = server.request("GET", "/api/exports/logs.csv", headers=key).headers["x-rows"]

    assert (before, after) == ("1", "0")
