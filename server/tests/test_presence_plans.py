"""*Now* knows who should be here: schedules, leave, silent devices, people without a device."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from wfhserver.models.directory import EmployeeStatus, Profile
from wfhserver.models.schedules import COMPANY, DayKind, PlannedDay, Shift, Week
from wfhserver.models.users import Role
from wfhserver.presence.plans import Plan, plan_at
from wfhserver.storage.postgres import directory, leave, schedules, teams
from wfhserver.testing import NOW, TestServer, bearer, heartbeat_body

# NOW is Monday, 2026-11-23, 12:00 UTC.
TODAY = NOW.date()
OFFICE: Week = (*[(Shift(9 * 60, 17 * 60),)] * 5, (), ())
MORNINGS: Week = (*[(Shift(8 * 60, 11 * 60),)] * 5, (), ())
COUNTERS = {
    "queued_heartbeats": 0,
    "queued_logs": 0,
    "refused": 0,
    "dropped_heartbeats": 0,
    "dropped_logs": 0,
}
"""Those of every real agent."""


def number_of(server: TestServer, username: str) -> int:
    found: int = server.value("SELECT employee_id FROM employees WHERE username = $1", username)
    return found


def now_page(server: TestServer, role: Role = Role.ADMIN, **query: Any) -> dict[str, Any]:
    viewer = f"viewer-{server.value('SELECT count(*) FROM users')}"
    headers = server.signed_in(role, viewer)
    answer = server.request("GET", "/api/presence", headers=headers, params=query)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def plans(server: TestServer) -> dict[str, str | None]:
    return {row["username"]: row.get("plan") for row in now_page(server)["rows"]}


def send(server: TestServer, token: str, username: str, **fields: Any) -> None:
    body = heartbeat_body(username=username, hostname=f"{username}-pc", **fields)
    assert (
        server.request("POST", "/api/heartbeat", json=body, headers=bearer(token)).status_code
        == 200
    )


def test_without_schedules_nothing_is_expected_of_anybody(server: TestServer) -> None:
    server.agent_token()

    assert plans(server) == {"alice": None}


def test_everybody_has_the_plan_of_this_moment(
    server: TestServer, enroll: Callable[..., dict[str, str]]
) -> None:
    enroll("anna", "ben", "cleo", "dan", "eve")
    server.sql(schedules.add, COMPANY, TODAY, OFFICE)
    server.sql(leave.add, [(number_of(server, "ben"), TODAY, TODAY)])
    server.sql(
        directory.write,
        {
            # There it is 17:30 and 07:00.
            number_of(server, "cleo"): Profile(time_zone="Asia/Kolkata"),
            number_of(server, "dan"): Profile(time_zone="America/New_York"),
            number_of(server, "eve"): Profile(status=EmployeeStatus.LEFT),
        },
    )

    assert plans(server) == {
        "anna": "working",
        "ben": "on_leave",
        "cleo": "outside_hours",
        "dan": "outside_hours",
        "eve": "left",
    }


def test_the_plan_follows_the_clock_and_every_change(server: TestServer) -> None:
    server.agent_token()
    server.sql(schedules.add, COMPANY, TODAY, OFFICE)
    seen = [plans(server)["alice"]]
    server.clock.time += timedelta(hours=5)
    seen.append(plans(server)["alice"])
    server.clock.time -= timedelta(hours=5)
    server.sql(leave.add, [(number_of(server, "alice"), TODAY, TODAY)])
    seen.append(plans(server)["alice"])
    server.clock.time += timedelta(days=5)
    seen.append(plans(server)["alice"])

    assert seen == ["working", "outside_hours", "on_leave", "day_off"]


def test_a_device_that_sends_nothing_outside_working_hours_is_not_offline_there(
    server: TestServer, enroll: Callable[..., dict[str, str]]
) -> None:
    token = enroll("alice")["alice"]
    begins, ends = NOW + timedelta(minutes=5), NOW + timedelta(hours=16)
    silent = {"from": begins.isoformat(), "until": ends.isoformat()}
    send(server, token, "alice", health={**COUNTERS, "silent": silent})
    seen = [plans(server)["alice"]]
    server.clock.time += timedelta(hours=1)
    seen.append(plans(server)["alice"])
    server.clock.time += timedelta(hours=16)
    seen.append(plans(server)["alice"])

    assert seen == [None, "outside_hours", None]


@pytest.mark.parametrize("silent", ["soon", {"from": 1}, {"from": "2026-11-23T12:00:00"}, [], {}])
def test_nonsense_about_silence_is_ignored(
    server: TestServer, enroll: Callable[..., dict[str, str]], silent: Any
) -> None:
    token = enroll("alice")["alice"]
    send(server, token, "alice", health={**COUNTERS, "silent": silent})

    assert plans(server) == {"alice": None}


def test_a_day_off_of_the_laptop_s_own_calendar_is_seen_though_nothing_else_is_wrong(
    server: TestServer, enroll: Callable[..., dict[str, str]]
) -> None:
    token = enroll("alice")["alice"]
    send(server, token, "alice", health={**COUNTERS, "day_off": TODAY.isoformat()})

    (row,) = now_page(server)["rows"]

    assert row["rest"] == "day_off"


def test_who_was_imported_and_has_no_device_is_there_too(
    server: TestServer, enroll: Callable[..., dict[str, str]]
) -> None:
    enroll("alice")
    numbers = server.sql(directory.add, ["ben", "cleo", "dan"], NOW)
    server.sql(schedules.add, COMPANY, TODAY, MORNINGS)
    server.sql(
        directory.write,
        {
            numbers["ben"]: Profile(display_name="Ben Berger"),
            numbers["dan"]: Profile(status=EmployeeStatus.LEFT),
        },
    )

    page = now_page(server)

    assert [(each["username"], each["plan"]) for each in page["without_device"]] == [
        ("ben", "outside_hours"),
        ("cleo", "outside_hours"),
    ]
    assert page["without_device"][0]["display_name"] == "Ben Berger"
    assert [row["username"] for row in page["rows"]] == ["alice"]


def test_who_is_on_leave_needs_no_device_now(server: TestServer) -> None:
    numbers = server.sql(directory.add, ["ben", "cleo"], NOW)
    server.sql(leave.add, [(numbers["ben"], TODAY, TODAY)])

    found = {each["username"]: each["attention"] for each in now_page(server)["without_device"]}

    assert found == {
        "ben": [],
        "cleo": ["No device yet. Create an enrollment token, and install the agent."],
    }


def test_a_manager_sees_those_of_their_teams_with_their_plans(server: TestServer) -> None:
    numbers = server.sql(directory.add, ["ben", "cleo"], NOW)
    server.sql(schedules.add, COMPANY, TODAY, OFFICE)
    headers = server.signed_in(Role.MANAGER)
    team_id = server.sql(teams.add, "Sales", NOW)
    server.sql(teams.replace_members, team_id, ["ben"])
    server.execute("INSERT INTO team_managers SELECT user_id, team_id FROM users, teams")

    page = server.request("GET", "/api/presence", headers=headers).json()

    assert [
        (each["employee_id"], each["plan"], each["teams"]) for each in page["without_device"]
    ] == [(numbers["ben"], "working", ["Sales"])]


def test_search_and_state_find_those_without_a_device(server: TestServer) -> None:
    server.sql(directory.add, ["ben", "cleo"], NOW)

    def names(**query: Any) -> list[str]:
        return [each["username"] for each in now_page(server, **query)["without_device"]]

    assert names(search="BE") == ["ben"]
    assert names(state="never") == ["ben", "cleo"]
    assert names(state="online") == []


def test_open_alerts_need_attention_until_they_are_resolved(
    server: TestServer, enroll: Callable[..., dict[str, str]]
) -> None:
    enroll("anna", "ben")
    numbers = {name: number_of(server, name) for name in ("anna", "ben")}
    agent = server.value("SELECT agent_id FROM agents WHERE employee_id = $1", numbers["anna"])
    add = (
        "INSERT INTO alerts (kind, subject, employee_id, agent_id, raised_at)"
        " VALUES ($1, $2, $3, $4, $5)"
    )
    server.execute(add, "device_silent", f"agent:{agent}", numbers["anna"], agent, NOW)
    server.execute(add, "logs_missed", "employee:9", numbers["ben"], None, NOW)

    def attention(role: Role = Role.ADMIN) -> dict[str, list[str]]:
        return {row["username"]: row["attention"] for row in now_page(server, role)["rows"]}

    silent = "Silent in working hours. Ask the employee, or check the device."
    missed = "Logs are missing on several working days. See the reasons on the employee's page."
    assert attention() == {"anna": [silent], "ben": [missed]}
    assert {row["username"]: row["attention"] for row in now_page(server, search="an")["rows"]} == {
        "anna": [silent]
    }
    server.execute("UPDATE alerts SET resolved_at = $1", NOW)
    server.clock.time += timedelta(minutes=1)
    assert attention() == {"anna": [], "ben": []}


def test_devices_that_wait_for_approval_are_shown_to_those_who_approve(server: TestServer) -> None:
    server.sql(directory.add, ["ben", "cleo"], NOW)
    token = server.enrollment_token()
    server.execute("UPDATE enrollment_tokens SET needs_approval = true")
    for number, username in enumerate(("ben", "new-person"), 1):
        body = {
            "agent_id": str(UUID(int=number)),
            "username": username,
            "hostname": f"{username}-pc",
            "platform": "Linux",
            "agent_version": "0.1.0",
        }
        server.request("POST", "/api/enroll", json=body, headers=bearer(token))

    def steps(role: Role, **query: Any) -> tuple[int, list[str]]:
        page = now_page(server, role, **query)
        people = {each["username"]: each["attention"] for each in page["without_device"]}
        return page["waiting_for_approval"], people["ben"]

    create = ["No device yet. Create an enrollment token, and install the agent."]
    approve = ["The device ben-pc waits for approval. Approve or reject it on the page Devices."]
    assert steps(Role.ADMIN) == (2, approve)
    assert steps(Role.ADMIN, search="be") == (2, approve)
    assert steps(Role.AUDITOR) == (0, create)
    server.execute("UPDATE enrollment_requests SET approved_at = $1", NOW)
    server.clock.time += timedelta(minutes=1)
    assert steps(Role.ADMIN) == (0, create)


def test_a_night_shift_is_working_time_of_the_day_on_which_it_began() -> None:
    zone = ZoneInfo("America/New_York")
    monday = date(2026, 11, 23)
    start = datetime(2026, 11, 23, 22, tzinfo=zone).astimezone(UTC)
    days = (
        PlannedDay(monday, DayKind.WORKING, ((start, start + timedelta(hours=8)),)),
        PlannedDay(monday + timedelta(days=1), DayKind.DAY_OFF),
    )

    assert plan_at(days, zone, start - timedelta(hours=1)) is Plan.OUTSIDE_HOURS
    assert plan_at(days, zone, start + timedelta(hours=7)) is Plan.WORKING
    assert plan_at(days, zone, start + timedelta(hours=9)) is Plan.DAY_OFF
    assert plan_at(days, zone, start + timedelta(days=3)) is None
