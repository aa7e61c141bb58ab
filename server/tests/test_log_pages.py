"""Pages of logs: whole, in order, filtered, for whom may see them, and on record."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfhserver.errors import Refusal
from wfhserver.logs.ids import log_id_of, read_log_id
from wfhserver.models.users import Role
from wfhserver.paging import page_token
from wfhserver.storage.postgres import log_pages
from wfhserver.storage.postgres.log_pages import LogKey
from wfhserver.testing import TestServer, bearer, heartbeat_body, log_request, screenshot_bytes

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SQL = "'; DROP TABLE employees; --"
LAST = LogKey(date.max, datetime.max.replace(tzinfo=UTC), 1, 1)
MOMENTS = st.integers(0, 7 * 10**15).map(lambda n: EPOCH + timedelta(microseconds=n))


@given(st.dates(), MOMENTS, st.integers(0, 2**31 - 1), st.integers(0, 2))
def test_the_name_of_a_log_leads_back_to_it(
    day: date, moment: datetime, agent: int, slot: int
) -> None:
    found = read_log_id(log_id_of(LogKey(day, moment, agent, slot)))

    assert (found.workday, found.agent_id, found.slot) == (day, agent, slot)
    assert slot or found.timestamp == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "../1",
        "2026-11-23",
        "2026-13-23.1.1",
        "2026-11-23.1.3",
        "2026-11-23.1.0",
        "2026-11-23.9999999999.1",
        "2026-11-23.1.1.5",
        "2026-11-23.1.1\n",
        "2026-11-23.\N{SUPERSCRIPT TWO}.1",
        "2026-11-23.1.0." + "9" * 18,
    ],
)
def test_a_name_that_was_made_up_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="not the ID of a log"):
        read_log_id(text)


@pytest.fixture
def office(server: TestServer, enroll: Callable[..., dict[str, str]]) -> TestServer:
    """Alice (Sales) with two screenshots, bob with two logs without; he has missed one slot."""
    server.tokens = enroll("alice", "bob")

    async def scenario(client: httpx.AsyncClient) -> None:
        for day in (20, 23):
            moment = {"workday": f"2026-11-{day}", "timestamp": f"2026-11-{day}T09:00:00Z"}
            for name in ("alice", "bob"):
                image = screenshot_bytes() if name == "alice" else None
                names = {"username": name, "hostname": f"{name}-pc", **moment}
                if name == "bob":
                    names["location"] = {"country": "DE", "city": SQL}
                    names["time_zone"] = "Europe/Lisbon"
                sent = log_request(server.tokens[name], image, **names)
                assert (await client.post("/api/log", **sent)).status_code == 201
        missed = [{"workday": "2026-11-20", "slot": 1, "reason": "asleep from 12:02"}]
        body = heartbeat_body(username="bob", hostname="bob-pc", missed=missed)
        await client.post("/api/heartbeat", json=body, headers=bearer(server.tokens["bob"]))

    server.run(scenario)
    return server


def ask(server: TestServer, headers: dict[str, str], **query: Any) -> dict[str, Any]:
    answer = server.request("GET", "/api/logs", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def seen(page: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [(row["username"], row["workday"][-2:], row["slot"]) for row in page["rows"]]


ALL = [("bob", "23", 2), ("alice", "23", 1), ("bob", "20", 2), ("alice", "20", 1)]


def test_logs_come_newest_first_with_all_that_a_table_shows(office: TestServer) -> None:
    page = ask(office, office.signed_in())

    assert seen(page) == ALL
    assert [row["time_zone"] for row in page["rows"][:2]] == ["Europe/Lisbon", None]
    assert (page["from"], page["to"], page["next_page"]) == ("2026-10-24", "2026-11-24", None)
    row = page["rows"][1]
    assert row["log_id"] == f"2026-11-23.{row['agent_id']}.1"
    assert (row["local_ip"], row["public_ip"]) == ("192.168.1.20", "203.0.113.7")
    assert row["location"] == {"country": "AT", "city": "Graz"}
    assert row["screenshot_url"] == f"/api/logs/{row['log_id']}/screenshot"
    assert page["rows"][0]["screenshot_url"] is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"employee": "bob"}, [ALL[0], ALL[2]]),
        ({"from": "2026-11-21"}, ALL[:2]),
        ({"to": "2026-11-20"}, ALL[2:]),
        ({"screenshot": "taken"}, [ALL[1], ALL[3]]),
        ({"screenshot": "none"}, [ALL[0], ALL[2]]),
        ({"place": "gRAz"}, [ALL[1], ALL[3]]),
        ({"place": SQL}, [ALL[0], ALL[2]]),
        ({"place": "%"}, []),
        ({"place": "is:AT"}, [ALL[1], ALL[3]]),
        ({"place": "is:DE"}, [ALL[0], ALL[2]]),
        ({"place": "not:DE"}, [ALL[1], ALL[3]]),
        ({"place": "is:AT/Graz"}, [ALL[1], ALL[3]]),
        ({"place": "not:AT/Graz"}, [ALL[0], ALL[2]]),
        ({"place": f"is:DE/{SQL}"}, [ALL[0], ALL[2]]),
        ({"place": "is:A"}, []),
        ({"place": "is:at"}, []),
        ({"place": "is:AT/Gra_"}, []),
        ({"place": "is:"}, []),
        ({"kind": "any"}, [*ALL[:2], ("bob", "20", 1), *ALL[2:]]),
        ({"kind": "missed"}, [("bob", "20", 1)]),
        ({"kind": "missed", "screenshot": "none"}, []),
    ],
)
def test_filters(office: TestServer, query: dict[str, str], found: list[Any]) -> None:
    assert seen(ask(office, office.signed_in(), **query)) == found


def test_a_log_without_a_place_is_neither_there_nor_elsewhere(office: TestServer) -> None:
    office.execute("UPDATE employee_logs SET location = NULL WHERE screenshot_path IS NOT NULL")
    headers = office.signed_in()

    assert seen(ask(office, headers, place="is:AT")) == []
    assert seen(ask(office, headers, place="not:AT")) == [ALL[0], ALL[2]]
    assert seen(ask(office, headers, place="not:AT/Graz")) == [ALL[0], ALL[2]]
    assert seen(ask(office, headers, place="not:DE")) == []


def test_the_places_on_record_can_be_chosen_from_and_who_asked_is_on_record(
    office: TestServer,
) -> None:
    everybody, mia = office.signed_in(), office.signed_in(Role.MANAGER)
    team = office.value("SELECT team_id FROM teams LIMIT 1")
    office.execute(
        f"INSERT INTO team_managers SELECT user_id, {team} FROM users WHERE role = 'manager'"
    )

    def places(headers: dict[str, str]) -> list[tuple[str, str, int]]:
        answer = office.request("GET", "/api/places", headers=headers)
        assert answer.status_code == 200, answer.text
        return [(each["country"], each["city"], each["logs"]) for each in answer.json()["places"]]

    assert places(everybody) == [("AT", "Graz", 2), ("DE", SQL, 2)]
    assert places(mia) == [("AT", "Graz", 2)]
    rows = office.rows(
        "SELECT actor, array(SELECT username FROM employees WHERE employee_id = ANY (employee_ids)"
        " ORDER BY 1) FROM audit WHERE action = 'place.list' ORDER BY audit_id"
    )
    assert rows == [("user:admin", ["alice", "bob"]), ("user:manager", ["alice"])]


def test_the_first_page_says_how_many_rows_match(
    office: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = office.signed_in()
    first = ask(office, headers, limit="1", kind="any")

    assert (first["count"], ask(office, headers)["count"]) == (5, 4)
    assert ask(office, headers, limit="1", kind="missed")["count"] == 1
    assert ask(office, headers, limit="1", place="is:AT", kind="any")["count"] == 2
    assert ask(office, headers, limit="1", kind="any", page=first["next_page"])["count"] is None
    monkeypatch.setattr(log_pages, "COUNT_LIMIT", 3)
    assert ask(office, headers, limit="1")["count"] is None


def test_a_missed_slot_says_why(office: TestServer) -> None:
    (row,) = ask(office, office.signed_in(), kind="missed")["rows"]

    assert (row["kind"], row["reason"], row["log_id"]) == ("missed", "asleep from 12:02", None)


@pytest.mark.parametrize("kind", ["log", "any"])
def test_pages_joined_are_the_whole_list(office: TestServer, kind: str) -> None:
    headers = office.signed_in()
    whole = seen(ask(office, headers, kind=kind))

    joined, page = [], ask(office, headers, kind=kind, limit=2)
    joined += seen(page)
    while page["next_page"]:
        page = ask(office, headers, kind=kind, limit=2, page=page["next_page"])
        joined += seen(page)

    assert joined == whole


@pytest.mark.parametrize(
    ("query", "status", "code", "field", "sentence"),
    [
        (
            {"from": "2026-11-20", "to": "2026-11-19"},
            422,
            "invalid_field",
            "from",
            "ends before that",
        ),
        ({"from": "2026-10-01"}, 422, "outside_retention", "from", "2026-10-24 to 2026-11-24"),
        ({"to": "2027-01-01"}, 422, "outside_retention", "to", "outside the retention period"),
        ({"to": "20261120"}, 422, "invalid_field", "to", "a date such as"),
        ({"employee": "nobody"}, 404, "not_found", "employee", "Employee 'nobody' not found"),
        ({"team": "2000000000"}, 404, "not_found", "team", "Team not found"),
        ({"page": "WzFd"}, 422, "invalid_field", "page", "Start with the first page"),
        ({"page": "²"}, 422, "invalid_field", "page", "Start with the first page"),
        ({"page": "a" * 5000}, 422, "invalid_field", "page", "Start with the first page"),
        ({"page": page_token(LAST)}, 422, "invalid_field", "page", "of the years"),
        ({"screenshot": "yes"}, 422, "invalid_field", "screenshot", "any, taken, none"),
        ({"limit": "201"}, 422, "invalid_field", "limit", "1 to 200"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(
    office: TestServer, query: dict[str, str], status: int, code: str, field: str, sentence: str
) -> None:
    answer = office.request("GET", "/api/logs", params=query, headers=office.signed_in())

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"]) == (status, code, field)
    assert sentence in problem["detail"]


def manager(server: TestServer) -> dict[str, str]:
    headers = server.signed_in(Role.MANAGER)
    server.execute(
        "INSERT INTO team_managers SELECT u.user_id, t.team_id FROM users AS u, teams AS t"
        " WHERE u.username = 'manager'"
    )
    return headers


def test_a_manager_sees_only_logs_of_their_own_team(office: TestServer) -> None:
    headers, page = manager(office), ask(office, office.signed_in())
    of_bob = page["rows"][0]["log_id"]

    assert seen(ask(office, headers)) == [ALL[1], ALL[3]]
    assert ask(office, headers, kind="missed")["rows"] == []
    hidden = office.request("GET", "/api/logs", params={"employee": "bob"}, headers=headers)
    made_up = office.request("GET", "/api/logs", params={"employee": "bobby"}, headers=headers)
    assert hidden.status_code == made_up.status_code == 404
    assert hidden.json()["detail"].replace("bob", "") == made_up.json()["detail"].replace(
        "bobby", ""
    )
    assert office.request("GET", f"/api/logs/{of_bob}", headers=headers).status_code == 404


def test_a_page_is_on_record_with_everybody_on_it(office: TestServer) -> None:
    headers = office.signed_in()
    ids = sorted(row[0] for row in office.rows("SELECT employee_id FROM employees"))

    ask(office, headers, screenshot="taken", limit=1)
    ask(office, headers)
    ask(office, headers, place="nowhere")

    assert office.rows("SELECT action, employee_ids, details FROM audit ORDER BY audit_id") == [
        ("log.list", ids[:1], '{"screenshot":"taken","rows":1}'),
        ("log.list", ids, '{"rows":4}'),
    ]


def test_a_log_is_complete_and_its_view_is_recorded(office: TestServer) -> None:
    headers = office.signed_in()
    log_id = ask(office, headers, employee="alice")["rows"][0]["log_id"]

    answer = office.request("GET", f"/api/logs/{log_id}?reason=complaint 7", headers=headers)

    log = answer.json()
    assert (log["log_id"], log["screenshot"]["status"]) == (log_id, "taken")
    assert (log["older"], log["newer"]) == (log_id.replace("11-23", "11-20"), None)
    assert len(log["sha256"]) == 64
    assert answer.headers["cache-control"] == "no-store"
    ((action, reason, details),) = office.rows(
        "SELECT action, reason, details FROM audit ORDER BY audit_id DESC LIMIT 1"
    )
    assert (action, reason, log_id in details) == ("log.view", "complaint 7", True)


@pytest.mark.parametrize(
    ("log_id", "sentence"),
    [
        ("2026-09-01.1.1", "kept for 30 days"),
        ("2026-11-23.2000000000.1", "may have been deleted"),
        ("nonsense", "not the ID of a log"),
    ],
)
def test_a_log_that_is_not_there_says_why(server: TestServer, log_id: str, sentence: str) -> None:
    answer = server.request("GET", f"/api/logs/{log_id}", headers=server.signed_in())

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert sentence in answer.json()["detail"]
    assert server.value("SELECT count(*) FROM audit") == 0
