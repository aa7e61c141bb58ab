"""An employee has several usernames: all devices are theirs, for viewers, erasure and holds."""

import asyncio
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

import pytest

from wfhserver.attendance.count import AttendanceCount
from wfhserver.days import RetentionCalendar
from wfhserver.errors import Refusal
from wfhserver.exports.employee_export import EmployeeExport
from wfhserver.models.schedules import COMPANY, Shift
from wfhserver.models.users import Role
from wfhserver.retention.erasure import Certificate, Erasure
from wfhserver.retention.holds import HoldChanges
from wfhserver.screenshots.folder import FolderStore
from wfhserver.storage.postgres import leave, schedules, teams
from wfhserver.storage.postgres.connection import Database
from wfhserver.testing import NOW, TestServer, bearer, heartbeat_body

WINDOWS = r"CORP\anna.k"


@pytest.fixture
def admin(server: TestServer) -> dict[str, str]:
    return server.signed_in(Role.ADMIN)


def number(server: TestServer, name: str = "anna") -> int:
    found: int = server.value("SELECT employee_id FROM employees WHERE username = $1", name)
    return found


def name_anna(
    server: TestServer, admin: dict[str, str], *names: str, join_data: bool = False
) -> tuple[int, str]:
    body = {"further_usernames": list(names), "join_data": join_data}
    path = f"/api/employees/{number(server)}"
    answer = server.request("PATCH", path, json=body, headers=admin)
    return answer.status_code, answer.json()["detail"] if answer.content else ""


def enroll(server: TestServer, username: str, **more: Any) -> Any:
    body = {
        "agent_id": f"00000000-0000-4000-8000-{abs(hash(username)) % 10**12:012}",
        "username": username,
        "hostname": f"{username.rpartition(chr(92))[2]}-pc",
        "platform": "Linux",
        "agent_version": "0.1.0",
        **more,
    }
    token = server.enrollment_token()
    return server.request("POST", "/api/enroll", json=body, headers=bearer(token))


def beat(server: TestServer, token: str, username: str, **fields: Any) -> Any:
    host = f"{username.rpartition(chr(92))[2]}-pc"
    body = heartbeat_body(username=username, hostname=host, **fields)
    return server.request("POST", "/api/heartbeat", json=body, headers=bearer(token))


def with_device(server: TestServer, *usernames: str) -> list[str]:
    tokens = [enroll(server, each).json()["token"] for each in usernames]
    for token, username in zip(tokens, usernames, strict=True):
        assert beat(server, token, username).status_code == 200
    return tokens


def pool(server: TestServer, work: Callable[[Database], Any]) -> Any:
    async def main() -> Any:
        database = Database(server.url or "", connections=3)
        await database.open()
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(main())


def erased(server: TestServer, employee_id: int) -> Certificate:
    store = FolderStore(server.settings["data_directory"] / "screenshots")
    found: Certificate = pool(
        server, lambda db: Erasure(db, store, server.clock, actor="cli:root").erase(employee_id)
    )
    return found


def exported(server: TestServer, employee_id: int) -> zipfile.ZipFile:
    store = FolderStore(server.settings["data_directory"] / "screenshots")

    async def work(database: Database) -> bytes:
        export = EmployeeExport(database, store, server.clock)
        pieces = await export.zip_of(employee_id, actor="cli:root")
        return b"".join([piece async for piece in pieces])

    return zipfile.ZipFile(io.BytesIO(pool(server, work)))


def manager_of_anna(server: TestServer) -> dict[str, str]:
    headers = server.signed_in(Role.MANAGER, "manager")
    team_id = server.sql(teams.add, "Sales", NOW)
    server.sql(teams.replace_members, team_id, ["anna"])
    server.execute(
        "INSERT INTO team_managers SELECT user_id, team_id FROM users, teams WHERE role = 'manager'"
    )
    return headers


def test_a_device_under_a_further_username_is_the_employee_s(
    server: TestServer, admin: dict[str, str]
) -> None:
    with_device(server, "anna")
    assert name_anna(server, admin, WINDOWS, "annak") == (204, "")
    with_device(server, WINDOWS)
    manager = manager_of_anna(server)

    for headers in (admin, manager):
        rows = server.request("GET", "/api/presence", headers=headers).json()["rows"]
        assert {(row["username"], row["hostname"]) for row in rows} == {
            ("anna", "anna-pc"),
            ("anna", "anna.k-pc"),
        }
        found = server.request("GET", "/api/employees?search=annak", headers=headers).json()["rows"]
        assert [(row["username"], row["agents"]) for row in found] == [("anna", 2)]
        assert found[0]["further_usernames"] == [WINDOWS, "annak"]
    logs = server.request("GET", f"/api/logs?employee={WINDOWS}", headers=manager)
    assert logs.status_code == 200
    entries = server.rows("SELECT action, details FROM audit WHERE action = 'employee.change'")
    assert entries == [("employee.change", '{"fields":["further_usernames"]}')]


