"""A block outlives the erasure of its employee, and the name does not."""

import hmac
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from wfhserver.testing import TestServer, bearer, heartbeat_body, log_request, screenshot_bytes

FURTHER = "CORP\\alice.k"
BLOCKED = (403, "agent_blocked")
ENROLLED = (201, None)
LAPTOP = str(uuid4())


@pytest.fixture
def token(server: TestServer) -> str:
    """The enrollment token in the agent.toml of every laptop."""
    return server.enrollment_token()


@pytest.fixture
def alice(server: TestServer, admin: dict[str, str], token: str) -> int:
    """The number of alice, who has two usernames, and a laptop with data."""
    own = enroll(server, token, "alice", agent_id=LAPTOP).json()["token"]
    body = heartbeat_body()
    assert server.request("POST", "/api/heartbeat", json=body, headers=bearer(own)).is_success
    sent = log_request(own, screenshot_bytes())
    assert server.request("POST", "/api/log", **sent).status_code == 201
    number = number_of(server, "alice")
    body = {"further_usernames": [FURTHER]}
    answer = server.request("PATCH", f"/api/employees/{number}", json=body, headers=admin)
    assert answer.status_code == 204
    return number


def number_of(server: TestServer, username: str) -> int:
    number: int = server.value("SELECT employee_id FROM employees WHERE username = $1", username)
    return number


def enroll(server: TestServer, token: str, username: str, **more: Any) -> httpx.Response:
    body = {"agent_id": str(uuid4()), "username": username, "hostname": "laptop-7"}
    body |= {"platform": "x", "agent_version": "1", **more}
    return server.request("POST", "/api/enroll", json=body, headers=bearer(token))


def outcome(answer: httpx.Response) -> tuple[int, str | None]:
    return answer.status_code, answer.json().get("code")


def leave(server: TestServer, admin: dict[str, str], number: int, **wanted: Any) -> dict[str, Any]:
    path = f"/api/employees/{number}/departure"
    answer = server.request("PUT", path, json=wanted, headers=admin)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def erase_now(server: TestServer, admin: dict[str, str], number: int) -> list[str]:
    """Let somebody leave and be erased; what is not erased."""
    certificate = leave(server, admin, number, data="erase_now")["certificate"]
    left: list[str] = certificate["erased"]["not_erased"]
    return left


