"""CSV: what is in the database, row for row; no formula; on record before the first byte."""

import asyncio
import csv
import io
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfhserver.audit.log import Audit
from wfhserver.days import RetentionCalendar
from wfhserver.errors import ExportError
from wfhserver.exports import csv_exports
from wfhserver.exports.csv_exports import CsvExports, CsvOrder, LineEnds
from wfhserver.models.users import Role, Scope
from wfhserver.offsets import offsets_of
from wfhserver.storage.postgres.connection import Database
from wfhserver.storage.postgres.exports import HeartbeatFilter, Sink
from wfhserver.testing import NOW, TestServer, bearer, heartbeat_body, log_request, screenshot_bytes

NAMES = ("alice", '=HYPERLINK("https://evil.example")', "-2+3", "Jürgen, 王伟", 'a "b"\nc')
FORMULAS = ("=1", "+1", "-1", "@x", "\t=1", "\r1", "\n1", " =1", "\N{FULLWIDTH EQUALS SIGN}1")
# Cells may begin there where a list is separated by semicolons or tabs.
SEPARATED = {"a;=1": "a;'=1", "a; @x;b": "a;' @x;b", "a\t+1;-2": "a\t'+1;'-2", "a\n-1": "a\n'-1",
             ";=1": ";'=1"}  # fmt: skip


@given(st.text('a,"\n', max_size=40), st.lists(st.integers(0, 40), max_size=6))
def test_only_the_ends_of_rows_are_changed(text: str, cuts: list[int]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([[text, "x"], ["y", text]])
    whole, lines = out.getvalue().encode(), LineEnds()
    edges = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})

    pieces = [lines.convert(whole[a:b]) for a, b in itertools.pairwise(edges)]

    expected = io.StringIO()
    csv.writer(expected, lineterminator="\r\n").writerows([[text, "x"], ["y", text]])
    assert b"".join(pieces) == expected.getvalue().encode()


@pytest.fixture
def office(server: TestServer) -> TestServer:
    """A log and a heartbeat of people whose names are a trial for a spreadsheet."""
    tokens = {name: server.agent_token(name, "pc") for name in NAMES}

    async def scenario(client: httpx.AsyncClient) -> None:
        for number, (name, token) in enumerate(tokens.items()):
            who = {"username": name, "hostname": "pc"}
            absent = {"public_ip": "=cmd|' /C calc'!A0"}
            zone = "+05:45" if number else "Europe/Lisbon"
            sent = log_request(token, screenshot_bytes(), **who, absent=absent, time_zone=zone)
            assert (await client.post("/api/log", **sent)).status_code == 201
            body = heartbeat_body(**who, timestamp=f"2026-11-23T{8 + number:02}:00:00Z")
            answer = await client.post("/api/heartbeat", json=body, headers=bearer(token))
            assert answer.status_code == 200

    server.run(scenario)
    return server


def read(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def export(
    server: TestServer, name: str = "logs", role: Role = Role.ADMIN, **query: Any
) -> httpx.Response:
    headers = server.signed_in(role, f"{role} {name} {query}")
    return server.request("GET", f"/api/exports/{name}.csv", params=query, headers=headers)


def test_logs_read_back_are_those_of_the_database(office: TestServer) -> None:
    answer = export(office)
    rows = read(answer)

    assert [row["employee"].removeprefix("'") for row in rows] == [*NAMES]
    row = rows[0]
    assert (row["workday"], row["slot"], row["screenshot"]) == ("2026-11-23", "1", "taken")
    assert (row["local_ip"], row["public_ip"]) == ("192.168.1.20", "203.0.113.7")
    assert (row["country"], row["city"], row["latitude"]) == ("AT", "Graz", "")
    assert row["timestamp UTC"] == "2026-11-23 11:40:12"
    assert [row["time_zone"] for row in rows[:2]] == ["Europe/Lisbon", "'+05:45"]
    assert office.request(
        "GET", f"/api/logs/{row['log_id']}", headers=office.signed_in()
    ).is_success
    assert answer.headers["x-rows"] == "5"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="logs-2026-10-24-to-2026-11-24.csv"'
    )