def test_it_has_the_employee_s_calendar_and_reports_under_its_own_name(
    server: TestServer, admin: dict[str, str]
) -> None:
    with_device(server, "anna")
    name_anna(server, admin, "annak")
    (token,) = with_device(server, "annak")
    server.sql(schedules.add, COMPANY, NOW.date(), (*[(Shift(9 * 60, 17 * 60),)] * 5, (), ()))
    server.sql(leave.add, [(number(server), NOW.date(), NOW.date())])

    calendar = server.request("GET", "/api/calendar", headers=bearer(token)).json()
    conflict = beat(server, token, "anna", seq=2)

    days = {each["start"][:10] for each in calendar["working_hours"]}
    assert "2026-11-23" not in days
    assert "2026-11-24" in days
    assert conflict.json()["code"] == "identity_conflict"


def test_a_second_device_opens_nothing_before_it_is_confirmed(
    server: TestServer, admin: dict[str, str]
) -> None:
    with_device(server, "anna")
    name_anna(server, admin, "annak")
    (token,) = with_device(server, "annak")

    answers = [
        server.request(method, path, headers=bearer(token))
        for method, path in (("POST", "/api/my-data-link"), ("GET", "/api/audit/mine"))
    ]

    assert [each.json()["code"] for each in answers] == ["identity_uncertain"] * 2


def test_who_is_blocked_does_not_come_back_under_another_name(
    server: TestServer, admin: dict[str, str]
) -> None:
    with_device(server, "anna")
    name_anna(server, admin, "annak")
    agent = server.value("SELECT agent_id FROM agents")
    body = {"scope": "employee"}
    server.request("POST", f"/api/agents/{agent}/block", json=body, headers=admin)

    assert enroll(server, "annak").json()["code"] == "agent_blocked"


def test_a_username_of_somebody_else_is_refused(server: TestServer, admin: dict[str, str]) -> None:
    with_device(server, "anna", "ben")
    server.request("POST", "/api/employees", json={"username": "cleo"}, headers=admin)
    body = {"further_usernames": ["shared"]}
    server.request("PATCH", f"/api/employees/{number(server, 'ben')}", json=body, headers=admin)

    refused = [name_anna(server, admin, name) for name in ("ben", "CLEO", "Shared", "anna", "\n")]
    new = {"username": "Shared"}
    taken = server.request("POST", "/api/employees", json=new, headers=admin)

    join = "To make the two one, edit this employee and choose to join existing data."
    assert refused == [
        (422, f"“ben” is the username of another employee. {join}"),
        (422, f"“cleo” is the username of another employee. {join}"),
        (422, "“Shared” is a further username of “ben”."),
        (422, "“anna” is the username itself."),
        (204, ""),
    ]
    assert (taken.status_code, taken.json()["detail"]) == (
        409,
        "“Shared” is a further username of “ben”.",
    )
    assert server.rows("SELECT username FROM employee_usernames") == [("shared",)]


def test_a_name_that_is_taken_away_leaves_its_devices_and_is_free(
    server: TestServer, admin: dict[str, str]
) -> None:
    with_device(server, "anna")
    name_anna(server, admin, "annak")
    (token,) = with_device(server, "annak")
    name_anna(server, admin)

    assert beat(server, token, "annak", seq=2).status_code == 200
    other = enroll(server, "annak", agent_id="00000000-0000-4000-8000-00000000000a")

    assert other.status_code == 201
    assert server.rows(
        "SELECT e.username, reported_username FROM agents JOIN employees AS e USING (employee_id)"
        " ORDER BY agent_id"
    ) == [("anna", None), ("anna", "annak"), ("annak", None)]