def blocks(server: TestServer, admin: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.request("GET", "/api/blocks", headers=admin).json()[
        "blocks"
    ]
    return found


def unblock(server: TestServer, admin: dict[str, str], block_id: int) -> int:
    return server.request("DELETE", f"/api/blocks/{block_id}", headers=admin).status_code


def refusals(server: TestServer) -> list[tuple[list[int], dict[str, Any]]]:
    """The employees and details of each refused enrollment in the audit log."""
    rows = server.rows(
        "SELECT employee_ids, details FROM audit WHERE action = 'agent.refuse' ORDER BY audit_id"
    )
    return [(numbers, json.loads(details)) for numbers, details in rows]


def tables_with(server: TestServer, text: str) -> list[str]:
    """The tables that hold *text* somewhere, also as bytes."""
    names = server.rows(
        "SELECT c.oid::regclass::text FROM pg_class AS c"
        " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " AND c.relnamespace = current_schema()::regnamespace"
    )
    assert len(names) > 50
    found = []
    for (name,) in names:
        content = server.value(f"SELECT string_agg(t::text, ' ') FROM {name} AS t") or ""
        if text in content or text.encode().hex() in content:
            found.append(name)
    return found


def test_the_laptop_of_a_leaver_does_not_come_back_after_the_erasure(
    server: TestServer, admin: dict[str, str], alice: int, token: str
) -> None:
    erase_now(server, admin, alice)

    again = [
        outcome(enroll(server, token, "alice", agent_id=LAPTOP)),
        outcome(enroll(server, token, "alice", hostname="another")),
        outcome(enroll(server, token, FURTHER)),
        # What looks the same is the same name.
        outcome(enroll(server, token, " alice\u200b ")),
    ]

    assert again == [BLOCKED] * 4
    assert outcome(enroll(server, token, "bob")) == ENROLLED
    assert server.rows("SELECT username FROM employees") == [("bob",)]


def test_the_database_has_the_name_nowhere(
    server: TestServer, admin: dict[str, str], alice: int
) -> None:
    held = tables_with(server, "alice")
    erase_now(server, admin, alice)
    waits = server.enrollment_token()
    server.execute("UPDATE enrollment_tokens SET needs_approval = true")
    for name in ("alice", FURTHER):
        enroll(server, waits, name, hostname="alice-laptop")
    (block,) = blocks(server, admin)
    kept = tables_with(server, "alice")
    unblock(server, admin, block["block_id"])

    assert {"employees", "employee_usernames"} <= {*held}
    assert kept == tables_with(server, "alice") == []


def test_the_name_is_kept_as_a_hash_with_a_key_of_this_server(
    server: TestServer, admin: dict[str, str], alice: int
) -> None:
    erase_now(server, admin, alice)

    key = server.value("SELECT hash_key FROM username_hash_key")
    kept = server.value("SELECT username_hashes FROM erased_blocks")
    assert len(key) == 32
    assert {*kept} == {hmac.digest(key, name.encode(), "sha256") for name in ("alice", FURTHER)}


def test_all_erased_employees_share_a_key_that_never_changes(
    server: TestServer, admin: dict[str, str], alice: int, token: str
) -> None:
    enroll(server, token, "bob")
    erase_now(server, admin, alice)
    key = server.value("SELECT hash_key FROM username_hash_key")
    erase_now(server, admin, number_of(server, "bob"))

    assert server.rows("SELECT hash_key FROM username_hash_key") == [(key,)]
    assert [outcome(enroll(server, token, name)) for name in ("alice", "bob")] == [BLOCKED] * 2


def test_a_block_that_is_ended_lets_the_laptop_enroll(
    server: TestServer, admin: dict[str, str], alice: int, token: str
) -> None:
    erase_now(server, admin, alice)
    (block,) = blocks(server, admin)

    assert unblock(server, admin, block["block_id"]) == 204

    assert server.value("SELECT count(*) FROM erased_blocks") == 0
    assert outcome(enroll(server, token, "alice", agent_id=LAPTOP)) == ENROLLED
    assert blocks(server, admin) == []
    assert unblock(server, admin, block["block_id"]) == 404
    ended = server.rows("SELECT employee_ids, details FROM audit WHERE action = 'agent.unblock'")
    assert [(numbers, json.loads(text)["block"]) for numbers, text in ended] == [
        ([], block["block_id"])
    ]


def test_the_block_keeps_its_number_who_made_it_and_when(
    server: TestServer, admin: dict[str, str], alice: int
) -> None:
    leave(server, admin, alice)
    (before,) = blocks(server, admin)
    server.clock.time += timedelta(days=3)

    erase_now(server, admin, alice)

    erased = {"username": None, "employee_id": None, "is_erased": True}
    assert (before["username"], before["is_erased"]) == ("alice", False)
    assert blocks(server, admin) == [before | erased]


def test_data_that_is_erased_on_its_day_leaves_the_block(
    server: TestServer, admin: dict[str, str], alice: int, token: str
) -> None:
    day = (server.clock.time + timedelta(days=10)).date().isoformat()
    leave(server, admin, alice, data="erase_on", erase_on=day)
    server.clock.time += timedelta(days=10)

    server.erase_due()

    assert server.value("SELECT count(*) FROM employees") == 0
    assert outcome(enroll(server, token, "alice", agent_id=LAPTOP)) == BLOCKED


def test_who_was_not_blocked_or_with_one_device_alone_may_come_back(
    server: TestServer, admin: dict[str, str], alice: int, token: str
) -> None:
    leave(server, admin, alice)
    (block,) = blocks(server, admin)
    unblock(server, admin, block["block_id"])
    agent = server.value("SELECT agent_id FROM agents")
    path = f"/api/agents/{agent}/block"
    server.request("POST", path, json={"scope": "device"}, headers=admin)

    left = erase_now(server, admin, alice)

    assert blocks(server, admin) == []
    assert any("would be enrolled again" in line for line in left)
    assert outcome(enroll(server, token, "alice", agent_id=LAPTOP)) == ENROLLED


def test_a_refusal_is_on_record_with_the_block_and_without_the_person(
    server: TestServer, admin: dict[str, str], alice: int, token: str
) -> None:
    erase_now(server, admin, alice)
    (block,) = blocks(server, admin)

    enroll(server, token, "alice", hostname="alice-laptop")

    details = {"block": block["block_id"], "code": "agent_blocked"}
    assert refusals(server) == [([], details)]


def test_the_certificate_names_the_block_and_what_of_it_stays(
    server: TestServer, admin: dict[str, str], alice: int
) -> None:
    left = erase_now(server, admin, alice)

    (block,) = blocks(server, admin)
    (line,) = [each for each in left if "HMAC-SHA-256" in each]
    assert line.startswith(f"The block b{block['block_id']} stays")
    assert f"`wfhserver agents unblock b{block['block_id']}`" in line
    assert not any("would be enrolled again" in each for each in left)


@pytest.mark.parametrize("way", ["page", "import", "further username"])
def test_a_new_employee_of_the_name_is_blocked_until_somebody_ends_that(
    server: TestServer, admin: dict[str, str], alice: int, token: str, way: str
) -> None:
    erase_now(server, admin, alice)
    owner = "bob" if way == "further username" else "alice"
    if way == "import":
        body: dict[str, Any] = {"csv": "username,status\nalice,active"}
        answer = server.request("POST", "/api/employees/import", json=body, headers=admin)
    else:
        body = {"username": owner}
        if owner == "bob":
            body["further_usernames"] = ["alice"]
        answer = server.request("POST", "/api/employees", json=body, headers=admin)
    assert answer.is_success, answer.text

    refused = outcome(enroll(server, token, "alice"))
    (block,) = blocks(server, admin)

    number = number_of(server, owner)
    assert refused == BLOCKED
    assert (block["username"], block["employee_id"], block["is_erased"]) == (owner, number, True)
    assert [numbers for numbers, _ in refusals(server)] == [[number]]
    unblock(server, admin, block["block_id"])
    assert outcome(enroll(server, token, "alice")) == ENROLLED


def test_a_device_that_an_administrator_creates_for_the_new_employee_works(
    server: TestServer, admin: dict[str, str], alice: int, token: str
) -> None:
    """Its token is a decision of somebody; and renewing it asks nobody."""
    erase_now(server, admin, alice)
    own = server.agent_token("alice", "laptop-9")
    agent_id = str(server.value("SELECT agent_uuid FROM agents"))
    body = heartbeat_body(hostname="laptop-9")
    sent = server.request("POST", "/api/heartbeat", json=body, headers=bearer(own))
    more = {"hostname": "laptop-9", "agent_id": agent_id, "current_token": own}

    assert sent.status_code == 200
    assert outcome(enroll(server, token, "alice", **more)) == ENROLLED
    assert outcome(enroll(server, token, "alice")) == BLOCKED


def test_a_name_that_is_somebody_else_s_by_now_is_not_blocked(
    server: TestServer, admin: dict[str, str], alice: int, token: str
) -> None:
    """A device of alice reported a further username that was taken away, and is bob's since."""
    enroll(server, token, FURTHER, hostname="laptop-8")
    change = {"further_usernames": []}
    server.request("PATCH", f"/api/employees/{alice}", json=change, headers=admin)
    enroll(server, token, "bob")
    change = {"further_usernames": [FURTHER]}
    path = f"/api/employees/{number_of(server, 'bob')}"
    assert server.request("PATCH", path, json=change, headers=admin).status_code == 204

    erase_now(server, admin, alice)

    assert outcome(enroll(server, token, FURTHER)) == ENROLLED
    assert outcome(enroll(server, token, "alice")) == BLOCKED


def test_a_device_that_reported_a_former_further_username_does_not_come_back(
    server: TestServer, admin: dict[str, str], alice: int, token: str
) -> None:
    enroll(server, token, FURTHER, hostname="laptop-8")
    change = {"further_usernames": []}
    server.request("PATCH", f"/api/employees/{alice}", json=change, headers=admin)

    erase_now(server, admin, alice)

    assert outcome(enroll(server, token, FURTHER, hostname="laptop-8")) == BLOCKED


def test_a_name_of_before_names_were_normalized_is_blocked_as_it_is_reported_now(
    server: TestServer, admin: dict[str, str], alice: int, token: str
) -> None:
    server.execute("UPDATE employees SET username = E'a\u200blice ' WHERE username = 'alice'")

    erase_now(server, admin, alice)

    assert outcome(enroll(server, token, "alice", agent_id=LAPTOP)) == BLOCKED
