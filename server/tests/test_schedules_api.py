"""Schedules, holidays and leave by the API: what is stored, who may, and what is refused."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from wfhserver.models.users import Role
from wfhserver.retention.run import RetentionResult
from wfhserver.testing import TestServer

Headers = dict[str, str]
OFFICE = [{"begin": "09:00", "end": "17:00"}]
NIGHT = [{"begin": "22:00", "end": "06:00"}]
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), OFFICE)


@pytest.fixture
def admin(server: TestServer) -> Headers:
    """An administrator, with the team Sales of anna, and bob, who has no team."""
    headers = server.signed_in(Role.ADMIN)
    csv = "username,display_name,country,region,time_zone\n"
    csv += "anna,Anna Gruber,AT,9,Europe/Vienna\nbob,,,,\n"
    for method, path, body in (
        ("POST", "/api/teams", {"name": "Sales"}),
        ("POST", "/api/employees/import", {"csv": csv}),
    ):
        assert server.request(method, path, json=body, headers=headers).is_success
    server.execute(
        "INSERT INTO team_members SELECT employee_id, team_id FROM employees, teams"
        " WHERE username = 'anna'"
    )
    return headers


@pytest.fixture
def manager(server: TestServer, admin: Headers) -> Headers:
    """The manager of Sales."""
    headers = server.signed_in(Role.MANAGER)
    server.execute(
        "INSERT INTO team_managers (user_id, team_id) SELECT user_id, team_id FROM users, teams"
        " WHERE username = 'manager'"
    )
    return headers


def number(server: TestServer, username: str) -> int:
    found: int = server.value("SELECT employee_id FROM employees WHERE username = $1", username)
    return found


def team(server: TestServer) -> int:
    found: int = server.value("SELECT team_id FROM teams")
    return found


def send(
    server: TestServer, headers: Headers, method: str, path: str, body: Any = None
) -> httpx.Response:
    return server.request(method, path, json=body, headers=headers)


def planned(server: TestServer, headers: Headers, query: str = "") -> dict[str, str]:
    path = f"/api/planned-days?first=2026-11-23&last=2026-12-06{query}"
    rows = server.request("GET", path, headers=headers).json()["rows"]
    return {row["username"]: row["days"] for row in rows}


def last_entry(server: TestServer) -> tuple[str, list[int], dict[str, Any]]:
    action, people, details = server.rows(
        "SELECT action, employee_ids, details FROM audit ORDER BY audit_id DESC LIMIT 1"
    )[0]
    return action, people, json.loads(details)


def test_a_schedule_is_shown_as_it_was_entered_and_days_follow(
    server: TestServer, admin: Headers
) -> None:
    new = {"valid_from": "2026-11-24", "week": {**WEEK, "fri": NIGHT}}

    made = send(server, admin, "POST", "/api/schedules", new)

    (row,) = server.request("GET", "/api/schedules", headers=admin).json()["schedules"]
    assert made.status_code == 201
    assert row["schedule_id"] == made.json()["schedule_id"]
    assert (row["valid_from"], row["holder"]["team"]) == ("2026-11-24", None)
    assert row["week"] == {**WEEK, "fri": NIGHT, "sat": [], "sun": []}
    assert planned(server, admin) == {"anna": "-wwwwoowwwwwoo", "bob": "-wwwwoowwwwwoo"}
    assert last_entry(server) == ("schedule.add", [], {"valid_from": "2026-11-24"})


def test_schedules_of_a_team_and_an_employee_are_changed_and_deleted(
    server: TestServer, admin: Headers
) -> None:
    anna = number(server, "anna")
    for holder in ({"team_id": team(server)}, {"employee_id": anna}):
        new = {"valid_from": "2026-11-01", "week": {"mon": OFFICE}, **holder}
        assert send(server, admin, "POST", "/api/schedules", new).status_code == 201
    rows = server.request("GET", "/api/schedules", headers=admin).json()["schedules"]
    first, second = (row["schedule_id"] for row in rows)

    changed = send(server, admin, "PATCH", f"/api/schedules/{second}", {"week": {"tue": OFFICE}})

    assert changed.status_code == 204
    assert last_entry(server) == ("schedule.change", [anna], {"valid_from": "2026-11-01"})
    assert planned(server, admin) == {"anna": "owooooo" * 2, "bob": "-" * 14}
    assert send(server, admin, "DELETE", f"/api/schedules/{second}").status_code == 204
    assert planned(server, admin)["anna"] == "woooooo" * 2
    assert [row["holder"]["team"] for row in rows] == ["Sales", None]
    assert [row["holder"]["display_name"] for row in rows] == [None, "Anna Gruber"]
    assert send(server, admin, "DELETE", f"/api/schedules/{first}").status_code == 204
    assert send(server, admin, "DELETE", f"/api/schedules/{first}").status_code == 404


def test_a_schedule_without_a_week_ends_what_is_more_specific(
    server: TestServer, admin: Headers
) -> None:
    for new in (
        {"valid_from": "2026-01-01", "week": WEEK},
        {"valid_from": "2026-01-01", "week": {"mon": OFFICE}, "team_id": team(server)},
        {"valid_from": "2026-11-30", "week": None, "team_id": team(server)},
    ):
        assert send(server, admin, "POST", "/api/schedules", new).status_code == 201

    assert planned(server, admin)["anna"] == "woooooo" + "wwwwwoo"


SCHEDULE = {"valid_from": "2026-11-24", "week": WEEK}


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"valid_from": "24.11.2026"}, "valid_from", "Must be a date such as 2026-11-23"),
        ({"team_id": 99}, "team_id", "There is no such team."),
        ({"employee_id": 99}, "employee_id", "There is no such employee."),
        ({"week": {}}, "week", "Enter working hours for at least one day"),
        ({"week": {"mon": [{"begin": "9:00", "end": "17:00"}]}}, "week.mon[0].begin", "00:00 to"),
        ({"week": {"mon": [{"begin": "09:00", "end": "25:00"}]}}, "week.mon[0].end", "to 24:00"),
        ({"week": {"mon": [{"begin": "24:00", "end": "25:00"}]}}, "week.mon[0].begin", "to 23:59"),
        ({"week": {"mon": [{"begin": "09:00", "end": "09:00"}]}}, "week.mon[0].end", "cannot end"),
        (
            {"week": {"mon": [*OFFICE, {"begin": "16:00", "end": "18:00"}]}},
            "week.mon",
            "On Monday, 09:00-17:00 and 16:00-18:00 overlap.",
        ),
        (
            {"week": {"sun": [{"begin": "22:00", "end": "10:00"}], "mon": OFFICE}},
            "week.mon",
            "On Monday, hours begin at 09:00, and those of the day before end at 10:00.",
        ),
        ({"week": {"mnday": OFFICE}}, None, "mnday"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused_with_its_field(
    server: TestServer, admin: Headers, change: dict[str, Any], field: str, message: str
) -> None:
    answer = send(server, admin, "POST", "/api/schedules", {**SCHEDULE, **change})

    assert answer.status_code == 422
    assert message in answer.json()["detail"] + str(answer.json().get("field"))
    if field is not None:
        assert answer.json()["field"] == field
    assert server.value("SELECT count(*) FROM schedules") == 0


def test_two_schedules_of_one_holder_cannot_begin_on_the_same_day(
    server: TestServer, admin: Headers
) -> None:
    both = {"team_id": team(server), "employee_id": number(server, "anna")}
    twice = [send(server, admin, "POST", "/api/schedules", SCHEDULE) for _ in range(2)][1]
    of_both = send(server, admin, "POST", "/api/schedules", {**SCHEDULE, **both})

    assert (twice.status_code, twice.json()["field"]) == (409, "valid_from")
    assert "begins on 2026-11-24 exists already" in twice.json()["detail"]
    assert (of_both.status_code, of_both.json()["field"]) == (422, "employee_id")


def test_a_team_set_to_austria_has_its_holidays_and_the_company_s_own_days(
    server: TestServer, admin: Headers
) -> None:
    send(server, admin, "POST", "/api/schedules", {"valid_from": "2026-01-01", "week": WEEK})
    server.execute("UPDATE employees SET country = 'US', region = NULL")
    sales = {"team_id": team(server)}
    assert planned(server, admin)["anna"] == "wwwhwoowwwwwoo"

    chosen = send(
        server, admin, "PUT", "/api/holidays/regions", {"country": "at", "region": "AT-9", **sales}
    )
    added = send(
        server,
        admin,
        "POST",
        "/api/holidays/days",
        {"day": "2026-12-01", "is_holiday": True, "name": "Founders' day"},
    )

    assert (chosen.status_code, added.status_code) == (200, 201)
    assert planned(server, admin) == {"anna": "wwwwwoo" + "whwwwoo", "bob": "wwwhwoo" + "whwwwoo"}
    rules = server.request("GET", "/api/holidays", headers=admin).json()
    (region,), (day,) = rules["regions"], rules["days"]
    assert (region["holder"]["team"], region["country"], region["region"]) == ("Sales", "AT", "9")
    assert (day["day"], day["name"], day["is_holiday"]) == ("2026-12-01", "Founders' day", True)
    for path in (f"regions/{region['region_id']}", f"days/{day['change_id']}"):
        assert send(server, admin, "DELETE", f"/api/holidays/{path}").status_code == 204
        assert send(server, admin, "DELETE", f"/api/holidays/{path}").status_code == 404
    assert planned(server, admin)["anna"] == "wwwhwoowwwwwoo"
    actions = [action for (action,) in server.rows("SELECT action FROM audit ORDER BY audit_id")]
    assert actions[-4:] == [
        "holiday.choose",
        "holiday.add_day",
        "holiday.clear",
        "holiday.delete_day",
    ]


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"country": "ZZ"}, "country", "Holidays of “ZZ” are not known."),
        ({"country": None, "region": "9"}, "region", "A region needs a country."),
        ({"country": "AT", "region": "Vienna"}, "region", "AT has no region “Vienna”."),
        ({"country": "AT", "team_id": 99}, "team_id", "There is no such team."),
    ],
)
def test_holidays_that_are_not_known_are_refused(
    server: TestServer, admin: Headers, body: dict[str, Any], field: str, message: str
) -> None:
    answer = send(server, admin, "PUT", "/api/holidays/regions", body)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert message in answer.json()["detail"]


def test_the_same_day_is_not_added_twice(server: TestServer, admin: Headers) -> None:
    day = {"day": "2026-12-24", "is_holiday": True}
    answers = [send(server, admin, "POST", "/api/holidays/days", day) for _ in range(2)]

    assert [each.status_code for each in answers] == [201, 409]
    assert answers[1].json()["field"] == "day"


def test_public_holidays_of_a_region_are_listed_with_their_names(
    server: TestServer, admin: Headers
) -> None:
    query = "/api/holidays/public?country=DE&region=SN&year=2026"
    found = server.request("GET", query, headers=admin).json()["holidays"]
    countries = server.request("GET", "/api/holidays/countries", headers=admin).json()["countries"]

    assert {"day": "2026-11-18", "name": "Repentance and Prayer Day"} in found
    regions = {each["country"]: each["regions"] for each in countries}
    assert regions["AT"] == [*"123456789"]


def test_a_manager_enters_leave_of_their_own_team_and_of_nobody_else(
    server: TestServer, admin: Headers, manager: Headers
) -> None:
    send(server, admin, "POST", "/api/schedules", {"valid_from": "2026-01-01", "week": WEEK})
    anna, bob = number(server, "anna"), number(server, "bob")
    days = {"first_day": "2026-11-26", "last_day": "2026-11-30"}

    made = send(server, manager, "POST", "/api/leave", {"employee_id": anna, **days})
    others = send(server, manager, "POST", "/api/leave", {"employee_id": bob, **days})
    hidden = send(server, admin, "POST", "/api/leave", {"employee_id": bob, **days})

    assert (made.status_code, hidden.status_code) == (201, 201)
    assert (others.status_code, others.json()["field"]) == (422, "employee_id")
    assert planned(server, manager) == {"anna": "wwwlllllwwwwoo"}
    (row,) = server.request("GET", "/api/leave", headers=manager).json()["leave"]
    assert (row["username"], row["display_name"], row["feed"]) == ("anna", "Anna Gruber", None)
    path = f"/api/leave/{hidden.json()['leave_id']}"
    assert send(server, manager, "DELETE", path).status_code == 404
    assert send(server, manager, "PATCH", path, days).status_code == 404
    path = f"/api/leave/{made.json()['leave_id']}"
    shorter = {"first_day": "2026-11-26", "last_day": "2026-11-26"}
    assert send(server, manager, "PATCH", path, shorter).status_code == 204
    details = {"from": "2026-11-26", "to": "2026-11-26"}
    assert last_entry(server) == ("leave.change", [anna], details)
    assert planned(server, manager) == {"anna": "wwwlwoowwwwwoo"}
    assert send(server, manager, "DELETE", path).status_code == 204
    assert planned(server, manager) == {"anna": "wwwwwoowwwwwoo"}
    assert last_entry(server)[0] == "leave.delete"


@pytest.mark.parametrize(
    ("first", "last", "field", "message"),
    [
        ("2026-12-05", "2026-12-04", "last_day", "begins on 2026-12-05 cannot end on 2026-12-04"),
        ("2026-12-05", "2036-12-04", "last_day", "set the status of the employee to on leave"),
        ("2026-12-24", "2026-12-26", "first_day", "from 2026-12-26 to 2026-12-31 already"),
        ("2026-12-24", "tomorrow", "last_day", "Must be a date"),
    ],
)
def test_leave_that_cannot_be_is_refused_with_its_field(
    server: TestServer, admin: Headers, first: str, last: str, field: str, message: str
) -> None:
    anna = number(server, "anna")
    stored = {"employee_id": anna, "first_day": "2026-12-26", "last_day": "2026-12-31"}
    assert send(server, admin, "POST", "/api/leave", stored).status_code == 201

    new = {"employee_id": anna, "first_day": first, "last_day": last}
    answer = send(server, admin, "POST", "/api/leave", new)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert message in answer.json()["detail"]
    assert server.value("SELECT count(*) FROM leave_ranges") == 1


def imported(
    server: TestServer, headers: Headers, *lines: str, dry_run: bool = False
) -> httpx.Response:
    body = {"csv": "\r\n".join(lines), "dry_run": dry_run}
    return send(server, headers, "POST", "/api/leave/import", body)


def test_leave_comes_from_a_csv_file_once(server: TestServer, admin: Headers) -> None:
    lines = ("\N{BYTE ORDER MARK}Username;From;Until", "anna;2026-12-24;2026-12-31")
    more = (*lines, "bob;2026-12-24;2026-12-24")

    preview = imported(server, admin, *lines, dry_run=True).json()
    assert server.value("SELECT count(*) FROM leave_ranges") == 0
    first = imported(server, admin, *lines).json()
    second = imported(server, admin, *more).json()

    assert (preview["dry_run"], preview["added"], first["added"]) == (True, 1, 1)
    assert (second["added"], second["unchanged"]) == (1, 1)
    assert [row["is_new"] for row in second["rows"]] == [False, True]
    assert server.value("SELECT count(*) FROM leave_ranges") == 2
    assert last_entry(server) == ("leave.import", [number(server, "bob")], {"added": 1})


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("nobody,2026-12-24,2026-12-31", "username", "There is no employee “nobody”."),
        ("anna,24.12.2026,2026-12-31", "first_day", "“24.12.2026” is not a date."),
        ("anna,2026-12-24,2026-12-32", "last_day", "Write it like 2026-12-24."),
        ("anna,2026-12-24,2026-12-23", "last_day", "cannot end on 2026-12-23"),
        ("anna,2026-12-10,2026-12-12", "first_day", "from 2026-12-12 to 2026-12-13 already"),
        ("anna,2026-12-01,2026-12-02", "first_day", "Line 2 has some of these days already."),
    ],
)
def test_a_csv_file_with_an_error_is_not_imported_at_all(
    server: TestServer, admin: Headers, line: str, column: str, message: str
) -> None:
    stored = {"first_day": "2026-12-12", "last_day": "2026-12-13"}
    anna = number(server, "anna")
    send(server, admin, "POST", "/api/leave", {"employee_id": anna, **stored})
    lines = ("username,first_day,last_day", "anna,2026-12-02,2026-12-03", line)

    (error,) = imported(server, admin, *lines, dry_run=True).json()["errors"]
    refused = imported(server, admin, *lines)

    assert (error["line"], error["column"]) == (3, column)
    assert message in error["message"]
    assert (refused.status_code, refused.json()["field"]) == (422, "csv")
    assert f"Line 3, column {column}" in refused.json()["detail"]
    assert server.value("SELECT count(*) FROM leave_ranges") == 1


def test_a_manager_s_file_names_only_their_own_people(
    server: TestServer, admin: Headers, manager: Headers
) -> None:
    lines = ("username,first_day,last_day", "anna,2026-12-02,2026-12-03")

    refused = imported(server, manager, *lines, "bob,2026-12-02,2026-12-03")
    allowed = imported(server, manager, *lines)

    assert "There is no employee “bob”." in refused.json()["detail"]
    assert allowed.json()["added"] == 1


def test_a_file_without_the_columns_says_which_is_missing(
    server: TestServer, admin: Headers
) -> None:
    missing = imported(server, admin, "username,first_day", "anna,2026-12-02")
    unknown = imported(server, admin, "username,first_day,last_day,reason", "anna,1,2,3")

    assert "The column last_day is missing." in missing.json()["detail"]
    assert "There is no such column." in unknown.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/schedules", SCHEDULE),
        ("PATCH", "/api/schedules/1", {"week": None}),
        ("DELETE", "/api/schedules/1", None),
        ("PUT", "/api/holidays/regions", {"country": "AT"}),
        ("DELETE", "/api/holidays/regions/1", None),
        ("POST", "/api/holidays/days", {"day": "2026-12-24", "is_holiday": True}),
        ("DELETE", "/api/holidays/days/1", None),
    ],
)
def test_only_administrators_change_schedules_and_holidays(
    server: TestServer, manager: Headers, method: str, path: str, body: Any
) -> None:
    auditor = server.signed_in(Role.AUDITOR)

    assert send(server, manager, method, path, body).status_code == 403
    assert send(server, auditor, method, path, body).status_code == 403


def test_a_manager_sees_the_company_s_rules_and_those_of_their_teams(
    server: TestServer, admin: Headers, manager: Headers
) -> None:
    send(server, admin, "POST", "/api/teams", {"name": "Support"})
    support = server.value("SELECT team_id FROM teams WHERE name = 'Support'")
    sales = server.value("SELECT team_id FROM teams WHERE name = 'Sales'")
    anna, bob = number(server, "anna"), number(server, "bob")
    for holder in (
        {},
        {"team_id": sales},
        {"team_id": support},
        {"employee_id": anna},
        {"employee_id": bob},
    ):
        send(server, admin, "POST", "/api/schedules", {**SCHEDULE, **holder})
        send(server, admin, "PUT", "/api/holidays/regions", {"country": "AT", **holder})
        day = {"day": "2026-12-24", "is_holiday": True, **holder}
        send(server, admin, "POST", "/api/holidays/days", day)

    rules = server.request("GET", "/api/holidays", headers=manager).json()
    rows = server.request("GET", "/api/schedules", headers=manager).json()["schedules"]

    for found in (rows, rules["regions"], rules["days"]):
        names = {(each["holder"]["team"], each["holder"]["username"]) for each in found}
        assert names == {(None, None), ("Sales", None), (None, "anna")}


def test_planned_days_are_a_year_at_most(server: TestServer, admin: Headers) -> None:
    for last in ("2026-11-22", "2028-11-23"):
        answer = server.request(
            "GET", f"/api/planned-days?first=2026-11-23&last={last}", headers=admin
        )
        assert (answer.status_code, answer.json()["field"]) == (422, "last")
    send(server, admin, "POST", "/api/schedules", {"valid_from": "2026-01-01", "week": WEEK})
    assert [*planned(server, admin, f"&team_id={team(server)}")] == ["anna"]
    assert [*planned(server, admin, f"&employee_id={number(server, 'bob')}")] == ["bob"]


def test_leave_is_deleted_with_the_data_of_its_days_but_for_a_legal_hold(
    server: TestServer, admin: Headers, forget: Callable[..., RetentionResult]
) -> None:
    server.execute(
        "INSERT INTO legal_holds (employee_id, held_since, held_by, reason)"
        " VALUES ($1, '2026-11-01', 'cli:root', 'court')",
        number(server, "bob"),
    )
    for name in ("anna", "bob"):
        for day in ("2026-10-23", "2026-10-24"):
            body = {"employee_id": number(server, name), "first_day": day, "last_day": day}
            send(server, admin, "POST", "/api/leave", body)

    forget(server)

    left = server.rows("SELECT employee_id, last_day::text FROM leave_ranges ORDER BY leave_id")
    assert left == [
        (number(server, "anna"), "2026-10-24"),
        (number(server, "bob"), "2026-10-23"),
        (number(server, "bob"), "2026-10-24"),
    ]