def test_existing_data_joins_when_it_is_asked_for(
    server: TestServer, admin: dict[str, str]
) -> None:
    tokens = with_device(server, "anna", "annak")
    former = number(server, "annak")
    server.request("GET", f"/api/employees/{former}/days/{NOW.date()}", headers=admin)
    server.execute(
        "INSERT INTO attendance_days SELECT employee_id, $1, 'UTC', $2, $2, 600 FROM employees",
        NOW.date(),
        NOW,
    )
    server.execute(
        "INSERT INTO messages (key, recipient, target, event, subject, body, employee_ids,"
        " created_at, next_attempt) VALUES ('1', 'it', 'mail', 'x', 's', 'b', $1, $2, $2)",
        [former],
        NOW,
    )
    assert name_anna(server, admin, "annak")[0] == 422

    assert name_anna(server, admin, "annak", join_data=True) == (204, "")

    anna = number(server)
    assert server.rows("SELECT username FROM employees") == [("anna",)]
    assert beat(server, tokens[1], "annak", seq=2).status_code == 200
    assert server.value("SELECT count(*) FROM agents WHERE employee_id = $1", anna) == 2
    assert server.rows("SELECT employee_ids FROM messages") == [([anna],)]
    # The day of both is counted once more.
    assert server.value("SELECT count(*) FROM attendance_days") == 1
    assert server.value("SELECT count(*) FROM attendance_late") == 1
    (entry,) = server.rows("SELECT employee_ids FROM audit WHERE action = 'employee.join'")
    assert entry == (sorted([anna, former]),)
    # Who has viewed the former employee's data stays visible, by either name.
    query = {"employee_id": anna}
    rows = server.request("GET", "/api/audit", params=query, headers=admin).json()["rows"]
    views = [row for row in rows if row["action"] == "day.view"]
    assert [each["username"] for each in views[0]["employees"]] == ["anna"]


def test_the_days_of_both_are_counted_as_those_of_one(
    server: TestServer, admin: dict[str, str]
) -> None:
    with_device(server, "anna", "annak")
    # Every five minutes: anna until 10:00, and annak from 9:30 until 11:00.
    for username, first, last in (("anna", "09:00", "10:00"), ("annak", "09:30", "11:00")):
        server.execute(
            'INSERT INTO employee_heartbeats ("timestamp", agent_id, status)'
            " SELECT moment, agent_id, 1 FROM agents JOIN employees USING (employee_id),"
            f" generate_series('2026-11-23 {first}Z'::timestamptz, '2026-11-23 {last}Z', '5 min')"
            "  AS moment WHERE username = $1",
            username,
        )

    def counted() -> list[tuple[Any, ...]]:
        calendar = RetentionCalendar(clock=server.clock, zone=UTC, retention_days=30)
        pool(server, lambda db: AttendanceCount(db, calendar).count(at_most_every=timedelta(0)))
        return server.rows(
            "SELECT username, seconds / 60 FROM attendance_days JOIN employees USING (employee_id)"
            " WHERE day = '2026-11-23' ORDER BY username"
        )

    assert counted() == [("anna", 60), ("annak", 90)]
    name_anna(server, admin, "annak", join_data=True)
    assert counted() == [("anna", 120)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE employees SET display_name = 'A' WHERE username = 'annak'", "has a profile"),
        ("UPDATE employees SET external_id = 'x' WHERE username = 'annak'", "has a profile"),
        (
            (
                "INSERT INTO employee_usernames SELECT 'k', employee_id FROM employees"
                " WHERE username = 'annak'"
            ),
            "has a profile",
        ),
        (
            (
                "INSERT INTO leave_ranges (employee_id, first_day, last_day)"
                " SELECT employee_id, '2026-11-23', '2026-11-23' FROM employees"
                " WHERE username = 'annak'"
            ),
            "has a profile",
        ),
        (
            (
                "INSERT INTO enrollment_blocks (employee_id, blocked_at, blocked_by)"
                " SELECT employee_id, now(), 'it' FROM employees WHERE username = 'annak'"
            ),
            "is blocked",
        ),
        (
            (
                "INSERT INTO legal_holds SELECT employee_id, now(), 'it', 'court' FROM employees"
                " WHERE username = 'annak'"
            ),
            "is under a legal hold",
        ),
    ],
)
def test_nobody_is_joined_who_is_more_than_devices(
    server: TestServer, admin: dict[str, str], change: str, words: str
) -> None:
    with_device(server, "anna", "annak")
    server.execute(change)

    status, detail = name_anna(server, admin, "annak", join_data=True)

    assert (status, detail.startswith(f"“annak” {words}")) == (409, True), detail
    assert server.value("SELECT count(*) FROM employees") == 2
    named = "SELECT count(*) FROM employee_usernames WHERE username = 'annak'"
    assert server.value(named) == 0


