"""The directory: employees before any device, changes of them, and imports as a whole."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from wfhserver.employees.countries import COUNTRIES
from wfhserver.models.users import Role
from wfhserver.retention.run import RetentionResult
from wfhserver.testing import TestServer

HEADER = "username,display_name,email,teams,manager,time_zone,country,region,status"
ANNA = "anna,Anna Gruber,anna@example.com,Sales,,Europe/Vienna,AT,9,active"


@pytest.fixture
def admin(server: TestServer) -> dict[str, str]:
    headers = server.signed_in(Role.ADMIN)
    for name in ("Sales", "Support"):
        made = server.request("POST", "/api/teams", json={"name": name}, headers=headers)
        assert made.is_success
    return headers


def imported(
    server: TestServer, admin: dict[str, str], *lines: str, dry_run: bool = False
) -> httpx.Response:
    body = {"csv": "\r\n".join(lines), "dry_run": dry_run}
    return server.request("POST", "/api/employees/import", json=body, headers=admin)


def preview(server: TestServer, admin: dict[str, str], *lines: str) -> Any:
    answer = imported(server, admin, *lines, dry_run=True)
    assert answer.status_code == 200, answer.text
    return answer.json()


def directory(server: TestServer, admin: dict[str, str], **query: Any) -> dict[str, Any]:
    answer = server.request("GET", "/api/employees", params=query, headers=admin)
    return {row["username"]: row for row in answer.json()["rows"]}


def test_an_employee_is_there_before_any_device_and_takes_it_later(
    server: TestServer, admin: dict[str, str]
) -> None:
    new = {
        "username": "anna",
        "display_name": "Anna Gruber",
        "email": "anna@example.com",
        "teams": ["Sales"],
        "time_zone": "Europe/Vienna",
        "country": "at",
        "region": "AT-9",
    }
    made = server.request("POST", "/api/employees", json=new, headers=admin)
    number = made.json()["employee_id"]
    server.agent_token("anna")

    row = directory(server, admin)["anna"]
    assert made.status_code == 201
    assert (row["employee_id"], row["agents"], row["status"]) == (number, 1, "active")
    assert (row["display_name"], row["email"]) == ("Anna Gruber", "anna@example.com")
    assert (row["teams"], row["manager"]) == (["Sales"], None)
    assert (row["time_zone"], row["country"], row["region"]) == ("Europe/Vienna", "AT", "9")
    one = server.request("GET", f"/api/employees/{number}", headers=admin).json()
    assert (one["display_name"], one["country"]) == ("Anna Gruber", "AT")
    again = server.request("POST", "/api/employees", json={"username": "Anna"}, headers=admin)
    assert (again.status_code, again.json()["field"]) == (409, "username")


def test_a_change_leaves_out_what_it_does_not_name_and_clears_what_is_null(
    server: TestServer, admin: dict[str, str]
) -> None:
    imported(server, admin, HEADER, ANNA, "bob,Bob,,,,,,,")
    numbers = {name: row["employee_id"] for name, row in directory(server, admin).items()}

    change = {"email": None, "manager": "bob", "status": "on_leave", "teams": ["Support"]}
    path = f"/api/employees/{numbers['anna']}"
    assert server.request("PATCH", path, json=change, headers=admin).status_code == 204

    row = directory(server, admin)["anna"]
    assert (row["display_name"], row["email"], row["manager"]) == ("Anna Gruber", None, "bob")
    assert (row["status"], row["teams"]) == ("on_leave", ["Support"])
    entry = server.rows("SELECT action, employee_ids, details FROM audit ORDER BY audit_id")[-1]
    assert entry[:2] == ("employee.change", [numbers["anna"]])
    assert json.loads(entry[2]) == {"fields": ["email", "teams", "manager", "status"]}
    assert server.request("PATCH", path, json=change, headers=admin).status_code == 204
    assert server.value("SELECT count(*) FROM audit WHERE action = 'employee.change'") == 1
    gone = server.request("PATCH", "/api/employees/999999", json=change, headers=admin)
    assert gone.status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("display_name", "Anna\r\nBcc: all@example.com", "Must be one line"),
        ("email", "anna@example.com\nBcc: x@example.com", "Must be one line"),
        ("email", "anna", "“anna” is not an e-mail address."),
        ("email", "Anna <anna@example.com>", "is not an e-mail address."),
        ("email", "BOB@example.com", "This is the e-mail address of “bob”."),
        ("teams", ["Salse"], "There is no team “Salse”. Did you mean “Sales”?"),
        ("manager", "bbo", "There is no employee “bbo”. Did you mean “bob”?"),
        ("manager", "anna", "Nobody is their own manager."),
        ("time_zone", "europe/viena", "Did you mean Europe/Vienna?"),
        ("country", "Austria", "Write two letters of ISO 3166, such as AT."),
        ("region", "Vienna", "is not a region code"),
        ("region", "9", "A region needs a country."),
        ("status", "gone", "Write active, on_leave or left."),
    ],
)
def test_a_field_that_is_wrong_is_named_and_changes_nothing(
    server: TestServer, admin: dict[str, str], field: str, value: Any, message: str
) -> None:
    imported(server, admin, "username,email", "anna,", "bob,bob@example.com")
    number = directory(server, admin)["anna"]["employee_id"]

    answer = server.request("PATCH", f"/api/employees/{number}", json={field: value}, headers=admin)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert message in answer.json()["detail"]


def test_search_finds_display_names_and_usernames(
    server: TestServer, admin: dict[str, str]
) -> None:
    imported(server, admin, HEADER, ANNA, "c.novak,Čeněk Novák,,,,,,,", "bob,,,,,,,,")
    server.agent_token("anna")

    assert [*directory(server, admin, search="gruBER")] == ["anna"]
    assert [*directory(server, admin, search="čeněk")] == ["c.novak"]
    assert [*directory(server, admin, search="c.nov")] == ["c.novak"]
    found = server.request("GET", "/api/presence?search=gruber", headers=admin).json()["rows"]
    assert [(row["username"], row["display_name"]) for row in found] == [("anna", "Anna Gruber")]


def test_a_name_that_changes_is_new_on_now(server: TestServer, admin: dict[str, str]) -> None:
    server.agent_token("anna")
    number = directory(server, admin)["anna"]["employee_id"]

    def names() -> list[str | None]:
        rows = server.request("GET", "/api/presence", headers=admin).json()["rows"]
        return [row["display_name"] for row in rows]

    before = names()
    path, change = f"/api/employees/{number}", {"display_name": "Anna Gruber"}
    server.request("PATCH", path, json=change, headers=admin)

    assert (before, names()) == ([None], ["Anna Gruber"])


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    server: TestServer, admin: dict[str, str]
) -> None:
    imported(server, admin, HEADER, ANNA)

    found = preview(
        server,
        admin,
        HEADER,
        ANNA,
        "bob,Bob Huber,,Sales | Support,anna,,,,",
        "",
        "carol,,,,bob,,,,left",
    )
    changed = preview(server, admin, "username;Display name", "anna;Anna Berger")

    assert (found["added"], found["changed"], found["unchanged"]) == (2, 0, 1)
    assert [(row["line"], row["username"], row["change"]) for row in found["rows"]] == [
        (2, "anna", "unchanged"),
        (3, "bob", "added"),
        (5, "carol", "added"),
    ]
    assert found["rows"][1]["fields"] == [
        {"field": "display_name", "before": None, "after": "Bob Huber"},
        {"field": "teams", "before": None, "after": "Sales | Support"},
        {"field": "manager", "before": None, "after": "anna"},
    ]
    # Columns that the file does not have stay as they are.
    assert changed["rows"][0]["fields"] == [
        {"field": "display_name", "before": "Anna Gruber", "after": "Anna Berger"}
    ]
    assert [*directory(server, admin)] == ["anna"]
    assert server.value("SELECT count(*) FROM audit WHERE action = 'employee.import'") == 1


def test_five_hundred_employees_come_in_one_import_and_go_with_its_undo(
    server: TestServer, admin: dict[str, str]
) -> None:
    imported(server, admin, HEADER, ANNA)
    lines = [f"p{n},Person {n},p{n}@example.com,Sales,p0,Asia/Kolkata,IN,,," for n in range(1, 500)]
    lines = [HEADER, "p0,Person 0,,,anna,,,,", *(line.removesuffix(",") for line in lines)]
    changed = ANNA.replace("Gruber", "Berger").replace("Sales", "Support")

    done = imported(server, admin, *lines, changed).json()
    last = server.request("GET", "/api/employees/import", headers=admin).json()["last"]
    during = directory(server, admin, limit=500)
    server.agent_token("p7")
    path = f"/api/employees/{during['p8']['employee_id']}"
    server.request("PATCH", path, json={"status": "left"}, headers=admin)
    undone = server.request("POST", "/api/employees/import/undo", headers=admin).json()
    after = directory(server, admin)

    assert (done["added"], done["changed"]) == (500, 1)
    assert (last["added"], last["changed"], last["imported_by"]) == (500, 1, "user:admin")
    assert during["anna"]["display_name"] == "Anna Berger"
    assert during["p499"]["manager"] == "p0"
    # One has a device by now, the other was changed since.
    assert (undone["removed"], undone["restored"]) == (498, 1)
    assert undone["kept"] == ["p7", "p8"]
    assert [*after] == ["anna", "p7", "p8"]
    assert (after["anna"]["display_name"], after["anna"]["teams"]) == ("Anna Gruber", ["Sales"])
    again = server.request("POST", "/api/employees/import/undo", headers=admin)
    assert again.status_code == 404
    actions = server.rows(
        "SELECT action, cardinality(employee_ids), details FROM audit"
        " WHERE action LIKE 'employee.%import' ORDER BY audit_id"
    )
    assert [row[:2] for row in actions] == [
        ("employee.import", 1),
        ("employee.import", 501),
        ("employee.undo_import", 499),
    ]
    assert "Berger" not in str(actions)


def test_two_people_swap_their_addresses(server: TestServer, admin: dict[str, str]) -> None:
    imported(server, admin, "username,email", "anna,a@example.com", "bob,b@example.com")

    done = imported(server, admin, "username,email", "anna,b@example.com", "bob,a@example.com")

    assert done.json()["changed"] == 2
    assert directory(server, admin)["anna"]["email"] == "b@example.com"


@pytest.mark.parametrize(
    ("lines", "line", "column", "message"),
    [
        (["user,email"], 1, "user", "Did you mean username?"),
        (["username,Display nam"], 1, "Display nam", "Did you mean display_name?"),
        (["username,salary"], 1, "salary", "The columns are username, display_name,"),
        (["email,country"], 1, None, "The column username is missing."),
        (["username,email,E-Mail"], 1, "E-Mail", "This column is there twice."),
        (["username,country", "anna"], 2, None, "This line has 1 cells, and the first line 2."),
        (["username,email", 'anna,"a'], 2, None, "A quotation mark opens a cell"),
        (["username", '""', "bob"], None, None, ""),
        (["username,country", ",AT"], 2, "username", "A name needs 1 to 255 characters"),
        (["username", "anna", "ANNA"], 3, "username", "“ANNA” is in line 2 already."),
        (["username", "Dora"], 2, "username", "There is an employee “dora”."),
        (
            ["username,E-mail", "anna,a@example.com", "bob,A@example.com"],
            *(3, "E-mail", "This is the e-mail address of “anna”."),
        ),
        (["username,email", "anna,d@example.com"], 2, "email", "address of “dora”."),
        (["username,team", "anna,Sales;Support"], 2, "team", "Separate several teams by |."),
        (["username,teams", "anna,Finance"], 2, "teams", "Create it first, under Teams."),
        (["username,Time zone", "anna,Vienna"], 2, "Time zone", "“Vienna” is not a time zone."),
        (
            ["username,display_name", 'anna,"Anna\r\nBcc: x@example.com"', "bob,B"],
            *(2, "display_name", "Must be one line without control characters."),
        ),
        (["username,display_name", "anna,J�rgen"], 2, "display_name", "could not be read"),
        (
            ["username,display_name", "bob,B", "anna,JÃ¼rgen"],
            *(3, "display_name", "looks like “Jürgen” in another encoding."),
        ),
    ],
)
def test_an_error_is_named_by_line_and_column_and_nothing_is_imported(
    server: TestServer,
    admin: dict[str, str],
    lines: list[str],
    line: int | None,
    column: str | None,
    message: str,
) -> None:
    imported(server, admin, "username,email", "dora,d@example.com")

    found = preview(server, admin, *lines)
    answer = imported(server, admin, *lines, "fine" + "," * lines[0].count(","))

    if line is None:
        assert (found["errors"], found["added"]) == ([], 1)
        return
    (error,) = found["errors"]
    assert (error["line"], error["column"]) == (line, column)
    assert message in error["message"]
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(f"Nothing was imported. Line {line}")
    assert [*directory(server, admin)] == ["dora"]


def test_an_empty_file_says_what_its_first_line_is(
    server: TestServer, admin: dict[str, str]
) -> None:
    (error,) = preview(server, admin, "", "")["errors"]

    assert error["message"].startswith("The column username is missing. The first line names")


def test_the_dashboard_offers_the_countries_that_the_server_takes() -> None:
    source = Path(__file__).parents[1] / "dashboard" / "src" / "lib" / "countries.ts"
    _, codes, _ = source.read_text(encoding="utf-8").split("`")

    assert set(re.split(r"[\s-]+", codes.strip())) == COUNTRIES


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_and_a_byte_order_mark_are_read(
    server: TestServer, admin: dict[str, str], separator: str
) -> None:
    lines = [
        "\ufeff" + "Username,Display name,E-Mail".replace(",", separator),
        '"anna","Gruber, Anna; ""A""",anna@example.com'.replace('",', f'"{separator}'),
    ]

    assert imported(server, admin, *lines).status_code == 200

    assert directory(server, admin)["anna"]["display_name"] == 'Gruber, Anna; "A"'