def test_no_field_is_a_formula(office: TestServer) -> None:
    for name in ("logs", "heartbeats"):
        fields = [field for row in read(export(office, name)) for field in row.values()]
        assert not [each for each in fields if each.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("name", FORMULAS)
def test_whatever_begins_a_formula_is_text(server: TestServer, name: str) -> None:
    token = server.agent_token(name, "pc")
    body = heartbeat_body(username=name, hostname="pc", status="-")
    server.request("POST", "/api/heartbeat", json=body, headers=bearer(token))

    (row,) = read(export(server, "heartbeats"))

    assert (row["employee"], row["hostname"], row["status"]) == (f"'{name}", "pc", "'-")


def test_a_cell_that_another_separator_would_make_is_text(server: TestServer) -> None:
    for name in SEPARATED:
        token = server.agent_token(name, "pc")
        reasons = {"public_ip": "no answer", "=1+1": "made up"}
        request = log_request(token, username=name, hostname="pc", absent=reasons)
        assert server.request("POST", "/api/log", **request).status_code == 201

    rows = read(export(server))

    assert {row["employee"] for row in rows} == {*SEPARATED.values()}
    assert {row["absent"] for row in rows} == {"'=1+1: made up; public_ip: no answer"}


def test_every_row_ends_as_the_standard_says(office: TestServer) -> None:
    content = export(office).content

    # The header, five rows, and a name with a line break, which stays as it is.
    assert content.count(b"\r\n") == 6
    assert content.count(b"\n") == 7


def test_times_are_in_the_zone_that_is_asked_for(office: TestServer) -> None:
    (row,) = read(export(office, "heartbeats", employee="alice", zone="Asia/Tokyo"))

    assert row["timestamp Asia/Tokyo"] == "2026-11-23 17:00:00"


def test_days_of_heartbeats_are_those_of_the_zone(office: TestServer) -> None:
    day = {"from": "2026-11-23", "to": "2026-11-23"}

    assert len(read(export(office, "heartbeats", **day))) == 5
    # There it is the 24th from ten o'clock on.
    assert len(read(export(office, "heartbeats", zone="Pacific/Kiritimati", **day))) == 2


def test_an_export_is_on_record_with_whom_it_concerns(office: TestServer) -> None:
    read(export(office, screenshot="taken", reason="payroll"))
    read(export(office, "heartbeats", employee="alice"))

    ids = sorted(row[0] for row in office.rows("SELECT employee_id FROM employees"))
    alice = office.value("SELECT employee_id FROM employees WHERE username = 'alice'")
    assert office.rows("SELECT action, employee_ids, reason, details FROM audit ORDER BY 1, 4") == [
        ("export.csv", [alice], None, f'{{"what":"heartbeats","employee":{alice},"rows":1}}'),
        ("export.csv", ids, "payroll", '{"what":"logs","screenshot":"taken","rows":5}'),
    ]


def test_a_manager_exports_only_their_own_team(office: TestServer) -> None:
    assert read(export(office, "logs", Role.MANAGER)) == []
    assert read(export(office, "heartbeats", Role.MANAGER)) == []


def test_a_program_exports_with_a_key_of_that_scope(office: TestServer) -> None:
    headers = office.signed_in()
    keys = {
        scope: office.request(
            "POST", "/api/keys", json={"label": "payroll", "scope": scope}, headers=headers
        ).json()["key"]
        for scope in Scope
    }

    answer = office.request("GET", "/api/exports/logs.csv", headers=bearer(keys[Scope.EXPORT]))
    other = office.request("GET", "/api/exports/logs.csv", headers=bearer(keys[Scope.AUDIT]))

    assert len(read(answer)) == 5
    assert (other.status_code, other.json()["code"]) == (401, "token_unknown")
    actor = office.value("SELECT actor FROM audit WHERE action = 'export.csv'")
    assert actor == "user:admin key:payroll"


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({"zone": "Mars/Olympus"}, 422, "zone"),
        ({"zone": "../etc/passwd"}, 422, "zone"),
        ({"from": "2026-11-23", "to": "2026-11-22"}, 422, "from"),
        ({"employee": "nobody"}, 404, "employee"),
    ],
)
def test_what_cannot_be_exported_is_a_sentence(
    office: TestServer, query: dict[str, str], status: int, field: str
) -> None:
    for name in ("logs", "heartbeats"):
        answer = export(office, name, **query)
        assert (answer.status_code, answer.json()["field"]) == (status, field)
        office.execute("DELETE FROM sessions; DELETE FROM users")
    assert office.value("SELECT count(*) FROM audit") == 0


