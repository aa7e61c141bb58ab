"""Test logs: managers never see them, the employee always does."""

import httpx
import pytest

from wfhserver.models.users import Role
from wfhserver.testing import TestServer, bearer, log_request, screenshot_bytes

DAY = "2026-11-23"


@pytest.fixture
def token(server: TestServer) -> str:
    """The token of alice's agent, which has sent a log, a test log, and another log."""
    made = server.agent_token()
    for slot, at in ((1, "09"), (0, "10"), (2, "11")):
        fields = {"slot": slot, "timestamp": f"{DAY}T{at}:00:00Z"}
        server.request("POST", "/api/log", **log_request(made, screenshot_bytes(), **fields))
    server.execute("INSERT INTO teams (name, created_at) VALUES ('support', now())")
    server.execute("INSERT INTO team_members SELECT employee_id, team_id FROM employees, teams")
    return made


def shown_to(server: TestServer, role: Role) -> tuple[list[int], list[int], set[str], list[int]]:
    """Return slots of the list, of the CSV file and of the day, and answers to one test log."""
    headers = server.signed_in(role)
    server.execute(
        "INSERT INTO team_managers SELECT user_id, team_id FROM users, teams WHERE role = 'manager'"
    )
    name = server.value(
        "SELECT workday || '.' || agent_id || '.0.' ||"
        ' (extract(epoch FROM "timestamp") * 1000000)::bigint FROM employee_logs WHERE slot = 0'
    )
    employee = server.value("SELECT employee_id FROM employees")

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        paths = (
            "/api/logs",
            "/api/exports/logs.csv",
            f"/api/employees/{employee}/days/{DAY}",
            f"/api/logs/{name}",
            f"/api/logs/{name}/screenshot",
            f"/api/logs/{name}/thumbnail",
        )
        return [await client.get(path, headers=headers) for path in paths]

    page, csv, day, *one = server.run(scenario)
    (agent,) = day.json()["agents"]
    return (
        sorted(row["slot"] for row in page.json()["rows"]),
        sorted(int(line.split(",")[3]) for line in csv.text.splitlines()[1:]),
        {log["slot"] for log in agent["test_logs"]},
        [answer.status_code for answer in one],
    )


def test_a_manager_sees_no_test_log_anywhere(server: TestServer, token: str) -> None:
    assert shown_to(server, Role.MANAGER) == ([1, 2], [1, 2], set(), [404, 404, 404])


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_who_runs_the_server_sees_test_logs_as_slot_zero(
    server: TestServer, token: str, role: Role
) -> None:
    assert shown_to(server, role) == ([0, 1, 2], [0, 1, 2], {0}, [200, 200, 200])


def test_a_manager_who_turns_the_pages_never_lands_on_a_test_log(
    server: TestServer, token: str
) -> None:
    headers = server.signed_in(Role.MANAGER)
    server.execute("INSERT INTO team_managers SELECT user_id, team_id FROM users, teams")
    agent = server.value("SELECT agent_id FROM agents")

    first = server.request("GET", f"/api/logs/{DAY}.{agent}.1", headers=headers).json()

    assert first["newer"] == f"{DAY}.{agent}.2"


def test_my_data_shows_the_employee_the_test_log_and_its_screenshot(
    server: TestServer, token: str
) -> None:
    async def scenario(client: httpx.AsyncClient) -> tuple[httpx.Response, httpx.Response]:
        link = await client.post("/api/my-data-link", headers=bearer(token))
        code = link.json()["url"].partition("#")[2]
        await client.post("/api/my-session", json={"code": code})
        day = await client.get(f"/api/my-data/days/{DAY}")
        (log,) = day.json()["agents"][0]["test_logs"]
        return day, await client.get(log["screenshot_url"])

    day, screenshot = server.run(scenario)

    assert day.json()["agents"][0]["test_logs"][0]["slot"] == 0
    assert screenshot.status_code == 200
