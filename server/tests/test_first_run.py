"""The first administrator: whoever can read the server's output, once, and exactly one."""

import asyncio
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import httpx
import pytest

from wfhserver.accounts.setup_code import SetupCode, new_code
from wfhserver.cli.setup_code import announcement
from wfhserver.models.users import Role
from wfhserver.testing import NOW, StillClock, TestServer

PASSWORD = "correct horse battery"


@pytest.fixture
def code(server: TestServer) -> str:
    return make_code(server)


def make_code(server: TestServer) -> str:
    made = server.sql(new_code, "cli:root", server.clock.now())
    assert isinstance(made, SetupCode)
    return made.code


def body(code: str, username: str = "anna") -> dict[str, str]:
    return {"code": code, "username": username, "password": PASSWORD}


def set_up(server: TestServer, code: str, username: str = "anna") -> httpx.Response:
    return server.request("POST", "/api/setup", json=body(code, username))


def is_needed(server: TestServer) -> bool:
    found: bool = server.request("GET", "/api/setup").json()["is_needed"]
    return found


def test_whoever_has_the_code_becomes_the_administrator_and_is_signed_in(
    server: TestServer, code: str
) -> None:
    assert is_needed(server)

    async def scenario(client: httpx.AsyncClient) -> Any:
        made = await client.post("/api/setup", json=body(code))
        return made, await client.get("/api/session")

    made, session = server.run(scenario)

    assert (made.status_code, made.json()["role"]) == (201, "admin")
    assert session.json()["username"] == "anna"
    assert not is_needed(server)
    signed_in = server.request(
        "POST", "/api/session", json={"username": "anna", "password": PASSWORD}
    )
    assert signed_in.status_code == 200
    assert [row[0] for row in server.rows("SELECT action FROM audit ORDER BY audit_id")] == [
        "setup_code.create",
        "setup_code.use",
        "user.add",
        "session.begin",
        "session.begin",
    ]


def test_the_code_is_stored_as_a_hash_alone(server: TestServer, code: str) -> None:
    dump = str(server.rows("SELECT * FROM setup_code") + server.rows("SELECT * FROM audit"))

    assert code not in dump
    assert code.replace("-", "") not in dump


def test_a_code_may_be_typed_as_people_type(server: TestServer, code: str) -> None:
    typed = " " + code.lower().replace("-", " ").replace("0", "o").replace("1", "l") + " "

    assert set_up(server, typed).status_code == 201


def test_a_code_works_once(server: TestServer, code: str) -> None:
    set_up(server, code)

    again = set_up(server, code, "eve")

    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert "account already" in again.json()["detail"]
    assert server.value("SELECT count(*) FROM users") == 1


def test_a_newer_code_replaces_the_last_one(server: TestServer, code: str) -> None:
    newer = make_code(server)

    old = set_up(server, code)

    assert (old.status_code, old.json()["field"]) == (422, "code")
    assert "a newer one has replaced it" in old.json()["detail"]
    assert set_up(server, newer).status_code == 201


def test_a_code_is_too_late_after_a_day(server: TestServer, code: str, clock: StillClock) -> None:
    clock.time += timedelta(hours=24)

    late = set_up(server, code)

    assert (late.status_code, late.json()["field"]) == (422, "code")
    assert "has expired" in late.json()["detail"]
    assert "wfhserver setup-code" in late.json()["detail"]


def test_guesses_are_limited_until_a_new_code_is_printed(server: TestServer, code: str) -> None:
    answers = [set_up(server, "AAAA-BBBB-CCCC-DDDD").status_code for _ in range(6)]
    waiting = set_up(server, code)

    assert answers == [422] * 5 + [429]
    assert waiting.status_code == 429
    assert "`wfhserver setup-code`" in waiting.json()["detail"]
    assert set_up(server, make_code(server)).status_code == 201


def test_of_two_at_once_exactly_one_becomes_the_administrator(
    server: TestServer, code: str
) -> None:
    async def scenario(one: httpx.AsyncClient, two: httpx.AsyncClient) -> list[httpx.Response]:
        return await asyncio.gather(
            *(
                client.post("/api/setup", json=body(code, f"admin{number}"))
                for number, client in enumerate((one, two, one, two))
            )
        )

    answers = server.run_two(scenario)

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert server.value("SELECT count(*) FROM users") == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [({"username": "  "}, "username"), ({"password": "short"}, "password"), ({"code": ""}, "code")],
)
def test_what_cannot_be_an_account_is_refused_and_the_code_still_works(
    server: TestServer, code: str, change: dict[str, str], field: str
) -> None:
    refused = server.request("POST", "/api/setup", json={**body(code), **change})

    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert set_up(server, code).status_code == 201


def test_a_page_of_another_site_cannot_try_codes(server: TestServer, code: str) -> None:
    answer = server.request(
        "POST", "/api/setup", json=body(code), headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.json()["code"] == "csrf_failed"


def test_where_an_account_exists_no_code_is_made(server: TestServer) -> None:
    server.add_user("mia", Role.MANAGER)

    assert server.sql(new_code, "cli:root", NOW) is None
    assert not is_needed(server)


def test_the_announcement_says_where_and_until_when() -> None:
    text = announcement(SetupCode("K7QM-0F3Z", NOW), "https://wfh.example.com/")

    assert "https://wfh.example.com/setup" in text
    assert "K7QM-0F3Z" in text
    assert "until 2026-11-23 12:00 UTC" in text


def run(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "wfhserver", "setup-code", *arguments],
        env={**os.environ, "WFHSERVER_DATABASE_URL": url},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_command_prints_a_code_that_works_and_none_where_accounts_exist(
    server: TestServer, database: str
) -> None:
    printed = run(database)
    code = printed.stdout.partition("Setup code: ")[2].split()[0]
    # The command has the system's clock, which the test's is behind.
    server.execute("UPDATE setup_code SET expires_at = $1", NOW + timedelta(hours=1))
    made = set_up(server, code)
    refused, quiet = run(database), run(database, "--if-needed")

    assert printed.returncode == 0
    assert made.status_code == 201
    assert refused.returncode == 1
    assert "has an account already" in refused.stderr
    assert (quiet.returncode, quiet.stdout) == (0, "")
