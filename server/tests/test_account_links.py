"""Invitations and reset links: each works once, for one account, for a while."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from server.tests.mail_catcher import mail_catcher

from wfhserver.accounts.passwords import hash_password
from wfhserver.models.users import Role
from wfhserver.testing import NOW, StillClock, TestServer

PASSWORD = "correct horse battery"
NEW = "a new battery of horses"
MAIL = {"smtp_host": "127.0.0.1", "smtp_security": "none", "public_url": "https://wfh.example.com"}


@pytest.fixture
def anna(server: TestServer) -> dict[str, str]:
    return server.signed_in(username="anna")


def invite(
    server: TestServer, headers: dict[str, str], *, options: Any = None, **change: Any
) -> httpx.Response:
    body = {"username": "mia", "role": "manager", **change}
    answer: httpx.Response = server.run(
        lambda client: client.post("/api/users/invitations", json=body, headers=headers),
        **(options or {}),
    )
    return answer


def token_in(answer: httpx.Response) -> str:
    assert answer.status_code == 201, answer.text
    path, _, token = answer.json()["url"].rpartition("#")
    assert path.endswith("/set-password")
    return str(token)


def look(server: TestServer, token: str) -> httpx.Response:
    return server.request("POST", "/api/account-link", json={"token": token})


def set_password(server: TestServer, token: str, password: str = PASSWORD) -> httpx.Response:
    body = {"token": token, "password": password}
    return server.request("POST", "/api/account-link/password", json=body)


def sign_in(server: TestServer, password: str, username: str = "mia") -> httpx.Response:
    body = {"username": username, "password": password}
    return server.request("POST", "/api/session", json=body)


def new_link(server: TestServer, headers: dict[str, str], username: str = "mia") -> httpx.Response:
    number = server.value("SELECT user_id FROM users WHERE username = $1", username)
    return server.request("POST", f"/api/users/{number}/link", json={}, headers=headers)


def account_of(server: TestServer, headers: dict[str, str], username: str = "mia") -> Any:
    listed = server.request("GET", "/api/users", headers=headers).json()["users"]
    return next(user for user in listed if user["username"] == username)


def refused(answer: httpx.Response, words: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (410, "account_link_ended")
    assert words in answer.json()["detail"]


def test_an_invited_manager_sets_the_password_and_sees_the_teams_of_the_invitation(
    server: TestServer, anna: dict[str, str]
) -> None:
    server.execute("INSERT INTO teams (name, created_at) VALUES ('Sales', now()), ('IT', now())")
    team = server.value("SELECT team_id FROM teams WHERE name = 'Sales'")
    invited = invite(server, anna, team_ids=[team])
    token = token_in(invited)
    before = account_of(server, anna)
    opened = look(server, token).json()

    assert (before["is_invited"], before["teams"]) == (True, ["Sales"])
    assert before["link_expires_at"] == "2026-11-30T12:00:00Z"
    assert (opened["username"], opened["kind"]) == ("mia", "invitation")
    assert sign_in(server, PASSWORD).status_code == 401
    assert set_password(server, token).status_code == 204
    session = sign_in(server, PASSWORD).json()
    assert (session["role"], session["teams"]) == ("manager", ["Sales"])
    after = account_of(server, anna)
    assert (after["is_invited"], after["link_expires_at"]) == (False, None)
    actions = [
        tuple(row) for row in server.rows("SELECT actor, action FROM audit ORDER BY audit_id")
    ]
    assert actions == [
        ("user:anna", "user.invite"),
        ("user:anna", "user.set_teams"),
        ("user:mia", "user.accept_invitation"),
        ("user:mia", "session.begin"),
    ]


def test_only_the_hash_of_a_link_is_stored(server: TestServer, anna: dict[str, str]) -> None:
    token = token_in(invite(server, anna))
    stored = [
        str(server.rows(f"SELECT * FROM {table}"))
        for table in ("account_links", "audit", "messages", "users")
    ]

    assert not any(token in text for text in stored)


def test_a_link_works_once(server: TestServer, anna: dict[str, str]) -> None:
    token = token_in(invite(server, anna))
    set_password(server, token)

    refused(set_password(server, token, NEW), "has been used already")
    refused(look(server, token), "has been used already")
    assert sign_in(server, PASSWORD).status_code == 200


def test_of_two_who_use_a_link_at_once_one_wins(server: TestServer, anna: dict[str, str]) -> None:
    token = token_in(invite(server, anna))

    async def scenario(one: httpx.AsyncClient, two: httpx.AsyncClient) -> list[int]:
        bodies = [{"token": token, "password": f"password number {n}"} for n in range(4)]
        answers = await asyncio.gather(
            *(
                client.post("/api/account-link/password", json=body)
                for client, body in zip((one, two, one, two), bodies, strict=True)
            )
        )
        return sorted(answer.status_code for answer in answers)

    assert server.run_two(scenario) == [204, 410, 410, 410]


def test_an_invitation_lasts_seven_days_and_a_reset_one(
    server: TestServer, anna: dict[str, str], clock: StillClock
) -> None:
    token = token_in(invite(server, anna))
    clock.time += timedelta(days=7)
    refused(look(server, token), "has expired")
    headers = server.signed_in(username="berta")
    renewed = new_link(server, headers)
    set_password(server, token_in(renewed))
    reset = new_link(server, headers)
    clock.time += timedelta(hours=24)

    assert renewed.json()["kind"] == "invitation"
    assert reset.json()["kind"] == "reset"
    refused(set_password(server, token_in(reset)), "has expired")


def test_a_newer_link_replaces_the_last_one(server: TestServer, anna: dict[str, str]) -> None:
    old = token_in(invite(server, anna))
    token_in(new_link(server, anna))

    refused(look(server, old), "has replaced this link")


def test_a_link_of_a_disabled_or_deleted_user_says_so(
    server: TestServer, anna: dict[str, str]
) -> None:
    token = token_in(invite(server, anna))
    number = server.value("SELECT user_id FROM users WHERE username = 'mia'")

    def disable(value: bool) -> None:
        path, body = f"/api/users/{number}", {"disabled": value}
        assert server.request("PATCH", path, json=body, headers=anna).is_success

    disable(True)
    refused(set_password(server, token), "is disabled")
    disable(False)
    refused(set_password(server, token), "has replaced this link")
    server.execute("DELETE FROM users WHERE username = 'mia'")
    refused(look(server, token), "is unknown, or its account is gone")
    refused(look(server, "nonsense"), "is unknown")


def test_a_reset_ends_sessions_keys_and_the_wait_of_the_user(
    server: TestServer, anna: dict[str, str]
) -> None:
    server.add_user("mia", Role.MANAGER, password_hash=hash_password(PASSWORD))
    cookie = sign_in(server, PASSWORD).headers["set-cookie"].partition(";")[0]
    for _ in range(6):
        last = sign_in(server, "wrong password")
    token = token_in(new_link(server, anna))
    before = server.request("GET", "/api/session", headers={"Cookie": cookie})
    set_password(server, token, NEW)
    after = server.request("GET", "/api/session", headers={"Cookie": cookie})

    assert last.status_code == 429
    assert (before.status_code, after.status_code) == (200, 401)
    assert sign_in(server, PASSWORD).status_code == 401
    assert sign_in(server, NEW).status_code == 200
    assert "user.reset_password" in [row[0] for row in server.rows("SELECT action FROM audit")]


def test_a_password_that_is_too_short_leaves_the_link_as_it_was(
    server: TestServer, anna: dict[str, str]
) -> None:
    token = token_in(invite(server, anna))
    short = set_password(server, token, "short")

    assert (short.status_code, short.json()["field"]) == (422, "password")
    assert set_password(server, token).status_code == 204


def test_company_accounts_and_disabled_users_get_no_link(
    server: TestServer, anna: dict[str, str]
) -> None:
    server.add_user("otto", Role.AUDITOR)
    server.execute("UPDATE users SET oidc_subject = 'https://id x' WHERE username = 'otto'")
    server.add_user("dan", Role.AUDITOR)
    server.execute("UPDATE users SET disabled_at = $1 WHERE username = 'dan'", NOW)

    company, disabled = new_link(server, anna, "otto"), new_link(server, anna, "dan")

    assert (company.status_code, disabled.status_code) == (409, 409)
    assert "company account" in company.json()["detail"]
    assert "is disabled" in disabled.json()["detail"]
    assert account_of(server, anna, "otto")["is_company"]


@pytest.mark.parametrize(
    ("change", "status", "field", "words"),
    [
        ({"username": "anna"}, 409, None, "already exists"),
        ({"team_ids": [987]}, 422, "team_ids", "unknown"),
        ({"role": "auditor", "team_ids": [1]}, 422, "team_ids", "Only managers"),
        ({"email": "mia@example.com"}, 422, "email", "WFHSERVER_SMTP_HOST"),
        ({"role": "boss"}, 422, "role", ""),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_and_nobody_is_added(
    server: TestServer,
    anna: dict[str, str],
    change: dict[str, Any],
    status: int,
    field: str | None,
    words: str,
) -> None:
    answer = invite(server, anna, **change)

    assert (answer.status_code, answer.json().get("field")) == (status, field)
    assert words in answer.json()["detail"]
    assert server.value("SELECT count(*) FROM users") == 1


def test_only_administrators_invite(server: TestServer) -> None:
    for role in (Role.MANAGER, Role.AUDITOR):
        assert invite(server, server.signed_in(role)).status_code == 403


def test_a_link_is_mailed_and_the_page_says_when_it_could_not_be(
    server: TestServer, anna: dict[str, str], tmp_path: Path
) -> None:
    with mail_catcher(tmp_path, tls="none") as catcher:
        options = {**MAIL, "smtp_port": catcher.port}
        sent = invite(server, anna, options=options, email="mia@example.com").json()
    (mail,) = catcher.mails
    failed = invite(server, anna, options=options, username="bert", email="bert@example.com").json()
    wrong = invite(server, anna, options=options, username="cleo", email="cleo at example")

    assert (sent["is_mailed"], sent["mail_problem"]) == (True, None)
    assert sent["url"].startswith("https://wfh.example.com/set-password#")
    assert sent["url"] in mail.get_content()
    assert mail["To"] == "mia@example.com"
    assert failed["is_mailed"] is False
    assert failed["mail_problem"].startswith("The e-mail was not sent. Copy the link.")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "email")
    assert server.value("SELECT count(*) FROM messages") == 0