def test_more_than_ten_thousand_rows_are_refused_as_a_whole(
    server: TestServer, admin: dict[str, str]
) -> None:
    lines = ["username", *(f"p{n}" for n in range(100_000))]

    answer = imported(server, admin, *lines)

    assert answer.status_code == 422
    assert answer.json()["detail"] == (
        "Nothing was imported. Line 10002: The file has 100,000 employees."
        " Import at most 10,000 at once."
    )
    assert directory(server, admin) == {}


def test_the_first_hundred_errors_are_named(server: TestServer, admin: dict[str, str]) -> None:
    lines = ["username,country", *(f"p{n},Austria" for n in range(150))]

    found = preview(server, admin, *lines)

    assert [error["line"] for error in found["errors"]] == [*range(2, 102)]


def test_only_the_last_import_can_be_undone_and_not_after_the_retention(
    own_server: TestServer, forget: Callable[..., RetentionResult]
) -> None:
    server = own_server
    admin = server.signed_in(Role.ADMIN)
    imported(server, admin, "username", "anna")
    imported(server, admin, "username", "bob")
    # Nothing of it changes anything: what can be undone stays.
    imported(server, admin, "username", "anna", "bob")

    undone = server.request("POST", "/api/employees/import/undo", headers=admin).json()

    assert (undone["removed"], undone["restored"], undone["kept"]) == (1, 0, [])
    imported(server, admin, "username", "carol")
    server.clock.pause(32 * 24 * 3600)
    forget(server)
    assert server.value("SELECT count(*) FROM employee_imports") == 0
    assert [name for (name,) in server.rows("SELECT username FROM employees ORDER BY 1")] == [
        "anna",
        "carol",
    ]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR])
