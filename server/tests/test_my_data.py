"""What employees see of themselves: all of it, who looked, and nothing of anybody else."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from wfhserver.api.dashboard.my_data import MY_COOKIE
from wfhserver.models.users import Role
from wfhserver.testing import TestServer, bearer, heartbeat_body, log_request, screenshot_bytes

DAY = "2026-11-23"
SCREENSHOTS = {
    "alice": screenshot_bytes(size=(640, 360)),
    "bob": screenshot_bytes("PNG", size=(32, 18)),
}


@pytest.fixture
def tokens(server: TestServer) -> dict[str, str]:
    """Alice and bob, each with a heartbeat and a log with a screenshot."""
    found = {name: server.agent_token(name, f"{name}-pc") for name in SCREENSHOTS}

    async def scenario(client: httpx.AsyncClient) -> None:
        for name, token in found.items():
            who = {"username": name, "hostname": f"{name}-pc"}
            sent = log_request(token, SCREENSHOTS[name], **who)
            assert (await client.post("/api/log", **sent)).status_code == 201
            body = heartbeat_body(**who, timestamp=f"{DAY}T09:00:00Z")
            answer = await client.post("/api/heartbeat", json=body, headers=bearer(token))
            assert answer.status_code == 200

    server.run(scenario)
    return found


def code_of(server: TestServer, token: str) -> str:
    answer = server.request("POST", "/api/my-data-link", headers=bearer(token))
    assert answer.status_code == 201, answer.text
    path, _, code = answer.json()["url"].partition("#")
    assert path == "/my-data"
    return str(code)


def opened(server: TestServer, token: str) -> dict[str, str]:
    """Return the headers of a session of the agent's user."""
    code = code_of(server, token)
    answer = server.request("POST", "/api/my-session", json={"code": code})
    assert answer.status_code == 200, answer.text
    return {"Cookie": f"{MY_COOKIE.name}={answer.cookies[MY_COOKIE.name]}"}


def log_id(server: TestServer, name: str) -> str:
    agent_id = server.value("SELECT agent_id FROM agents WHERE hostname = $1", f"{name}-pc")
    return f"{DAY}.{agent_id}.1"


def actor_of(server: TestServer, name: str) -> str:
    """How the audit names an employee: by number."""
    number = server.value("SELECT employee_id FROM employees WHERE username = $1", name)
    return f"employee:{number}"


def test_a_link_of_the_agent_opens_the_data_of_its_user(
    server: TestServer, tokens: dict[str, str]
) -> None:
    headers = opened(server, tokens["alice"])

    def get(path: str) -> Any:
        answer = server.request("GET", path, headers=headers)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        return answer

    assert get("/api/my-session").json()["username"] == "alice"
    mine = get("/api/my-data").json()
    assert (mine["username"], [agent["hostname"] for agent in mine["agents"]]) == (
        "alice",
        ["alice-pc"],
    )
    assert mine["days"] == [{"workday": DAY, "heartbeats": 1, "logs": 1, "missed": 0}]
    day = get(f"/api/my-data/days/{DAY}").json()
    log = day["agents"][0]["slots"][0]["log"]
    assert get(log["screenshot_url"]).content == SCREENSHOTS["alice"]
    assert get(log["thumbnail_url"]).headers["content-type"] == "image/webp"
    assert get(f"/api/my-data/logs/{log['log_id']}").json()["sha256"]
    # Views of one's own data are not recorded; that the page was opened is.
    assert server.rows("SELECT actor, action FROM audit") == [
        (actor_of(server, "alice"), "my_data.open")
    ]


def test_planned_days_are_those_of_the_employee_alone(
    server: TestServer, tokens: dict[str, str]
) -> None:
    server.execute(
        "INSERT INTO leave_ranges (employee_id, first_day, last_day)"
        " SELECT employee_id, '2026-11-23', '2026-11-24' FROM employees"
    )
    headers = opened(server, tokens["alice"])
    path = "/api/my-data/planned-days?first=2026-11-22&last=2026-11-25"

    (row,) = server.request("GET", path, headers=headers).json()["rows"]
    others = server.request("GET", f"{path}&employee_id=2", headers=headers)

    assert (row["username"], row["days"]) == ("alice", "-ll-")
    assert others.status_code == 422


def test_views_are_shown_with_the_day(server: TestServer, tokens: dict[str, str]) -> None:
    path = f"/api/logs/{log_id(server, 'alice')}/screenshot?reason=case 9"
    server.request("GET", path, headers=server.signed_in(Role.AUDITOR))
    other = f"/api/logs/{log_id(server, 'bob')}/screenshot"
    server.request("GET", other, headers=server.signed_in(Role.ADMIN))

    day = server.request("GET", f"/api/my-data/days/{DAY}", headers=opened(server, tokens["alice"]))

    views = [(each["actor"], each["action"], each["reason"]) for each in day.json()["looks"]]
    assert views == [
        (actor_of(server, "alice"), "my_data.open", None),
        ("user:auditor", "screenshot.view", "case 9"),
    ]