def test_a_client_that_goes_away_leaves_no_connection_behind(office: TestServer) -> None:
    headers = office.signed_in()
    at_work = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND query ILIKE 'COPY%'"
    )

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        async def go_away() -> None:
            async with asyncio.timeout(0):
                await client.get("/api/exports/logs.csv", headers=headers)

        for _ in range(8):
            await asyncio.gather(go_away(), return_exceptions=True)
        answers = [await client.get("/api/exports/logs.csv", headers=headers) for _ in range(6)]
        return [answer.status_code for answer in answers]

    assert office.run(scenario) == [200] * 6
    assert office.value(at_work) == 0


def test_a_browser_that_does_not_know_its_zone_gets_the_servers(office: TestServer) -> None:
    rows = read(export(office, zone="Etc/Unknown"))

    assert rows == read(export(office, zone="UTC"))


def test_the_hour_that_comes_twice_has_an_offset(server: TestServer) -> None:
    server.clock.pause(-20 * 24 * 3600)
    token, other = server.agent_token(), server.agent_token("bob", "laptop-8")
    moments = [f"2026-10-25T{hour:02}:30:00Z" for hour in (0, 1)]
    for number, moment in enumerate(moments):
        sent = heartbeat_body(timestamp=moment, seq=number + 1)
        server.request("POST", "/api/heartbeat", json=sent, headers=bearer(token))
    for number, moment in enumerate(moments):
        sent = {"timestamp": moment, "workday": "2026-10-25", "slot": number + 1}
        names = {"username": "bob", "hostname": "laptop-8"}
        answer = server.request("POST", "/api/log", **log_request(other, **sent, **names))
        assert answer.status_code == 201, answer.text

    zone = {"zone": "Europe/Vienna"}
    heartbeats = sorted(
        read(export(server, "heartbeats", **zone)), key=lambda row: row["timestamp_offset"]
    )
    logs = read(export(server, "logs", **zone))

    for rows in (heartbeats[::-1], logs):
        assert {row["timestamp Europe/Vienna"] for row in rows} == {"2026-10-25 02:30:00"}
        assert [row["timestamp_offset"] for row in rows] == ["UTC+02:00", "UTC+01:00"]
    assert {row["received_at_offset"] for row in logs} == {"UTC+01:00"}


@pytest.mark.parametrize(
    ("zone", "days", "changes", "offsets"),
    [
        ("UTC", 400, [], ["UTC+00:00"]),
        ("Asia/Kathmandu", 400, [], ["UTC+05:45"]),
        (
            "Europe/Vienna",
            400,
            ["2026-03-29T01:00:00+00:00", "2026-10-25T01:00:00+00:00"],
            ["UTC+01:00", "UTC+02:00", "UTC+01:00"],
        ),
        ("America/St_Johns", 80, ["2026-03-08T05:30:00+00:00"], ["UTC-03:30", "UTC-02:30"]),
    ],
)
def test_the_moments_at_which_a_zone_changes(
    zone: str, days: int, changes: list[str], offsets: list[str]
) -> None:
    first = datetime(2026, 1, 1, 7, 13, 21, tzinfo=UTC)

    found = offsets_of(ZoneInfo(zone), first, first + timedelta(days=days))

    assert ([each.isoformat() for each in found[0]], found[1]) == (changes, offsets)


class _Connection:
    """Replaces one of PostgreSQL's; its rows never end."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()

    def terminate(self) -> None:
        self.ended.set()


def test_who_stops_reading_gives_the_place_and_the_connection_back(
    server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def endless(_: Any, __: Any, ___: str, sink: Sink, ____: Any) -> None:
        while True:
            await sink(b"a,b\n")

    async def main() -> None:
        database = Database(server.url or "", connections=1)
        calendar = RetentionCalendar(clock=server.clock, zone=UTC, retention_days=30)
        exports = CsvExports(database, Audit(database, server.clock), calendar)
        exports._running, connection = 1, _Connection()
        wanted = HeartbeatFilter(NOW, NOW)
        order = CsvOrder(file_name="", wanted=wanted, header=b"", details=lambda _: {})
        pieces = exports._pieces(connection, order, "UTC")  # type: ignore[arg-type]

        await anext(pieces)
        await connection.ended.wait()

        assert exports._running == 0
        with pytest.raises(ExportError, match="read nothing"):
            async for _ in pieces:
                pass
        assert exports._running == 0

    monkeypatch.setattr(csv_exports, "_STALLED_SECONDS", 0.01)
    monkeypatch.setattr(csv_exports.exports, "copy", endless)
    asyncio.run(main())
