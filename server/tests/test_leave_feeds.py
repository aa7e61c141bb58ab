"""Leave from calendars by URL: whose it is, what is stored, and what is refused."""

import asyncio
import ipaddress
import threading
from collections.abc import Iterator
from datetime import UTC, date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from wfhserver.days import RetentionCalendar
from wfhserver.models.users import Role
from wfhserver.schedules import feed_process, feed_reader
from wfhserver.schedules.feed_match import Matcher
from wfhserver.schedules.feed_process import read_calendar
from wfhserver.schedules.leave_feeds import LeaveFeeds
from wfhserver.storage.postgres.connection import Database
from wfhserver.storage.postgres.leave_feeds import NamedEmployee
from wfhserver.testing import StillClock, TestServer

FIRST, LAST = date(2026, 10, 23), date(2027, 11, 24)
Headers = dict[str, str]


def calendar(*events: str) -> bytes:
    """Return an iCalendar file of events, each as lines such as `SUMMARY:x|DTSTART:...`."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"]
    for number, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{number}@test", "DTSTAMP:20260101T000000Z"]
        lines += [*event.split("|"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def day(summary: str, first: str, end: str | None = None, *more: str) -> str:
    lines = [f"SUMMARY:{summary}", f"DTSTART;VALUE=DATE:{first}"]
    lines += [f"DTEND;VALUE=DATE:{end}"] if end else []
    return "|".join([*lines, *more])


class Site:
    """A web server with one calendar, and what it was asked."""

    def __init__(self, address: str) -> None:
        self.url = f"http://{address}/secret-token/leave.ics"
        self.content = b""
        self.status = 200
        self.location: str | None = None
        self.requests: list[str] = []


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.requests.append(self.path)
            self.send_response(found.status)
            if found.location is not None:
                self.send_header("Location", found.location)
            self.send_header("Content-Length", str(len(found.content)))
            self.end_headers()
            self.wfile.write(found.content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        found = Site(f"127.0.0.1:{web.server_port}")
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        yield found
        web.shutdown()
        thread.join()


@pytest.fixture
def admin(server: TestServer) -> Headers:
    """An administrator of a server that may reach this machine, with four employees."""
    server.settings["outgoing_networks"] = (ipaddress.ip_network("127.0.0.0/8"),)
    headers = server.signed_in(Role.ADMIN)
    csv = "username,display_name,email\nanna,Anna Gruber,anna@example.com\nbob,Bob Ray,\n"
    csv += "sam1,Sam Lee,\nsam2,Sam Lee,\n"
    answer = server.request("POST", "/api/employees/import", json={"csv": csv}, headers=headers)
    assert answer.is_success
    return headers


def add(server: TestServer, headers: Headers, url: str, **more: Any) -> httpx.Response:
    body = {"name": "HR", "url": url, **more}
    return server.request("POST", "/api/leave/feeds", json=body, headers=headers)


def read(server: TestServer, headers: Headers) -> Any:
    """Read the only calendar, and return its row in the list."""
    number = server.value("SELECT feed_id FROM leave_feeds")
    done = server.request("POST", f"/api/leave/feeds/{number}/read", headers=headers)
    assert done.status_code == 204
    (row,) = server.request("GET", "/api/leave/feeds", headers=headers).json()["feeds"]
    return row


def stored(server: TestServer) -> list[tuple[str, str, str]]:
    return [
        tuple(row)
        for row in server.rows(
            "SELECT username, first_day::text, last_day::text FROM leave_ranges"
            " JOIN employees USING (employee_id) ORDER BY username, first_day"
        )
    ]


def test_events_are_leave_of_whom_they_name_and_no_title_is_stored(
    server: TestServer, admin: Headers, site: Site
) -> None:
    site.content = calendar(
        day("Surgery", "20261207", "20261210", "ATTENDEE;CN=Anna:mailto:Anna@Example.com"),
        day("Bob Ray - Vacation", "20261224", "20270102"),
        day("Sick leave: sam1", "20261201"),
        day("Sam Lee (half day)", "20261202"),
        day("Company party", "20261218"),
        day("Anna Gruber", "20261220", "20261222", "STATUS:CANCELLED"),
    )
    assert add(server, admin, site.url).status_code == 201

    row = read(server, admin)

    assert stored(server) == [
        ("anna", "2026-12-07", "2026-12-09"),
        ("bob", "2026-12-24", "2027-01-01"),
        ("sam1", "2026-12-01", "2026-12-01"),
    ]
    assert (row["range_count"], row["unmatched_count"], row["problem"]) == (3, 2, None)
    assert (row["host"], row["employee"]) == ("127.0.0.1", None)
    assert "secret-token" not in str(row)
    for table in ("leave_ranges", "leave_feeds", "audit"):
        found = str(server.rows(f"SELECT * FROM {table}"))
        assert not any(word in found for word in ("Surgery", "Vacation", "Sick", "half day"))
    (leave, *_) = server.request("GET", "/api/leave", headers=admin).json()["leave"]
    assert (leave["username"], leave["feed"]) == ("sam1", "HR")


def test_a_calendar_of_one_employee_needs_no_names(
    server: TestServer, admin: Headers, site: Site
) -> None:
    site.content = calendar(day("x", "20261207"), day("y", "20261208"), day("z", "20261210"))
    bob = server.value("SELECT employee_id FROM employees WHERE username = 'bob'")
    add(server, admin, site.url, employee_id=bob)

    row = read(server, admin)

    assert stored(server) == [
        ("bob", "2026-12-07", "2026-12-08"),
        ("bob", "2026-12-10", "2026-12-10"),
    ]
    assert row["employee"]["display_name"] == "Bob Ray"


def test_what_changes_in_the_calendar_changes_here_and_nothing_else_does(
    server: TestServer, admin: Headers, site: Site
) -> None:
    site.content = calendar(day("anna", "20261207"), day("bob", "20261207"))
    add(server, admin, site.url)
    read(server, admin)
    before = dict(server.rows("SELECT username, calendar_revision FROM employees"))
    site.content = calendar(day("anna", "20261207"), day("bob", "20261209"))

    read(server, admin)
    read(server, admin)

    after = dict(server.rows("SELECT username, calendar_revision FROM employees"))
    assert stored(server)[1] == ("bob", "2026-12-09", "2026-12-09")
    assert {name for name in after if after[name] != before[name]} == {"bob"}
    bob = server.value("SELECT employee_id FROM employees WHERE username = 'bob'")
    entries = server.rows(
        "SELECT actor, employee_ids FROM audit WHERE action = 'leave_feed.read' ORDER BY audit_id"
    )
    assert [people for _, people in entries][1:] == [[bob]]


def test_a_deleted_calendar_takes_its_leave_with_it(
    server: TestServer, admin: Headers, site: Site
) -> None:
    site.content = calendar(day("anna", "20261207"))
    number = add(server, admin, site.url).json()["feed_id"]
    read(server, admin)
    anna = server.value("SELECT employee_id FROM employees WHERE username = 'anna'")
    own = {"employee_id": anna, "first_day": "2026-12-07", "last_day": "2026-12-07"}
    assert server.request("POST", "/api/leave", json=own, headers=admin).status_code == 201
    from_feed = server.value("SELECT leave_id FROM leave_ranges WHERE feed_id IS NOT NULL")
    refused = server.request("DELETE", f"/api/leave/{from_feed}", headers=admin)

    gone = server.request("DELETE", f"/api/leave/feeds/{number}", headers=admin)

    assert (refused.status_code, gone.status_code) == (409, 204)
    assert stored(server) == [("anna", "2026-12-07", "2026-12-07")]
    assert server.value("SELECT count(*) FROM leave_ranges WHERE feed_id IS NOT NULL") == 0


@pytest.mark.parametrize(
    ("content", "status", "problem"),
    [
        (b"<html>Sign in</html>", 200, "127.0.0.1: what it answers is not an iCalendar file"),
        (b"", 404, "127.0.0.1: it answers with status 404"),
        (
            b"x" * (feed_reader.LIMIT_BYTES + 1),
            200,
            "127.0.0.1: the answer is larger than 5242880 bytes",
        ),
        (
            calendar(day("anna", "20200101", None, "RRULE:FREQ=DAILY;BYHOUR=1,2,3")) * 2,
            200,
            None,
        ),
    ],
    ids=["no calendar", "not found", "too large", "two calendars"],
)
def test_a_calendar_that_cannot_be_read_leaves_the_leave_as_it_is(
    server: TestServer,
    admin: Headers,
    site: Site,
    content: bytes,
    status: int,
    problem: str | None,
) -> None:
    site.content = calendar(day("bob", "20261207"))
    add(server, admin, site.url)
    read(server, admin)
    site.content, site.status = content, status

    row = read(server, admin)

    assert row["problem"] == problem
    if problem is not None:
        assert stored(server) == [("bob", "2026-12-07", "2026-12-07")]


def test_a_calendar_that_repeats_for_ever_ends_its_process_and_not_the_server(
    server: TestServer, admin: Headers, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_reader, "_SECONDS", 2.0)
    site.content = calendar("SUMMARY:x|DTSTART:19700101T000000Z|RRULE:FREQ=SECONDLY")
    add(server, admin, site.url)

    row = read(server, admin)

    assert row["problem"] == "127.0.0.1: reading the calendar takes too much time or memory"


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/x.ics", "https://10.1.2.3/x.ics", "https://[::1]/x.ics", "file:///etc/x"],
)
def test_a_private_address_is_refused_without_a_request(
    server: TestServer, admin: Headers, site: Site, url: str
) -> None:
    server.settings["outgoing_networks"] = ()
    for given in (url, site.url):
        answer = add(server, admin, given)
        assert (answer.status_code, answer.json()["field"]) == (422, "url")
    assert site.requests == []
    assert server.value("SELECT count(*) FROM leave_feeds") == 0


def test_a_redirect_to_a_private_address_is_not_followed(
    server: TestServer, admin: Headers, site: Site
) -> None:
    add(server, admin, site.url)
    site.status, site.location = 302, "http://10.1.2.3/internal"

    row = read(server, admin)

    assert "10.1.2.3 has the address 10.1.2.3, which is not public" in row["problem"]
    assert len(site.requests) == 1


def test_two_calendars_cannot_have_one_name_and_an_employee_has_to_exist(
    server: TestServer, admin: Headers, site: Site
) -> None:
    add(server, admin, site.url)
    twice, nobody = add(server, admin, site.url), add(server, admin, site.url, employee_id=999)

    assert (twice.status_code, twice.json()["field"]) == (409, "name")
    assert (nobody.status_code, nobody.json()["field"]) == (422, "employee_id")


def test_only_administrators_add_calendars(server: TestServer, admin: Headers, site: Site) -> None:
    manager = server.signed_in(Role.MANAGER)

    assert add(server, manager, site.url).status_code == 403
    assert server.request("GET", "/api/leave/feeds", headers=manager).status_code == 403


def test_each_calendar_is_read_once_an_hour_by_one_worker(
    server: TestServer, admin: Headers, site: Site, clock: StillClock
) -> None:
    site.content = calendar(day("anna", "20261207"))
    add(server, admin, site.url)

    def look() -> int:
        async def main() -> int:
            database = Database(server.url or "", connections=2)
            await database.open()
            feeds = LeaveFeeds(
                database,
                RetentionCalendar(clock=clock, zone=UTC, retention_days=30),
                server.settings["outgoing_networks"],
            )
            found = await asyncio.gather(feeds.look(), feeds.look())
            await database.close()
            return sum(found)

        return asyncio.run(main())

    server.execute("UPDATE leave_feeds SET fetched_at = NULL")
    first, again = look(), look()
    clock.time += timedelta(hours=1)

    assert (first, again, look()) == (1, 0, 1)
    assert stored(server) == [("anna", "2026-12-07", "2026-12-07")]


@pytest.mark.parametrize(
    ("event", "days"),
    [
        (day("x", "20261224", "20261227"), [("12-24", "12-26")]),
        (day("x", "20261224"), [("12-24", "12-24")]),
        (day("x", "20200101", "20270301"), [("10-23", "02-28")]),
        (
            day("x", "20261230", None, "RRULE:FREQ=WEEKLY;COUNT=2"),
            [("12-30", "12-30"), ("01-06", "01-06")],
        ),
        (
            day("x", "20261130", None, "RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20261201"),
            [("11-30", "11-30"), ("12-02", "12-02")],
        ),
        ("SUMMARY:x|DTSTART:20261130T000000Z|DTEND:20261202T000000Z", [("11-30", "12-01")]),
        ("SUMMARY:x|DTSTART:20261130T120000Z|DTEND:20261202T120000Z", [("12-01", "12-01")]),
        ("SUMMARY:x|DTSTART;TZID=Asia/Kolkata:20261130T000000|DURATION:P1D", [("11-30", "11-30")]),
        ("SUMMARY:x|DTSTART:20261130T090000Z|DTEND:20261130T170000Z", []),
        (day("x", "20200101"), []),
        ("SUMMARY:x|DTSTART;VALUE=DATE:20261399", []),
        ("SUMMARY:x", []),
    ],
)
def test_whole_days_of_events_count_and_repeat(event: str, days: list[tuple[str, str]]) -> None:
    result = read_calendar(calendar(event), FIRST, LAST)

    assert result.problem is None
    assert [(f"{each.first:%m-%d}", f"{each.last:%m-%d}") for each in result.events] == days


def test_a_daily_event_that_began_long_ago_is_bounded_to_the_window() -> None:
    event = day("x", "19000101", None, "RRULE:FREQ=DAILY")

    result = read_calendar(calendar(event), FIRST, LAST)

    assert len(result.events) == (LAST - FIRST).days + 1


def test_more_events_than_a_company_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_process, "EVENT_LIMIT", 2)

    result = read_calendar(calendar(*[day("x", "20261224")] * 3), FIRST, LAST)

    assert (result.problem, result.events) == ("limit", [])


@pytest.mark.parametrize(
    ("summary", "whose"),
    [
        ("Anna Gruber", 1),
        ("anna gruber \N{EN DASH} Urlaub", 1),
        ("Urlaub (Anna Gruber)", 1),
        ("Out: anna@example.com", 1),
        ("anna", 1),
        ("Anna Grubers Geburtstag", None),
        ("Sam Lee", None),
        ("Anna Gruber / Bob Ray", None),
        ("", None),
    ],
)
def test_a_title_names_one_employee_as_a_whole(summary: str, whose: int | None) -> None:
    matcher = Matcher(
        [
            NamedEmployee(1, "anna", "Anna Gruber", "anna@example.com"),
            NamedEmployee(2, "bob", "Bob Ray", None),
            NamedEmployee(3, "sam1", "Sam Lee", None),
            NamedEmployee(4, "sam2", "Sam Lee", None),
        ]
    )
    (event,) = read_calendar(calendar(day(summary, "20261224")), FIRST, LAST).events

    assert matcher.employee_of(event) == whose


def test_a_calendar_address_is_https() -> None:
    assert feed_reader.feed_url(" webcal://example.com/x.ics ") == "https://example.com/x.ics"