def test_views_come_page_after_page(server: TestServer, tokens: dict[str, str]) -> None:
    viewer = server.signed_in(Role.AUDITOR)
    for name in ("alice", "bob", "alice"):
        server.request("GET", f"/api/logs/{log_id(server, name)}", headers=viewer)
    headers = opened(server, tokens["alice"])

    first = server.request("GET", "/api/my-data/audit?limit=2", headers=headers).json()
    query = {"limit": 2, "before": first["next_before"]}
    second = server.request("GET", "/api/my-data/audit", params=query, headers=headers).json()

    actions = [each["action"] for each in first["rows"] + second["rows"]]
    assert actions == ["my_data.open", "log.view", "log.view"]
    assert second["next_before"] is None


@pytest.mark.parametrize("what", ["", "/screenshot", "/thumbnail"])
def test_nothing_of_others_can_be_seen(
    server: TestServer, tokens: dict[str, str], what: str
) -> None:
    path = f"/api/my-data/logs/{log_id(server, 'bob')}{what}"
    answer = server.request("GET", path, headers=opened(server, tokens["alice"]))

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "bob" not in answer.text.replace("bob-pc", "bob")


def test_what_is_shown_of_oneself_names_nobody_else(
    server: TestServer, tokens: dict[str, str]
) -> None:
    headers = opened(server, tokens["alice"])

    for path in ("/api/my-data", f"/api/my-data/days/{DAY}"):
        assert "bob" not in server.request("GET", path, headers=headers).text


def test_the_session_of_an_employee_opens_no_page_of_users(
    server: TestServer, tokens: dict[str, str]
) -> None:
    headers = opened(server, tokens["alice"])
    token = headers["Cookie"].partition("=")[2]

    document = server.request("GET", "/openapi.json").json()
    calls = [
        (method, path)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if {"session": []} in operation.get("security", [])
    ]

    async def scenario(client: httpx.AsyncClient) -> set[int]:
        found = set()
        for name in (MY_COOKIE.name, "wfh_session"):
            cookie = {"Cookie": f"{name}={token}"}
            for method, path in calls:
                plain = path.replace("{", "").replace("}", "")
                found.add((await client.request(method, plain, headers=cookie)).status_code)
        return found

    # A change without its CSRF token is refused before anybody is looked for.
    assert server.run(scenario) <= {401, 403}
    assert len(calls) > 30


def test_a_session_of_users_opens_no_own_data(server: TestServer, tokens: dict[str, str]) -> None:
    for path in ("/api/my-data", "/api/my-session", f"/api/my-data/days/{DAY}"):
        answer = server.request("GET", path, headers=server.signed_in(username=path))
        assert (answer.status_code, answer.json()["code"]) == (401, "my_session_missing")


def test_a_link_works_once_and_for_five_minutes(server: TestServer, tokens: dict[str, str]) -> None:
    used, late = code_of(server, tokens["alice"]), code_of(server, tokens["alice"])

    def enter(code: str) -> tuple[int, str | None]:
        answer = server.request("POST", "/api/my-session", json={"code": code})
        return answer.status_code, answer.json().get("code")

    assert enter(used)[0] == 200
    assert enter(used) == (401, "my_link_used")
    assert enter("made up") == (401, "my_link_unknown")
    server.clock.time += timedelta(minutes=5)
    assert enter(late) == (401, "my_link_expired")
    assert server.value("SELECT count(*) FROM my_sessions") == 1
    assert used not in str(server.rows("SELECT * FROM my_data_links"))


