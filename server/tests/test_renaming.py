"""A device that got another name renames itself with its own token, and stays one agent."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from wfhserver.testing import StillClock, TestServer, bearer, heartbeat_body, log_request


def rename(server: TestServer, token: str, hostname: object) -> httpx.Response:
    return server.request("POST", "/api/rename", json={"hostname": hostname}, headers=bearer(token))


def send_heartbeat(server: TestServer, token: str, hostname: str) -> str | None:
    body = heartbeat_body(hostname=hostname)
    answer = server.request("POST", "/api/heartbeat", json=body, headers=bearer(token))
    code: str | None = answer.json().get("code")
    return code


def test_a_renamed_device_goes_on_under_its_new_name(either: TestServer) -> None:
    token = either.agent_token()

    answers = [rename(either, token, "laptop-8") for _ in range(2)]

    assert [(x.status_code, x.json()["hostname"]) for x in answers] == [(200, "laptop-8")] * 2
    assert send_heartbeat(either, token, "laptop-8") is None
    assert send_heartbeat(either, token, "laptop-7") == "identity_conflict"


def test_the_golden_renaming_is_accepted(
    either: TestServer, golden: Callable[[str], bytes]
) -> None:
    headers = {**bearer(either.agent_token()), "Content-Type": "application/json"}

    answer = either.request("POST", "/api/rename", content=golden("rename"), headers=headers)

    assert answer.json() == {"hostname": "laptop-8", "server_time": "2026-11-23T12:00:00Z"}


def test_a_renamed_device_is_one_agent_with_all_that_it_sent(server: TestServer) -> None:
    token = server.agent_token()
    server.request("POST", "/api/log", **log_request(token))

    rename(server, token, "laptop-8")

    admin = server.signed_in()
    (agent,) = server.request("GET", "/api/agents", headers=admin).json()["rows"]
    number = f"2026-11-23.{agent['agent_id']}.2"
    log = server.request("GET", f"/api/logs/{number}", headers=admin).json()
    assert (agent["hostname"], agent["certain"]) == ("laptop-8", True)
    assert "laptop-8" in str(log)
    assert server.request("POST", "/api/my-data-link", headers=bearer(token)).status_code == 201


def test_a_renaming_is_an_audit_entry_of_the_employee(server: TestServer) -> None:
    token = server.agent_token()
    number = server.value("SELECT agent_id FROM agents")

    for _ in range(2):
        rename(server, token, "laptop-8")

    rows = server.request("GET", "/api/audit/mine", headers=bearer(token)).json()["rows"]
    assert [(row["actor"], row["action"]) for row in rows] == [(f"agent:a{number}", "agent.rename")]
    details = server.value("SELECT details FROM audit")
    assert '"from":"laptop-7","to":"laptop-8"' in details


def test_a_device_that_takes_the_name_of_another_has_to_be_confirmed_again(
    server: TestServer,
) -> None:
    taken = server.agent_token("alice", "laptop-7")
    token = server.agent_token("alice", "laptop-8")
    server.agent_token("bob", "laptop-9")

    def may_show_data(token: str) -> int:
        return server.request("POST", "/api/my-data-link", headers=bearer(token)).status_code

    rename(server, token, "laptop-9")
    of_somebody_else = may_show_data(token)
    rename(server, token, "laptop-7")

    assert of_somebody_else == 201
    assert (may_show_data(token), may_show_data(taken)) == (403, 201)


@pytest.mark.parametrize("hostname", ["", "\u200b", "x" * 256, 7, None])
def test_what_is_no_name_is_refused(either: TestServer, hostname: object) -> None:
    answer = rename(either, either.agent_token(), hostname)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_field")
    assert answer.json()["field"] == "hostname"


def test_only_the_valid_token_of_a_device_renames_it(either: TestServer) -> None:
    token = either.agent_token()
    either.revoke(token)

    codes = [
        rename(either, each, "laptop-8").json()["code"]
        for each in (token, "wfha_guessed", either.enrollment_token())
    ]

    assert codes == ["token_revoked", "token_unknown", "token_unknown"]


def test_a_device_that_never_stops_renaming_itself_is_slowed_down(
    server: TestServer, clock: StillClock
) -> None:
    headers = bearer(server.agent_token())

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        async def once() -> int:
            body = {"hostname": str(uuid4())}
            return (await client.post("/api/rename", json=body, headers=headers)).status_code

        codes = [await once() for _ in range(12)]
        clock.time += timedelta(hours=3)
        return [*codes, await once()]

    assert server.run(scenario) == [200] * 10 + [429] * 2 + [200]
    assert server.value("SELECT count(*) FROM audit") == 11
