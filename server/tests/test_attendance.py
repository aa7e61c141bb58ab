"""Device activity as managers, programs and employees see it: pages, sums, rights, CSV."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pypdf
import pytest
from server.tests.test_attendance_count import every, send
from server.tests.test_planned_days import FULL_TIME, Company

from wfhserver.exports import attendance_pdf
from wfhserver.models.directory import EmployeeStatus, Profile
from wfhserver.models.schedules import COMPANY
from wfhserver.models.users import Role, Scope
from wfhserver.storage.postgres import directory, teams
from wfhserver.testing import TestServer, bearer, log_request

FRIDAY = date(2026, 11, 20)
NOVEMBER = {"from": "2026-11-01", "to": "2026-11-23"}


@pytest.fixture
def office(server: TestServer) -> Company:
    """Alice in Vienna and Bob elsewhere worked on Friday and Monday; Carol has no device."""
    company = Company(server)
    for name, zone in (("alice", "Europe/Vienna"), ("bob", "+05:45")):
        token = server.agent_token(name)
        for day in (20, 23):
            begin = datetime(2026, 11, day, 8, 0, tzinfo=UTC)
            send(server, token, every(5, begin, 13), username=name, time_zone=zone)
        sent = log_request(token, username=name, time_zone=zone)
        assert server.request("POST", "/api/log", **sent).status_code == 201
        company.numbers[name] = server.value(
            "SELECT employee_id FROM employees WHERE username = $1", name
        )
    company.add("carol")
    company.sales = company.team("Sales", "alice", "carol")
    company.schedule(COMPANY, FULL_TIME, date(2026, 11, 1))
    company.leave("alice", date(2026, 11, 19), date(2026, 11, 19))
    server.count_attendance()
    return company


def ask(server: TestServer, headers: dict[str, str] | None = None, **query: Any) -> httpx.Response:
    given = {"from" if name == "first" else name: value for name, value in query.items()}
    if headers is None:
        # Each time as another administrator.
        count = server.value("SELECT count(*) FROM users")
        headers = server.signed_in(username=f"admin{count}")
    return server.request("GET", "/api/attendance", params=given, headers=headers)


def test_every_day_of_the_range_shows_activity_and_what_was_planned(office: Company) -> None:
    found = ask(office.server, **NOVEMBER, employee="alice").json()

    (alice,) = found["rows"]
    days = {day["day"]: day for day in alice["days"]}
    assert len(days) == 23
    assert days["2026-11-23"] == {
        "day": "2026-11-23",
        "kind": "working",
        "zone": "Europe/Vienna",
        "first_seen": "2026-11-23T08:00:00Z",
        "last_seen": "2026-11-23T09:00:00Z",
        "seconds": 3600,
        "logs": 1,
    }
    kinds = [days[f"2026-11-{day}"]["kind"] for day in (19, 20, 21)]
    assert kinds == ["leave", "working", "day_off"]
    assert days["2026-11-21"]["first_seen"] is None
    assert found["label"] == "Device activity"
    assert "no record of working time" in found["note"]


def test_weeks_and_months_are_summed_as_far_as_they_are_in_the_range(office: Company) -> None:
    (alice,) = ask(
        office.server, **{"from": "2026-10-30", "to": "2026-11-23"}, employee="alice"
    ).json()["rows"]

    weeks = [(each["first"], each["last"], each["seconds"]) for each in alice["weeks"]]
    assert weeks[0] == ("2026-10-30", "2026-11-01", 0)
    assert weeks[-2:] == [("2026-11-16", "2026-11-22", 3600), ("2026-11-23", "2026-11-23", 3600)]
    months = [(each["first"], each["last"], each["days"]) for each in alice["months"]]
    assert months == [("2026-10-30", "2026-10-31", 0), ("2026-11-01", "2026-11-23", 2)]
    assert (alice["total"]["seconds"], alice["total"]["logs"]) == (7200, 1)


def test_a_team_is_a_page_of_its_members_with_totals_by_day(office: Company) -> None:
    team = office.sales.team_id

    first = ask(office.server, **NOVEMBER, team=team, limit=1).json()
    second = ask(office.server, **NOVEMBER, team=team, limit=1, page=first["next_page"]).json()

    names = [page["rows"][0]["username"] for page in (first, second)]
    assert names == ["alice", "carol"]
    assert second["next_page"] is None
    assert first["totals"] == [
        {"day": "2026-11-20", "employees": 1, "seconds": 3600, "logs": 0},
        {"day": "2026-11-23", "employees": 1, "seconds": 3600, "logs": 1},
    ]


def test_a_manager_sees_their_own_teams_alone(office: Company) -> None:
    server = office.server
    manager = server.signed_in(Role.MANAGER)
    user = server.value("SELECT user_id FROM users WHERE role = 'manager'")
    server.execute(
        "INSERT INTO team_managers (user_id, team_id) VALUES ($1, $2)", user, office.sales.team_id
    )
    other = server.sql(teams.add, "Other", server.clock.now())

    everybody = ask(server, manager).json()

    assert [row["username"] for row in everybody["rows"]] == ["alice", "carol"]
    for query, field in (({"employee": "bob"}, "employee"), ({"team": other}, "team")):
        answer = ask(server, manager, **query)
        assert (answer.status_code, answer.json()["field"]) == (404, field)


def test_a_view_is_on_record_with_everybody_on_the_page(office: Company) -> None:
    ask(office.server, **NOVEMBER, team=office.sales.team_id, reason="payroll")

    entry = office.server.rows(
        "SELECT actor, employee_ids, reason FROM audit WHERE action = 'attendance.view'"
    )
    seen = [office.numbers["alice"], office.numbers["carol"]]
    assert entry == [("user:admin0", seen, "payroll")]


@pytest.mark.parametrize(
    ("query", "status", "field", "says"),
    [
        ({"from": "2026-09-01"}, 422, "from", "outside the retention period"),
        ({"from": "2026-11-20", "to": "2026-12-24"}, 422, "to", "outside the retention period"),
        ({"from": "2026-11-20", "to": "2026-11-19"}, 422, "from", "ends before that"),
        ({"from": "2025-11-01", "to": "2026-12-05"}, 422, "to", "has 400 days"),
        ({"from": "0001-01-01", "to": "9999-12-31"}, 422, "to", "at most 366"),
        ({"from": "9999-12-31"}, 422, "from", "outside the retention period"),
        ({"from": "2026-11-31"}, 422, "from", ""),
        ({"team": 99999}, 404, "team", "Team not found"),
        ({"employee": "nobody"}, 404, "employee", "Employee not found"),
        ({"page": "x"}, 422, "page", "page key"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_a_sentence_and_the_field(
    server: TestServer, query: dict[str, Any], status: int, field: str, says: str
) -> None:
    headers = server.signed_in()
    for path in ("/api/attendance", "/api/exports/attendance.csv"):
        if path.endswith("csv") and field == "page":
            continue
        answer = server.request("GET", path, params=query, headers=headers)
        assert answer.status_code == status, answer.text
        assert answer.json()["field"] == field
        assert says in answer.json()["detail"]


def test_a_key_of_that_scope_reads_it_and_no_other(office: Company) -> None:
    server = office.server
    admin = server.signed_in()
    keys = {
        scope: server.request(
            "POST", "/api/keys", json={"label": scope, "scope": scope}, headers=admin
        ).json()["key"]
        for scope in (Scope.ATTENDANCE, Scope.EXPORT)
    }
    for path in ("/api/attendance", "/api/exports/attendance.csv"):
        assert server.request("GET", path, headers=bearer(keys[Scope.ATTENDANCE])).is_success
        assert server.request("GET", path, headers=bearer(keys[Scope.EXPORT])).status_code == 401


def test_csv_has_every_day_of_everybody_with_their_own_times(office: Company) -> None:
    server = office.server
    answer = server.request(
        "GET", "/api/exports/attendance.csv", params=NOVEMBER, headers=server.signed_in()
    )

    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert answer.headers["x-rows"] == str(len(rows)) == str(3 * 23)
    assert answer.headers["content-disposition"] == (
        'attachment; filename="device-activity-2026-11-01-to-2026-11-23.csv"'
    )
    found = {(row["employee"], row["day"]): row for row in rows}
    alice, bob = (found[name, "2026-11-23"] for name in ("alice", "bob"))
    assert alice["first seen (employee's time)"] == "2026-11-23 09:00:00"
    assert (alice["seconds with heartbeats"], alice["logs taken"]) == ("3600", "1")
    assert bob["first seen (employee's time)"] == "2026-11-23 13:45:00"
    assert bob["time_zone"] == "'+05:45"
    assert found["alice", "2026-11-19"]["planned"] == "leave"
    assert found["carol", "2026-11-23"]["seconds with heartbeats"] == "0"
    assert "Device activity, which is no record of working time." in rows[0]


def test_a_pdf_has_every_day_and_says_what_it_is_not(office: Company) -> None:
    server = office.server
    answer = server.request(
        "GET",
        "/api/exports/attendance.pdf",
        params={**NOVEMBER, "employee": "alice", "reason": "payroll"},
        headers=server.signed_in(),
    )

    assert answer.status_code == 200
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    text = "".join(page.extract_text() for page in pages)
    assert "Device activity, 2026-11-01" in text
    assert "no record of working time" in text
    assert re.search(r"2026-11-20 Fri\s*working day\s*09:00\s*10:00\s*1:00 h", text)
    assert "All days: 2:00 h with heartbeats on 2 days, 1 logs" in text
    assert server.value("SELECT reason FROM audit WHERE action = 'export.pdf'") == "payroll"


def test_a_pdf_of_too_many_employees_is_refused_with_what_to_do(
    office: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendance_pdf, "DAY_LIMIT", 60)
    server = office.server

    answer = server.request(
        "GET", "/api/exports/attendance.pdf", params=NOVEMBER, headers=server.signed_in()
    )

    assert (answer.status_code, answer.json()["field"]) == (422, "team")
    assert "at most 2 employees" in answer.json()["detail"]


def test_who_has_left_is_shown_as_long_as_there_is_activity(office: Company) -> None:
    server = office.server
    for name in ("alice", "carol"):
        server.sql(directory.write, {office.numbers[name]: Profile(status=EmployeeStatus.LEFT)})

    found = ask(server, **NOVEMBER).json()

    assert [row["username"] for row in found["rows"]] == ["alice", "bob"]


def test_an_employee_sees_the_same(office: Company) -> None:
    server = office.server
    token = server.agent_token("alice", "second")
    link = server.request("POST", "/api/my-data-link", headers=bearer(token)).json()

    async def scenario(client: httpx.AsyncClient) -> Any:
        code = link["url"].partition("#")[2]
        assert (await client.post("/api/my-session", json={"code": code})).is_success
        return (await client.get("/api/my-data/attendance")).json()

    own = server.run(scenario)
    (shown,) = ask(server, employee="alice").json()["rows"]

    assert own["rows"] == [shown]
    assert own["rows"][0]["days"][-1]["day"] == str(FRIDAY + timedelta(days=3))