def test_a_hold_holds_all_of_both(server: TestServer, admin: dict[str, str]) -> None:
    with_device(server, "anna", "annak")
    former = number(server, "annak")

    async def hold(connection: Any, employee_id: int) -> None:
        await HoldChanges(connection, actor="cli:root", at=NOW).place(employee_id, "court")

    for name in ("annak", "anna"):
        server.sql(hold, number(server, name))
    assert name_anna(server, admin, "annak", join_data=True) == (204, "")

    anna = number(server)
    assert server.rows("SELECT employee_id FROM legal_holds") == [(anna,)]
    held = "SELECT count(*) FROM agents JOIN legal_holds USING (employee_id)"
    assert server.value(held) == 2
    with pytest.raises(Refusal, match="legal hold"):
        erased(server, anna)
    # The audit log keeps what it has under the former number, however old it is.
    server.execute("UPDATE audit_head SET retention_days = 1")
    oldest = server.value("SELECT min(audit_id) FROM audit WHERE $1 = ANY (employee_ids)", former)
    removable = server.value("SELECT removable_audit(now() + interval '9 years')")
    assert removable is None or removable < oldest


def test_all_of_an_employee_is_exported_and_erased(
    server: TestServer, admin: dict[str, str]
) -> None:
    with_device(server, "anna", "annak", "ben")
    former = number(server, "annak")
    server.request("GET", f"/api/employees/{former}/days/{NOW.date()}", headers=admin)
    name_anna(server, admin, "annak", WINDOWS, join_data=True)
    token = server.enrollment_token()
    server.execute("UPDATE enrollment_tokens SET needs_approval = true")
    body = {
        "agent_id": "00000000-0000-4000-8000-00000000000b",
        "username": WINDOWS,
        "hostname": "new-pc",
        "platform": "Windows",
        "agent_version": "0.1.0",
    }
    server.request("POST", "/api/enroll", json=body, headers=bearer(token))

    content = exported(server, number(server))
    person = json.loads(content.read("employee.json"))
    actions = [each["what"] for each in json.loads(content.read("audit.json"))]
    certificate = erased(server, number(server))

    assert person["further_usernames"] == [WINDOWS, "annak"]
    assert [each["reported_username"] for each in person["machines"]] == ["anna", "annak"]
    assert [each["hostname"] for each in person["enrolment_requests"]] == ["new-pc"]
    assert "day.view" in actions
    assert certificate.erased.further_usernames == [WINDOWS, "annak"]
    assert certificate.erased.counts["machines"] == 2
    assert certificate.erased.counts["enrolment_requests"] == 1
    assert server.rows("SELECT username FROM employees") == [("ben",)]
    for table in ("employee_usernames", "joined_employees", "enrollment_requests"):
        assert server.value(f"SELECT count(*) FROM {table}") == 0
    assert server.value("SELECT count(*) FROM agents") == 1
    # But for the device's own name.
    assert "annak" not in str(server.rows("SELECT * FROM audit")).replace("annak-pc", "")


def test_a_file_names_them_and_its_undo_takes_them_back(
    server: TestServer, admin: dict[str, str]
) -> None:
    with_device(server, "anna", "ben")
    name_anna(server, admin, "old")

    def imported(*lines: str) -> Any:
        body = {"csv": "\n".join(("username,further_usernames", *lines))}
        return server.request("POST", "/api/employees/import", json=body, headers=admin)

    wrong = [
        imported(line).json()["detail"]
        for line in ("anna,ben", "old,", "anna,x\nben,X", "new,\nben,new")
    ]
    good = imported(f"anna,annak | {WINDOWS}", "dora,d")

    of_another = "is the username of another employee."
    assert [each.partition("Line ")[2].partition(" To make")[0] for each in wrong] == [
        f"2, column further_usernames: “ben” {of_another}",
        "2, column username: “old” is a further username of “anna”.",
        "3, column further_usernames: “X” is a further username of “anna”.",
        f"3, column further_usernames: “new” {of_another}",
    ]
    assert good.status_code == 200, good.text
    names = "SELECT username FROM employee_usernames ORDER BY username"
    assert server.rows(names) == [(WINDOWS,), ("annak",), ("d",)]
    server.request("POST", "/api/employees/import/undo", headers=admin)
    assert server.rows(names) == [("old",)]


def test_an_identity_provider_adds_nobody_under_a_further_username(
    server: TestServer, admin: dict[str, str]
) -> None:
    with_device(server, "anna")
    name_anna(server, admin, "annak")
    body = {"label": "Entra", "scope": "scim", "expires_days": 1}
    key = server.request("POST", "/api/keys", json=body, headers=admin).json()["key"]
    user = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "annak"}

    answer = server.request("POST", "/scim/v2/Users", json=user, headers=bearer(key))

    assert (answer.status_code, answer.json()["scimType"]) == (409, "uniqueness")
    assert "is a further username of “anna”" in answer.json()["detail"]
    assert server.value("SELECT count(*) FROM employees") == 1