def test_a_page_of_another_site_cannot_open_it(server: TestServer, tokens: dict[str, str]) -> None:
    body = {"code": code_of(server, tokens["alice"])}
    headers = {"Sec-Fetch-Site": "cross-site"}

    answer = server.request("POST", "/api/my-session", json=body, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


def test_the_cookie_is_closed_to_scripts_and_ends(
    server: TestServer, tokens: dict[str, str]
) -> None:
    code = code_of(server, tokens["alice"])
    cookie = server.request("POST", "/api/my-session", json={"code": code}).headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/api;", "Max-Age=3600"):
        assert part in cookie

    headers = opened(server, tokens["alice"])
    assert server.request("DELETE", "/api/my-session", headers=headers).status_code == 204
    assert (
        server.request("GET", "/api/my-data", headers=headers).json()["code"]
        == "my_session_missing"
    )
    headers = opened(server, tokens["alice"])
    server.clock.time += timedelta(hours=1)
    assert (
        server.request("GET", "/api/my-data", headers=headers).json()["code"]
        == "my_session_missing"
    )


def test_who_enrolls_under_a_colleagues_name_sees_nothing_of_that_colleague(
    server: TestServer,
) -> None:
    token = server.enrollment_token()

    def enrolled(number: int) -> dict[str, str]:
        who = {"username": "alice", "hostname": f"pc-{number}"}
        body = {"agent_id": str(UUID(int=number)), "platform": "x", "agent_version": "1", **who}
        answer = server.request("POST", "/api/enroll", json=body, headers=bearer(token))
        return bearer(str(answer.json()["token"]))

    def statuses(headers: dict[str, str]) -> list[int]:
        calls = (("POST", "/api/my-data-link"), ("GET", "/api/audit/mine"))
        answers = [server.request(*call, headers=headers) for call in calls]
        assert {each.json().get("code") for each in answers} <= {None, "identity_uncertain"}
        return [each.status_code for each in answers]

    first = enrolled(1)
    alone = statuses(first)
    second = enrolled(2)
    contested = [statuses(first), statuses(second)]
    admin = server.signed_in()
    rows = server.request("GET", "/api/agents", headers=admin).json()["rows"]
    certain = [(row["hostname"], row["certain"]) for row in rows]
    confirmed = server.request("POST", f"/api/agents/{rows[0]['agent_id']}/confirm", headers=admin)

    assert alone == [201, 200]
    assert contested == [[403, 403], [403, 403]]
    assert certain == [("pc-1", False), ("pc-2", False)]
    assert "bear this name" in rows[1]["attention"][0]
    assert confirmed.status_code == 204
    assert [statuses(first), statuses(second)] == [[201, 200], [403, 403]]


def test_a_revoked_agent_gets_no_link(server: TestServer, tokens: dict[str, str]) -> None:
    server.revoke(tokens["alice"])

    answer = server.request("POST", "/api/my-data-link", headers=bearer(tokens["alice"]))

    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")


def test_a_link_and_an_open_page_end_when_the_agent_is_revoked(
    server: TestServer, tokens: dict[str, str]
) -> None:
    headers, unused = opened(server, tokens["alice"]), code_of(server, tokens["alice"])
    paths = ["/api/my-session", "/api/my-data", "/api/my-data/audit", "/api/my-data/export.zip"]
    paths += [f"/api/my-data/days/{DAY}", f"/api/my-data/logs/{log_id(server, 'alice')}/screenshot"]

    server.revoke(tokens["alice"])

    answers = [server.request("GET", path, headers=headers) for path in paths]
    link = server.request("POST", "/api/my-session", json={"code": unused})
    assert {(x.status_code, x.json()["code"]) for x in answers} == {(401, "my_session_missing")}
    assert (link.status_code, link.json()["code"]) == (403, "identity_uncertain")
    assert server.value("SELECT count(*) FROM my_data_links WHERE used_at IS NULL") == 1


def test_an_open_page_closes_while_another_device_bears_the_name(
    server: TestServer, tokens: dict[str, str]
) -> None:
    headers, unused = opened(server, tokens["alice"]), code_of(server, tokens["alice"])

    def read() -> list[int]:
        answer = server.request("GET", f"/api/my-data/days/{DAY}", headers=headers)
        return [
            answer.status_code,
            server.request("GET", "/api/my-data", headers=headers).status_code,
        ]

    body = {"agent_id": str(UUID(int=5)), "platform": "x", "agent_version": "1"}
    body |= {"username": "alice", "hostname": "unknown-pc"}
    # An agent that was made by hand is confirmed; one that has enrolled is not.
    server.execute("UPDATE agents SET confirmed_at = NULL")
    before = read()
    server.request("POST", "/api/enroll", json=body, headers=bearer(server.enrollment_token()))
    contested = read()
    link = server.request("POST", "/api/my-session", json={"code": unused})
    server.execute("UPDATE agents SET confirmed_at = now() WHERE hostname = 'alice-pc'")

    assert (before, contested, read()) == ([200, 200], [401, 401], [200, 200])
    assert (link.status_code, link.json()["code"]) == (403, "identity_uncertain")


def test_everything_of_oneself_comes_as_a_zip(server: TestServer, tokens: dict[str, str]) -> None:
    headers = opened(server, tokens["alice"])

    answer = server.request("GET", "/api/my-data/export.zip", headers=headers)

    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        (file,) = [name for name in names if name.startswith("screenshots/")]
        assert archive.read(file) == SCREENSHOTS["alice"]
        assert len(json.loads(archive.read("logs.json"))) == 1
        assert b"bob" not in b"".join(archive.read(name) for name in names)
    assert server.rows("SELECT actor, action FROM audit ORDER BY audit_id") == [
        (actor_of(server, "alice"), "my_data.open"),
        (actor_of(server, "alice"), "employee.export"),
    ]
