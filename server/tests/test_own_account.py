"""Users change their password and end their sessions, and administrators end those of others."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from wfhserver.accounts.passwords import hash_password
from wfhserver.models.users import Role
from wfhserver.testing import StillClock, TestServer

PASSWORD = "correct horse battery"
NEW = "a new battery of horses"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
    " Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
MIA = {"username": "mia", "password": PASSWORD}


@pytest.fixture
def mia(server: TestServer) -> int:
    return server.add_user("mia", Role.MANAGER, password_hash=hash_password(PASSWORD))


def sign_in(server: TestServer, browser: str, password: str = PASSWORD) -> dict[str, str]:
    """Return the headers of a new session of mia."""
    answer = server.request(
        "POST", "/api/session", json={**MIA, "password": password}, headers={"User-Agent": browser}
    )
    assert answer.status_code == 200, answer.text
    cookie = answer.headers["set-cookie"].partition(";")[0]
    return {"Cookie": cookie, "X-CSRF-Token": answer.json()["csrf_token"]}


def sessions(server: TestServer, headers: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.request(
        "GET", "/api/account/sessions", headers=headers
    ).json()["sessions"]
    return found


def is_open(server: TestServer, headers: dict[str, str]) -> bool:
    return server.request("GET", "/api/session", headers=headers).status_code == 200


def change(server: TestServer, headers: dict[str, str], current: str) -> httpx.Response:
    body = {"current": current, "password": NEW}
    return server.request("POST", "/api/account/password", json=body, headers=headers)


def test_a_new_password_ends_the_other_sessions_and_this_one_goes_on(
    server: TestServer, mia: int
) -> None:
    one, two = sign_in(server, FIREFOX), sign_in(server, CHROME)

    answer = change(server, one, PASSWORD)

    assert (answer.status_code, answer.json()["ended"]) == (200, 1)
    assert (is_open(server, one), is_open(server, two)) == (True, False)
    sign_in(server, CHROME, NEW)
    assert server.value("SELECT details FROM audit WHERE action = 'user.change_password'") == (
        '{"sessions_ended":1}'
    )


def test_the_current_password_is_needed_and_guesses_are_limited(
    server: TestServer, mia: int
) -> None:
    headers = sign_in(server, FIREFOX)
    wrong = [change(server, headers, "wrong horse battery") for _ in range(5)]
    late = change(server, headers, PASSWORD)

    assert {(each.status_code, each.json()["field"]) for each in wrong} == {(422, "current")}
    assert late.status_code == 429
    assert is_open(server, headers)


def test_a_company_account_has_no_password_here(server: TestServer, mia: int) -> None:
    headers = sign_in(server, FIREFOX)
    server.execute("UPDATE users SET oidc_subject = 'https://id x'")

    answer = change(server, headers, PASSWORD)

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert server.request("GET", "/api/account", headers=headers).json()["is_company"] is True


def test_sessions_are_listed_by_browser_and_time(
    server: TestServer, mia: int, clock: StillClock
) -> None:
    first = sign_in(server, FIREFOX)
    clock.time += timedelta(hours=1)
    sign_in(server, IPHONE)
    clock.time += timedelta(minutes=10)

    found = sessions(server, first)

    assert [(each["browser"], each["is_current"]) for each in found] == [
        ("Safari on iPhone", False),
        ("Firefox on Windows", True),
    ]
    phone, laptop = found
    assert phone["created_at"] == phone["last_used_at"] == "2026-11-23T13:00:00Z"
    assert laptop["created_at"] == "2026-11-23T12:00:00Z"
    assert laptop["last_used_at"] == "2026-11-23T13:10:00Z"
    # What opens a session is not in the list.
    assert server.value("SELECT encode(token_hash, 'hex') FROM sessions LIMIT 1") not in str(found)


def test_one_session_is_ended_and_then_all_others(server: TestServer, mia: int) -> None:
    here, phone, tablet = (sign_in(server, each) for each in (FIREFOX, IPHONE, CHROME))
    by_browser = {each["browser"]: each["session_id"] for each in sessions(server, here)}

    one = server.request(
        "DELETE", f"/api/account/sessions/{by_browser['Safari on iPhone']}", headers=here
    )
    again = server.request(
        "DELETE", f"/api/account/sessions/{by_browser['Safari on iPhone']}", headers=here
    )
    assert (one.status_code, again.status_code) == (204, 404)
    assert [is_open(server, each) for each in (here, phone, tablet)] == [True, False, True]
    rest = server.request("DELETE", "/api/account/sessions", headers=here)

    assert rest.json()["ended"] == 1
    assert [is_open(server, each) for each in (here, phone, tablet)] == [True, False, False]


def test_nobody_ends_the_session_of_somebody_else(server: TestServer, mia: int) -> None:
    headers = sign_in(server, FIREFOX)
    (session,) = sessions(server, headers)
    other = server.signed_in(Role.AUDITOR)

    answer = server.request(
        "DELETE", f"/api/account/sessions/{session['session_id']}", headers=other
    )

    assert answer.status_code == 404
    assert is_open(server, headers)


def test_an_administrator_sees_and_ends_the_sessions_of_a_user(
    server: TestServer, mia: int
) -> None:
    headers, admin = sign_in(server, FIREFOX), server.signed_in(username="anna")
    listed = server.request("GET", f"/api/users/{mia}/sessions", headers=admin).json()
    ended = server.request("DELETE", f"/api/users/{mia}/sessions", headers=admin)
    none = server.request("DELETE", "/api/users/987654/sessions", headers=admin)

    assert [each["browser"] for each in listed["sessions"]] == ["Firefox on Windows"]
    assert ended.json()["ended"] == 1
    assert not is_open(server, headers)
    assert is_open(server, admin)
    assert none.status_code == 404
    assert server.rows("SELECT actor, details FROM audit WHERE action = 'session.end'") == [
        ("user:anna", '{"user":"mia","sessions":1}')
    ]
