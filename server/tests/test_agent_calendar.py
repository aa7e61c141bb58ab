"""`GET /api/calendar`: an agent learns working hours, and never why a day is off."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from wfhserver.models.directory import EmployeeStatus, Profile
from wfhserver.models.schedules import COMPANY, Holder, Shift, Week
from wfhserver.storage.postgres import directory, leave, schedules
from wfhserver.testing import NOW, TestServer, bearer
from wfhserver.testing.requests import heartbeat_body

TODAY = NOW.date()
MORNINGS: Week = (*[(Shift(9 * 60, 13 * 60),)] * 5, (), ())
NIGHTS: Week = ((Shift(22 * 60, 30 * 60),),) * 7


def calendar_of(server: TestServer, token: str) -> dict[str, Any]:
    answer = server.request("GET", "/api/calendar", headers=bearer(token))
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def hours_on(calendar: dict[str, Any], day: date, zone: str = "UTC") -> list[tuple[str, str]]:
    spans = [
        tuple(
            datetime.fromisoformat(each[name]).astimezone(ZoneInfo(zone))
            for name in ("start", "end")
        )
        for each in calendar["working_hours"]
    ]
    return [
        (start.strftime("%H:%M"), end.strftime("%H:%M"))
        for start, end in spans
        if start.date() == day
    ]


def employee(server: TestServer, username: str = "alice") -> int:
    (row,) = server.rows(f"SELECT employee_id FROM employees WHERE username = '{username}'")
    number: int = row[0]
    return number


def plan(server: TestServer, week: Week | None, holder: Holder = COMPANY, **since: date) -> None:
    server.sql(schedules.add, holder, since.get("since", TODAY - timedelta(days=90)), week)


def test_nothing_is_known_where_nothing_is_planned(server: TestServer) -> None:
    calendar = calendar_of(server, server.agent_token())

    assert calendar["covers_from"] == calendar["covers_until"]
    assert (calendar["revision"], calendar["working_hours"]) == (0, [])
    assert calendar["only_in_working_hours"] is False


def test_it_has_the_hours_of_two_months_in_the_zone_of_the_employee(server: TestServer) -> None:
    token = server.agent_token()
    server.sql(
        directory.write, {employee(server): Profile(time_zone="Europe/Vienna", country="AT")}
    )
    plan(server, MORNINGS)

    calendar = calendar_of(server, token)

    vienna = ZoneInfo("Europe/Vienna")
    for name, day in (
        ("covers_from", TODAY - timedelta(days=31)),
        ("covers_until", TODAY + timedelta(days=61)),
    ):
        moment = datetime.fromisoformat(calendar[name]).astimezone(vienna)
        assert (moment.date(), moment.strftime("%H:%M")) == (day, "00:00")
    monday = TODAY - timedelta(days=TODAY.weekday())
    assert hours_on(calendar, monday, "Europe/Vienna") == [("09:00", "13:00")]
    assert hours_on(calendar, monday + timedelta(days=5), "Europe/Vienna") == []
    assert calendar["revision"] > 0


def test_leave_and_a_day_off_look_the_same_and_have_no_reason(server: TestServer) -> None:
    token = server.agent_token()
    plan(server, MORNINGS)
    monday = TODAY + timedelta(days=7 - TODAY.weekday())
    server.sql(leave.add, [(employee(server), monday, monday)])

    calendar = calendar_of(server, token)

    assert hours_on(calendar, monday) == []
    assert hours_on(calendar, monday + timedelta(days=1)) == [("09:00", "13:00")]
    assert set(calendar) == {
        *("revision", "covers_from", "covers_until", "working_hours"),
        *("only_in_working_hours", "server_time"),
    }
    assert all(set(each) == {"start", "end"} for each in calendar["working_hours"])


def test_days_that_no_schedule_covers_are_left_to_agent_toml(server: TestServer) -> None:
    token = server.agent_token()
    plan(server, MORNINGS, since=TODAY + timedelta(days=10))

    calendar = calendar_of(server, token)

    assert hours_on(calendar, TODAY + timedelta(days=9)) == [("00:00", "00:00")]
    assert ("00:00", "00:00") not in hours_on(calendar, TODAY + timedelta(days=10))


def test_leave_without_a_schedule_takes_away_those_days_alone(server: TestServer) -> None:
    token = server.agent_token()
    server.sql(leave.add, [(employee(server), TODAY, TODAY)])

    calendar = calendar_of(server, token)

    assert hours_on(calendar, TODAY) == []
    assert hours_on(calendar, TODAY + timedelta(days=1)) == [("00:00", "00:00")]


def test_a_night_shift_that_began_before_the_first_day_ends_on_it(server: TestServer) -> None:
    token = server.agent_token()
    plan(server, NIGHTS)

    calendar = calendar_of(server, token)

    first = calendar["working_hours"][0]
    assert first["start"] < calendar["covers_from"] < first["end"]


def test_who_has_left_has_no_calendar(server: TestServer) -> None:
    token = server.agent_token()
    plan(server, MORNINGS)
    server.sql(directory.write, {employee(server): Profile(status=EmployeeStatus.LEFT)})

    assert calendar_of(server, token)["working_hours"] == []


def test_an_answer_to_a_heartbeat_names_a_calendar_that_the_agent_does_not_use(
    server: TestServer,
) -> None:
    token = server.agent_token()

    def answered(seq: int, **fields: Any) -> dict[str, Any]:
        sent = server.request(
            "POST", "/api/heartbeat", json=heartbeat_body(seq=seq, **fields), headers=bearer(token)
        )
        assert sent.status_code == 200
        found: dict[str, Any] = sent.json()
        return found

    assert "calendar" not in answered(1)
    plan(server, MORNINGS)
    revision = calendar_of(server, token)["revision"]
    assert answered(2)["calendar"] == revision
    assert "calendar" not in answered(3, calendar=revision)
    server.sql(leave.add, [(employee(server), TODAY, TODAY)])
    assert answered(4, calendar=revision)["calendar"] == revision + 1


def test_in_a_batch_the_last_heartbeat_counts(server: TestServer) -> None:
    token = server.agent_token()
    plan(server, MORNINGS)
    revision = calendar_of(server, token)["revision"]
    batch = [heartbeat_body(seq=1), heartbeat_body(seq=2, calendar=revision)]

    answer = server.request("POST", "/api/heartbeat", json=batch, headers=bearer(token))

    assert "calendar" not in answer.json()


def test_the_server_may_ask_for_silence_outside_working_hours(server: TestServer) -> None:
    token = server.agent_token()

    async def ask(client: httpx.AsyncClient) -> httpx.Response:
        return await client.get("/api/calendar", headers=bearer(token))

    answer = server.run(ask, only_in_working_hours=True)

    assert answer.json()["only_in_working_hours"] is True
