"""Legal holds: what is held stays through retention, visibly, and goes after the release."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, timedelta
from typing import Any

import httpx
import pytest

from wfhserver.audit.log import verify
from wfhserver.days import RetentionCalendar
from wfhserver.models.users import Role
from wfhserver.retention.holds import HoldChanges
from wfhserver.retention.run import Retention, RetentionResult
from wfhserver.screenshots.folder import FolderStore
from wfhserver.screenshots.store import thumbnail_key
from wfhserver.storage.postgres.retention import PostgresRetention
from wfhserver.storage.postgres.storage import PostgresStorage
from wfhserver.testing import (
    NOW,
    TestServer,
    bearer,
    heartbeat_body,
    log_request,
    screenshot_bytes,
    trusting,
)

Run = Callable[..., RetentionResult]
REASON = "Doe v. Example Ltd."


@pytest.fixture
def run(own_server: TestServer) -> Run:
    """Run retention once, at the time of the clock."""

    async def once(*, dry_run: bool, retention_days: int) -> RetentionResult:
        storage = PostgresStorage(own_server.url, connections=2)
        await storage.open()
        try:
            calendar = RetentionCalendar(
                clock=own_server.clock, zone=UTC, retention_days=retention_days
            )
            store = FolderStore(own_server.settings["data_directory"] / "screenshots")
            retention = Retention(
                storage.retention, store, calendar, trusting(own_server.clock), audit_days=365
            )
            return await retention.run(dry_run=dry_run)
        finally:
            await storage.close()

    return lambda dry_run=False, days=30: asyncio.run(once(dry_run=dry_run, retention_days=days))


def work_of(server: TestServer, *names: str) -> None:
    """Store a heartbeat, a log with a screenshot and a missed slot of today for each."""
    today = server.clock.time
    requests = []
    for name in names:
        token = server.agent_token(name)
        missed = [{"workday": (today - timedelta(days=3)).date().isoformat(), "slot": 1,
                   "reason": "off"}]  # fmt: skip
        heartbeat = heartbeat_body(username=name, timestamp=today.isoformat(), missed=missed)
        day = {"workday": today.date().isoformat(), "timestamp": today.isoformat()}
        requests.append(
            (heartbeat, log_request(token, screenshot_bytes(), username=name, **day), token)
        )

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        answers = []
        for heartbeat, shot, token in requests:
            answers.append(
                await client.post("/api/heartbeat", json=heartbeat, headers=bearer(token))
            )
            answers.append(await client.post("/api/log", **shot))
        return [answer.status_code for answer in answers]

    assert server.run(scenario) == [200, 201] * len(names)
    server.add_thumbnails()


def hold(server: TestServer, name: str, *, release: bool = False) -> None:
    async def change(connection: Any) -> None:
        employee = await connection.fetchval(
            "SELECT employee_id FROM employees WHERE username = $1", name
        )
        holds = HoldChanges(connection, actor="cli:root", at=server.clock.now())
        await (holds.release(employee) if release else holds.place(employee, REASON))

    server.sql(change)


def later(server: TestServer, days: int) -> None:
    server.clock.time = NOW + timedelta(days=days)


def whose(server: TestServer) -> dict[str, list[str]]:
    """Return whose rows there are, as every query of the product finds them."""
    tables = ("employee_heartbeats", "employee_logs", "employee_missed_logs")
    sql = (
        "SELECT e.username FROM {} JOIN agents USING (agent_id)"
        " JOIN employees AS e USING (employee_id) ORDER BY 1"
    )
    return {table: [name for (name,) in server.rows(sql.format(table))] for table in tables}


def test_data_on_hold_stays_and_all_other_data_is_deleted(own_server: TestServer, run: Run) -> None:
    work_of(own_server, "alice", "bob")
    hold(own_server, "alice")
    key = own_server.value(
        "SELECT screenshot_path FROM employee_logs JOIN agents USING (agent_id)"
        " JOIN employees USING (employee_id) WHERE username = 'alice'"
    )
    own_server.count_attendance()
    assert own_server.value("SELECT count(*) FROM attendance_days") == 2
    later(own_server, 31)
    counted = asdict(run(dry_run=True))
    done = asdict(run())

    assert whose(own_server) == {
        "employee_heartbeats": ["alice"],
        "employee_logs": ["alice"],
        "employee_missed_logs": ["alice"],
    }
    assert own_server.rows(
        "SELECT username FROM attendance_days JOIN employees USING (employee_id)"
    ) == [("alice",)]
    shots = own_server.settings["data_directory"] / "screenshots"
    assert sorted(own_server.files()) == [shots / key, shots / thumbnail_key(key)]
    assert (done["partitions_dropped"], done["screenshots_deleted"]) == (2 * 31, 1)
    assert {**counted, "dry_run": False, "partitions_made": done["partitions_made"]} == done


def test_the_views_show_data_on_hold(own_server: TestServer, run: Run) -> None:
    work_of(own_server, "alice")
    hold(own_server, "alice")
    later(own_server, 40)
    run()

    for view in ("heartbeats_by_employee", "logs_by_employee"):
        assert own_server.value(f"SELECT username FROM {view}") == "alice"


def test_the_dashboard_shows_and_marks_data_on_hold(own_server: TestServer, run: Run) -> None:
    work_of(own_server, "alice", "bob")
    hold(own_server, "alice")
    alice = own_server.value("SELECT employee_id FROM employees WHERE username = 'alice'")
    later(own_server, 40)
    run()
    headers = own_server.signed_in()
    day, known = "2026-11-23", f"/api/employees/{alice}"

    def ask(path: str) -> Any:
        return own_server.request("GET", path, headers=headers)

    page = ask(f"/api/logs?from={day}&to={day}&kind=any")
    assert page.status_code == 200, page.text
    logs = page.json()["rows"]
    by_default = ask("/api/logs").json()["rows"]
    person = ask(known).json()
    shown = ask(f"{known}/days/{day}")
    csv = ask(f"/api/exports/heartbeats.csv?from={day}&to={day}")

    assert [(row["username"], row["kind"], row["held"]) for row in logs] == [("alice", "log", True)]
    assert own_server.request("GET", logs[0]["thumbnail_url"], headers=headers).status_code == 200
    assert by_default == []
    assert person["held_since"] == "2026-11-23T12:00:00Z"
    assert [each["workday"] for each in person["days"]] == [day, "2026-11-20"]
    assert shown.status_code == 200
    assert (csv.status_code, "alice" in csv.text) == (200, True)
    assert ask("/api/logs?from=2026-10-01").json()["code"] == "outside_retention"


def test_days_go_on_hold_one_after_the_other_and_are_deleted_after_the_release(
    own_server: TestServer, run: Run
) -> None:
    for day in (0, 1, 5):
        later(own_server, day)
        run()
        own_server.execute(
            "INSERT INTO employees (username, created_at) VALUES ('alice', now())"
            " ON CONFLICT DO NOTHING"
        )
        work_of(own_server, "alice")
        hold(own_server, "alice")
    for day in range(31, 38):
        later(own_server, day)
        run()
    on_hold = whose(own_server)
    hold(own_server, "alice", release=True)
    released = run()

    assert on_hold["employee_logs"] == ["alice"] * 3
    assert on_hold["employee_heartbeats"] == ["alice"] * 3
    assert released.released_rows_deleted == 6
    assert released.screenshots_deleted == released.thumbnails_deleted == 3
    assert set(map(tuple, whose(own_server).values())) == {()}
    assert own_server.files() == []
    assert run().released_rows_deleted == 0


def test_a_hold_that_ends_before_the_day_goes_keeps_nothing(
    own_server: TestServer, run: Run
) -> None:
    work_of(own_server, "alice")
    hold(own_server, "alice")
    hold(own_server, "alice", release=True)
    later(own_server, 31)
    run()

    assert whose(own_server)["employee_logs"] == []


def test_a_longer_retention_over_days_that_are_gone_is_no_error(
    own_server: TestServer, run: Run
) -> None:
    work_of(own_server, "alice")
    hold(own_server, "alice")
    later(own_server, 31)
    run()

    longer = run(days=60)

    assert longer.done
    assert whose(own_server)["employee_logs"] == ["alice"]


def test_the_audit_keeps_entries_about_an_employee_on_hold_and_stays_a_chain(
    own_server: TestServer, run: Run
) -> None:
    own_server.add_user("anna", Role.ADMIN)
    work_of(own_server, "alice", "bob")
    own_server.clock.time = NOW - timedelta(days=1)
    hold(own_server, "bob")
    own_server.clock.time = NOW
    hold(own_server, "alice")
    hold(own_server, "bob", release=True)
    later(own_server, 400)

    first = run()
    hold(own_server, "alice", release=True)
    second = run()

    # Bob's first row went; what came after alice's stays with hers.
    assert (first.audit_rows_deleted, second.audit_rows_deleted) == (1, 2)
    verdict = own_server.sql(verify)
    assert (verdict.removed, verdict.problem) == (3, None)
    assert [row[0] for row in own_server.rows("SELECT action FROM audit ORDER BY audit_id")] == [
        *("audit.retention", "hold.release", "audit.retention")
    ]


def test_sessions_and_attempts_that_matter_no_more_go(own_server: TestServer, run: Run) -> None:
    own_server.signed_in()
    own_server.execute("INSERT INTO login_attempts (subject, at) VALUES ('user:x', $1)", NOW)
    soon = run()
    later(own_server, 1)
    gone = run()

    assert (soon.sessions_deleted, soon.login_attempts_deleted) == (0, 0)
    assert (gone.sessions_deleted, gone.login_attempts_deleted) == (1, 1)


class Killed(BaseException):
    """The worker died here."""


def test_a_run_that_is_killed_anywhere_is_finished_by_the_next(
    own_server: TestServer, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_of(own_server, "alice", "bob")
    hold(own_server, "alice")
    later(own_server, 31)
    steps = Countdown()
    steps.watch(monkeypatch)

    kills = 0
    while True:  # One step further each time.
        steps.left = kills
        try:
            assert run().done
        except Killed:
            kills += 1
        else:
            break

    steps.left = -1
    assert kills >= 10
    assert whose(own_server)["employee_logs"] == whose(own_server)["employee_missed_logs"] == [
        "alice"
    ]  # fmt: skip
    assert len(own_server.files()) == 2
    assert run().rows_without_file == 0


class Countdown:
    """Dies at the n-th step that changes something, before or after it."""

    left = 0

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        names = [
            (PostgresRetention, name)
            for name in ("make_partitions", "drop", "delete_missed", "delete_released",
                         "delete_audit", "delete_sessions", "delete_attempts", "note_run")
        ]  # fmt: skip
        for owner, name in [*names, (FolderStore, "delete"), (FolderStore, "delete_day")]:
            monkeypatch.setattr(owner, name, self._watched(getattr(owner, name)))

    def _watched(self, work: Callable[..., Any]) -> Callable[..., Any]:
        async def step(*arguments: Any, **named: Any) -> Any:
            self._count()
            result = await work(*arguments, **named)
            self._count()
            return result

        return step

    def _count(self) -> None:
        if self.left == 0:
            raise Killed
        self.left -= 1


def test_an_administrator_holds_and_releases_on_record(server: TestServer) -> None:
    server.agent_token("alice")
    number = server.value("SELECT employee_id FROM employees")
    headers = server.signed_in(Role.ADMIN, "anna")
    path = f"/api/employees/{number}/hold"

    placed = server.request("PUT", path, json={"reason": REASON}, headers=headers)
    shown = server.request("GET", "/api/retention", headers=headers).json()
    again = server.request("PUT", path, json={"reason": "another"}, headers=headers)
    ended = server.request("DELETE", path, headers=headers)
    none = server.request("DELETE", path, headers=headers)

    assert [placed.status_code, again.status_code, ended.status_code] == [204, 204, 204]
    assert (none.status_code, none.json()["code"]) == (404, "not_found")
    assert shown["holds"] == [
        {
            "employee_id": number,
            "username": "alice",
            "held_since": "2026-11-23T12:00:00Z",
            "held_by": "user:anna",
            "reason": REASON,
        }
    ]
    assert server.rows("SELECT action, reason, employee_ids FROM audit ORDER BY audit_id") == [
        ("hold.place", REASON, [number]),
        ("hold.place", "another", [number]),
        ("hold.release", None, [number]),
    ]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR])
def test_nobody_else_may(server: TestServer, role: Role) -> None:
    headers = server.signed_in(role)

    answers = [
        server.request("GET", "/api/retention", headers=headers),
        server.request("PUT", "/api/employees/1/hold", json={"reason": "x"}, headers=headers),
        server.request("DELETE", "/api/employees/1/hold", headers=headers),
    ]

    assert [answer.json()["code"] for answer in answers] == ["not_allowed"] * 3


@pytest.mark.parametrize(
    ("number", "reason", "status"), [(999, REASON, 404), (None, " ", 422), (None, "a\0b", 422)]
)
def test_a_hold_needs_an_employee_and_a_reason(
    server: TestServer, number: int | None, reason: str, status: int
) -> None:
    server.agent_token("alice")
    number = number or server.value("SELECT employee_id FROM employees")

    answer = server.request(
        "PUT",
        f"/api/employees/{number}/hold",
        json={"reason": reason},
        headers=server.signed_in(),
    )

    assert answer.status_code == status
    assert server.value("SELECT count(*) FROM legal_holds") == 0


def test_the_api_reports_what_retention_did_and_would_do(own_server: TestServer, run: Run) -> None:
    work_of(own_server, "alice")
    headers = own_server.signed_in()
    own_server.clock.time += timedelta(hours=1)
    run()
    report = previewed(own_server, headers)
    without = own_server.request("GET", "/api/retention", headers=headers).json()

    assert without["preview"] is None
    assert (report["retention_days"], report["audit_retention_days"]) == (30, 365)
    assert report["oldest_kept"] == "2026-10-24"
    assert report["last_run"]["ended_at"] == "2026-11-23T13:00:00Z"
    assert report["last_run"]["counts"]["partitions_dropped"] == 0
    assert report["last_month"].keys() == report["last_run"]["counts"].keys()
    assert report["preview"]["screenshots_deleted"] == 0


def test_a_preview_counts_what_would_go_and_deletes_nothing(own_server: TestServer) -> None:
    work_of(own_server, "alice")
    later(own_server, 31)
    own_server.believe_clock()
    headers = own_server.signed_in()

    # A partition in use is not dropped, so that the server's own run leaves something to count.
    with own_server.reading("SELECT * FROM employee_logs_20261123"):
        report = previewed(own_server, headers)["preview"]

    assert (report["screenshots_deleted"], report["thumbnails_deleted"]) == (1, 1)
    assert report["partitions_dropped"] >= 1
    assert len(own_server.files()) == 2


def previewed(server: TestServer, headers: dict[str, str]) -> dict[str, Any]:
    """Return what the API reports about retention, once the server's own run is over."""

    async def scenario(client: httpx.AsyncClient) -> dict[str, Any]:
        while True:
            answer = await client.get("/api/retention?preview=yes", headers=headers)
            report: dict[str, Any] = answer.json()
            if report["preview"] is not None:
                return report

    report: dict[str, Any] = server.run(scenario)
    return report
