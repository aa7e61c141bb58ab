"""An agent that sends a heartbeat less often than usual is not offline in between."""

from datetime import timedelta

import pytest

from wfhserver.models.users import Role
from wfhserver.presence.attention import Health, health_of, interval_of
from wfhserver.presence.states import State, limits, state_of
from wfhserver.testing import NOW, TestServer, bearer, heartbeat_body

GRACE = timedelta(seconds=90)


@pytest.mark.parametrize(
    ("interval", "minutes", "expected"),
    [
        (None, 6, State.ONLINE),
        (None, 7, State.OVERDUE),
        (None, 17, State.OFFLINE),
        (1800.0, 31, State.ONLINE),
        (1800.0, 32, State.OVERDUE),
        (1800.0, 91, State.OVERDUE),
        (1800.0, 92, State.OFFLINE),
        (5.0, 1, State.ONLINE),
        (5.0, 2, State.OFFLINE),
    ],
)
def test_the_state_follows_from_the_agents_own_interval(
    interval: float | None, minutes: int, expected: State
) -> None:
    assert state_of(NOW - timedelta(minutes=minutes), limits(NOW, GRACE), interval) is expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(1800, 1800.0), (1e300, 3600.0), (-5, 5.0), ("often", None), (True, None), (None, None)],
)
def test_an_interval_is_one_that_an_agent_can_have(seconds: object, expected: float | None) -> None:
    assert interval_of(Health(heartbeat_seconds=seconds)) == expected
    assert interval_of(health_of("{")) is None


@pytest.mark.parametrize("seconds", [1800, 1e300, 10**400, "often", None])
def test_every_page_and_the_metrics_agree(server: TestServer, seconds: object) -> None:
    health = {"queued_heartbeats": 0, "queued_logs": 0, "refused": 0, "dropped_heartbeats": 0,
              "dropped_logs": 0, "heartbeat_seconds": seconds}  # fmt: skip
    answer = server.request(
        "POST",
        "/api/heartbeat",
        json=heartbeat_body(health=health),
        headers=bearer(server.agent_token()),
    )
    assert answer.status_code == 200
    headers = server.signed_in(Role.ADMIN)
    server.clock.time += timedelta(minutes=20)
    expected = "offline" if seconds in ("often", None) else "online"

    now = server.request("GET", "/api/presence", headers=headers).json()["rows"]
    people = server.request("GET", "/api/employees", headers=headers).json()["rows"]
    agents = server.request("GET", "/api/agents", headers=headers).json()["rows"]
    metrics = server.request("GET", "/metrics").text

    assert [row["state"] for row in (*now, *people, *agents)] == [expected] * 3
    assert f'wfhserver_agents{{state="{expected}"}} 1.0' in metrics


def test_the_line_of_a_day_has_no_gaps_between_rare_heartbeats(server: TestServer) -> None:
    token = server.agent_token()
    for minutes in (60, 30, 0):
        at = (NOW - timedelta(minutes=minutes)).isoformat()
        body = heartbeat_body(timestamp=at, health={"heartbeat_seconds": 1800})
        server.request("POST", "/api/heartbeat", json=body, headers=bearer(token))
    headers = server.signed_in(Role.ADMIN)
    employee = server.value("SELECT employee_id FROM employees")

    day = server.request(
        "GET", f"/api/employees/{employee}/days/2026-11-23", headers=headers
    ).json()

    assert day["agents"][0]["online_seconds"] == 3600