def test_only_administrators_change_the_directory(server: TestServer, role: Role) -> None:
    headers = server.signed_in(role)

    answers = [
        server.request("POST", "/api/employees", json={"username": "anna"}, headers=headers),
        server.request("PATCH", "/api/employees/1", json={"status": "left"}, headers=headers),
        imported(server, headers, "username", "anna"),
        imported(server, headers, "username", "anna", dry_run=True),
        server.request("POST", "/api/employees/import/undo", headers=headers),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert server.value("SELECT count(*) FROM employees") == 0


def test_a_manager_sees_the_profiles_of_their_team_and_no_manager_of_another(
    server: TestServer, admin: dict[str, str]
) -> None:
    lines = [HEADER, ANNA, "bob,Bob,,Sales,anna,,,,", "carol,,,Support,,,,,"]
    imported(server, admin, *lines, "dave,,,Sales,carol,,,,")
    headers = server.signed_in(Role.MANAGER, "mia")
    server.execute(
        "INSERT INTO team_managers SELECT u.user_id, t.team_id FROM users AS u, teams AS t"
        " WHERE u.username = 'mia' AND t.name = 'Sales'"
    )

    rows = directory(server, headers)

    assert {name: row["manager"] for name, row in rows.items()} == {
        "anna": None,
        "bob": "anna",
        "dave": None,
    }
    assert rows["anna"]["email"] == "anna@example.com"
