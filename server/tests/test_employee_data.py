"""What a person may ask for: a copy of everything that is recorded, and its erasure."""

import asyncio
import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from wfhserver.audit.log import Entry, has_hash, record
from wfhserver.embedded.layout import SERVER_ROLE, server_url
from wfhserver.errors import Refusal
from wfhserver.exports.employee_export import EmployeeExport
from wfhserver.exports.zip_stream import ZipStream
from wfhserver.models.users import Role
from wfhserver.retention.erasure import Certificate, Erasure, text_of
from wfhserver.retention.holds import HoldChanges
from wfhserver.screenshots.folder import FolderStore
from wfhserver.storage.postgres import export_jobs
from wfhserver.storage.postgres.connection import Database
from wfhserver.storage.postgres.employee_data import _PERSON as PERSON
from wfhserver.storage.postgres.privileges import make_server_role
from wfhserver.testing import NOW, TestServer, bearer, heartbeat_body, log_request, screenshot_bytes

MEMBERS = ["README.txt", "index.html", "access.json", "employee.json", "heartbeats.json"]
# Everything of the schema that points at a person or a machine of theirs.
REFERRING = {
    "agents",
    "agent_presence",
    "agent_plugins",
    "agent_log_facts",
    "fact_alerts",
    "alerts",
    "team_members",
    "legal_holds",
    "my_data_links",
    "my_sessions",
    "enrollment_blocks",
    # Managers.
    "employees",
    "employee_import_rows",
    *("schedules", "holiday_regions", "holiday_changes", "leave_feeds", "leave_ranges"),
    "attendance_days",
    *("employee_usernames", "joined_employees"),
    # Goes with the employee.
    "departures",
}


@pytest.fixture
def tokens(server: TestServer) -> dict[str, str]:
    """Store a heartbeat, two logs and a missed slot of alice and of bob; their tokens."""
    found = {name: server.agent_token(name) for name in ("alice", "bob")}

    async def scenario(client: httpx.AsyncClient) -> None:
        for name, token in found.items():
            missed = [{"workday": "2026-11-20", "slot": 1, "reason": "off"}]
            heartbeat = heartbeat_body(username=name, missed=missed, health={"disk": "ok"})
            shots = [
                log_request(
                    token, screenshot_bytes(), username=name, extra={"idle": {"seconds": 3}}
                ),
                log_request(token, username=name),
            ]
            answers = [await client.post("/api/heartbeat", json=heartbeat, headers=bearer(token))]
            answers += [await client.post("/api/log", **shot) for shot in shots]
            assert [answer.status_code for answer in answers] == [200, 201, 201]

    server.run(scenario)
    server.add_thumbnails()
    return found


def number(server: TestServer, name: str) -> int:
    return server.value("SELECT employee_id FROM employees WHERE username = $1", name)


@asynccontextmanager
async def pool(server: TestServer) -> AsyncIterator[tuple[Database, FolderStore]]:
    database = Database(server.url or "", connections=3)
    await database.open()
    try:
        yield database, FolderStore(server.settings["data_directory"] / "screenshots")
    finally:
        await database.close()


def exported(server: TestServer, employee_id: int) -> zipfile.ZipFile:
    async def main() -> bytes:
        async with pool(server) as (database, store):
            export = EmployeeExport(database, store, server.clock)
            pieces = await export.zip_of(employee_id, actor="cli:root")
            return b"".join([piece async for piece in pieces])

    return zipfile.ZipFile(io.BytesIO(asyncio.run(main())))


def erased(server: TestServer, employee_id: int) -> Certificate:
    async def main() -> Certificate:
        async with pool(server) as (database, store):
            return await Erasure(database, store, server.clock, actor="cli:root").erase(employee_id)

    return asyncio.run(main())


def test_an_export_holds_everything_of_one_person_and_nobody_else(
    server: TestServer, tokens: dict[str, str]
) -> None:
    alice = number(server, "alice")
    key = server.value(
        "SELECT screenshot_path FROM employee_logs JOIN agents USING (agent_id)"
        " WHERE employee_id = $1 AND screenshot_path IS NOT NULL",
        alice,
    )
    view = Entry(actor="user:anna", action="screenshot.view", employee_ids=[alice], reason="why")

    async def add_view(connection: Any) -> None:
        async with connection.transaction():
            await record(connection, view, NOW)

    server.sql(add_view)
    server.count_attendance()

    found = exported(server, alice)

    content = {name: found.read(name) for name in found.namelist()}
    documents = {name: json.loads(text) for name, text in content.items() if name.endswith(".json")}
    assert [*content] == [
        *MEMBERS,
        "attendance.json",
        "logs.json",
        "missed_logs.json",
        "audit.json",
        f"screenshots/{key}",
        "missing.txt",
    ]
    assert found.testzip() is None
    assert content[f"screenshots/{key}"] == screenshot_bytes()
    assert documents["employee.json"]["username"] == "alice"
    assert documents["attendance.json"] == [
        {
            "day": "2026-11-23",
            "zone": "UTC",
            "first_seen": "2026-11-23T12:00:00+00:00",
            "last_seen": "2026-11-23T12:00:00+00:00",
            "seconds": 0,
        }
    ]
    assert documents["employee.json"]["machines"][0]["hostname"] == "laptop-7"
    assert documents["employee.json"]["machines"][0]["health"] == {"disk": "ok"}
    assert documents["heartbeats.json"] == [
        {"timestamp": "2026-11-23T12:00:00+00:00", "hostname": "laptop-7", "status": "online"}
    ]
    assert [log["slot"] for log in documents["logs.json"]] == [1, 2]
    assert documents["logs.json"][0]["screenshot_file"] == f"screenshots/{key}"
    assert (
        documents["logs.json"][0]["screenshot_sha256"]
        == hashlib.sha256(screenshot_bytes()).hexdigest()
    )
    assert documents["logs.json"][0]["extra"] == {"idle": {"seconds": 3}}
    assert documents["missed_logs.json"][0]["reason"] == "off"
    assert [(row["who"], row["what"], row["why"]) for row in documents["audit.json"]] == [
        ("user:anna", "screenshot.view", "why"),
        ("cli:root", "employee.export", None),
    ]
    assert b"bob" not in b"".join(content.values())
    assert all(name.encode() in content["README.txt"] for name in documents)
    assert content["missing.txt"] == b""


def test_a_screenshot_that_is_gone_is_named_and_stops_nothing(
    server: TestServer, tokens: dict[str, str]
) -> None:
    for file in server.files():
        file.unlink()

    missing = exported(server, number(server, "alice")).read("missing.txt").decode()

    assert missing.startswith("screenshots/2026-11-23/")


def test_of_nobody_nothing_is_exported_or_on_record(server: TestServer) -> None:
    with pytest.raises(Refusal, match="No employee"):
        exported(server, 999)

    assert server.value("SELECT count(*) FROM audit") == 0


def test_an_export_that_is_broken_off_gives_its_connections_back(
    server: TestServer, tokens: dict[str, str]
) -> None:
    async def main() -> None:
        async with pool(server) as (database, store):
            export = EmployeeExport(database, store, server.clock)
            for _ in range(10):
                pieces = await export.zip_of(number_of_alice, actor="cli:root")
                await anext(pieces)
                await anext(pieces)
                await pieces.aclose()

    number_of_alice = number(server, "alice")
    asyncio.run(main())


def test_a_zip_holds_one_piece_of_its_content_at_most() -> None:
    piece, most, out = bytes(range(256)) * 400, 0, io.BytesIO()

    async def content() -> Any:
        for _ in range(200):
            yield piece

    async def main() -> int:
        stream, largest = ZipStream(NOW), 0
        async for part in stream.add("large", content(), compress=False):
            largest = max(largest, len(part))
            out.write(part)
        out.write(stream.end())
        return largest

    most = asyncio.run(main())

    assert zipfile.ZipFile(out).read("large") == piece * 200
    assert most <= 2 * len(piece)


def test_everything_of_one_person_is_erased_and_certified(
    server: TestServer, tokens: dict[str, str]
) -> None:
    alice = number(server, "alice")
    link = server.request("POST", "/api/my-data-link", headers=bearer(tokens["alice"]))
    code = link.json()["url"].partition("#")[2]
    assert server.request("POST", "/api/my-session", json={"code": code}).status_code == 200
    server.count_attendance()
    certificate = erased(server, alice)

    assert server.rows("SELECT username FROM employees") == [("bob",)]
    for table, left in {
        "my_data_links": 0,
        "my_sessions": 0,
        "employee_heartbeats": 1,
        "employee_logs": 2,
        "employee_missed_logs": 1,
        "attendance_days": 1,
        "agent_presence": 1,
        "agents": 1,
    }.items():
        assert server.value(f"SELECT count(*) FROM {table}") == left
    assert len(server.files()) == 2
    assert certificate.erased.counts == {
        "heartbeats": 1,
        "logs": 2,
        "missed_logs": 1,
        "attendance_marks": 0,
        "presence": 1,
        "machines": 1,
        "team_memberships": 0,
        "enrolment_requests": 0,
        "attendance_days": 1,
        "alerts": 0,
        "messages": 0,
        "blocks": 0,
        "employees": 1,
        "exports": 0,
        "screenshots": 1,
    }
    assert server.request(
        "POST", "/api/heartbeat", json=heartbeat_body(), headers=bearer(tokens["alice"])
    ).status_code == 401  # fmt: skip


def test_a_certificate_is_tied_to_the_audit_which_keeps_the_number_only(
    server: TestServer, tokens: dict[str, str]
) -> None:
    alice = number(server, "alice")
    certificate = erased(server, alice)

    rows = server.rows("SELECT action, employee_ids, details, reason FROM audit ORDER BY audit_id")
    details = json.loads(rows[-1][2])
    digest = hashlib.sha256(msgspec.json.encode(certificate.erased)).hexdigest()
    assert [row[:2] for row in rows] == [
        ("employee.erase_begin", [alice]),
        ("employee.erase", [alice]),
    ]
    assert details["sha256"] == certificate.sha256 == digest
    assert details["counts"] == certificate.erased.counts
    assert "alice" not in str(rows)
    noted = (certificate.audit_number, bytes.fromhex(certificate.audit_hash))
    assert server.sql(has_hash, *noted) is True
    text = text_of(certificate)
    assert f"--expect {certificate.audit_number}:{certificate.audit_hash}" in text
    assert "Backups made before 2026-11-23 12:00 UTC" in text
    assert "users disable" not in text


def test_the_certificate_says_that_an_account_of_the_same_name_stays(
    server: TestServer, tokens: dict[str, str]
) -> None:
    server.add_user("alice", Role.MANAGER)

    assert "users disable" in text_of(erased(server, number(server, "alice")))


def test_nothing_is_erased_under_a_legal_hold(server: TestServer, tokens: dict[str, str]) -> None:
    alice = number(server, "alice")

    async def hold(connection: Any) -> None:
        await HoldChanges(connection, actor="user:anna", at=NOW).place(alice, "Doe v. Example")

    server.sql(hold)

    with pytest.raises(Refusal, match="A legal hold of user:anna is on this employee since 2026"):
        erased(server, alice)
    assert len(server.files()) == 4
    assert server.request(
        "POST", "/api/heartbeat", json=heartbeat_body(), headers=bearer(tokens["alice"])
    ).status_code == 200  # fmt: skip


def test_an_erasure_that_is_killed_is_finished_by_the_next(
    server: TestServer, tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    delete, alice = FolderStore.delete, number(server, "alice")

    async def killed(store: FolderStore, key: str) -> None:
        await delete(store, key)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(FolderStore, "delete", killed)
        with pytest.raises(KeyboardInterrupt):
            erased(server, alice)
    revoked = server.request(
        "POST", "/api/heartbeat", json=heartbeat_body(), headers=bearer(tokens["alice"])
    )
    certificate = erased(server, alice)

    assert revoked.json()["code"] == "token_revoked"
    assert certificate.erased.counts["logs"] == 2
    assert len(server.files()) == 2


def test_a_log_that_arrives_while_its_person_is_erased_leaves_nothing(
    server: TestServer, tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, put = number(server, "alice"), FolderStore.put
    day = {"workday": "2026-11-22", "timestamp": "2026-11-22T09:00:00Z"}
    request = log_request(tokens["alice"], screenshot_bytes(), **day)

    async def erasing_put(store: FolderStore, key: str, content: bytes) -> None:
        await put(store, key, content)
        await asyncio.to_thread(erased, server, alice)

    monkeypatch.setattr(FolderStore, "put", erasing_put)
    answer = server.request("POST", "/api/log", **request)

    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")
    assert len(server.files()) == 2
    assert server.value("SELECT count(*) FROM employee_logs") == 2


def test_every_table_that_points_at_a_person_is_known_to_the_erasure(server: TestServer) -> None:
    rows = server.rows(
        "SELECT DISTINCT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
        " AND confrelid IN ('employees'::regclass, 'agents'::regclass)"
    )

    assert {name for (name,) in rows} == REFERRING


def test_what_is_not_there_cannot_be_erased(server: TestServer) -> None:
    with pytest.raises(Refusal, match="No employee"):
        erased(server, 999)


def put_on_record(server: TestServer, *entries: Entry) -> None:
    async def all_of_them(connection: Any) -> None:
        for entry in entries:
            async with connection.transaction():
                await record(connection, entry, NOW)

    server.sql(all_of_them)


def test_an_export_says_which_screenshot_was_viewed_in_which_role_and_how_long_all_is_kept(
    server: TestServer, tokens: dict[str, str]
) -> None:
    alice, bob = number(server, "alice"), number(server, "bob")
    server.add_user("anna", Role.AUDITOR)
    server.add_user("boss", Role.MANAGER)
    server.add_user("other", Role.MANAGER)
    server.add_user("gone", Role.ADMIN)
    server.execute("UPDATE users SET disabled_at = now() WHERE username = 'gone'")
    server.execute("INSERT INTO teams (name, created_at) VALUES ('Sales', now())")
    server.execute("INSERT INTO team_members SELECT $1, team_id FROM teams", alice)
    server.execute(
        "INSERT INTO team_managers SELECT user_id, team_id FROM users, teams"
        " WHERE username = 'boss'"
    )
    log = f"2026-11-23.{server.value('SELECT min(agent_id) FROM agents')}.1"
    put_on_record(
        server,
        Entry("user:anna", "screenshot.view", [alice], "why", {"log": log}),
        Entry("user:boss key:payroll", "export.csv", [alice, bob], None, {"log": "bob's"}),
    )

    found = exported(server, alice)
    audit = json.loads(found.read("audit.json"))
    access = json.loads(found.read("access.json"))
    page = found.read("index.html").decode()

    assert [(row["role"], row["log"]) for row in audit[:2]] == [("auditor", log), ("manager", None)]
    assert audit[1]["details"] is None
    assert json.loads(found.read("logs.json"))[0]["log_id"] == log
    assert (access["retention_days"], access["audit_retention_days"]) == (30, 365)
    assert [(each["role"], each["accounts"]) for each in access["roles"]] == [
        ("auditor", 1),
        ("manager", 1),
    ]
    assert f'<a href="#log-{log}">' in page
    assert f'id="log-{log}"' in page
    assert page.count("<img src=") == 1
    assert "are deleted after 30 days" in page
    assert "2026-11-23" in page
    assert "bob" not in page


def test_the_page_of_an_export_is_text_whatever_it_holds(server: TestServer) -> None:
    evil = "<script>alert(1)</script>\"'"
    token = server.agent_token(evil, evil)
    sent = log_request(
        token, username=evil, hostname=evil, location={"city": evil}, absent={evil: evil},
        extra={evil: {evil: [evil]}},
    )  # fmt: skip
    assert server.request("POST", "/api/log", **sent).status_code == 201
    put_on_record(server, Entry(f"user:{evil}", evil, [number(server, evil)], evil, {"log": evil}))

    page = exported(server, number(server, evil)).read("index.html").decode()

    assert "<script" not in page
    assert page.count("&lt;script&gt;") > 8
    assert "default-src 'none'" in page
    assert "http://" not in page.replace(evil, "")


def job(server: TestServer, state: str, people: list[int] | None, key: str | None) -> str:
    """Store an export job; its number."""
    server.add_user(f"maker of {state} {people}", Role.ADMIN)
    found: str = server.value(
        "INSERT INTO export_jobs (job_id, user_id, created_at, touched_at, state, rows_found,"
        " rows_taken, employee_ids, file_key, size_bytes)"
        " SELECT gen_random_uuid(), max(user_id), $1, $1, $2, 1, 1, $3, $4, 1 FROM users"
        " RETURNING job_id::text",
        NOW,
        state,
        people,
        key,
    )
    return found


def test_pdfs_that_hold_the_person_go_with_the_erasure_and_others_stay(
    server: TestServer, tokens: dict[str, str]
) -> None:
    alice, bob = number(server, "alice"), number(server, "bob")
    store = FolderStore(server.settings["data_directory"] / "screenshots")
    keys = {name: f"2026-11-23/export-{name}.pdf" for name in ("both", "bob", "old")}
    for key in keys.values():
        asyncio.run(store.put(key, b"%PDF"))
    both = job(server, "done", [alice, bob], keys["both"])
    other = job(server, "done", [bob], keys["bob"])
    old = job(server, "done", None, keys["old"])
    working = job(server, "working", [alice], None)

    certificate = erased(server, alice)

    states = dict(server.rows("SELECT job_id::text, state FROM export_jobs"))
    assert states == {both: "failed", other: "done", old: "failed", working: "failed"}
    assert certificate.erased.counts["exports"] == 3
    assert [file.name for file in server.files() if file.suffix == ".pdf"] == ["export-bob.pdf"]


def test_a_pdf_that_is_finished_after_an_erasure_is_not_kept(server: TestServer) -> None:
    number_of_job = job(server, "failed", [1], None)

    is_finished = server.sql(export_jobs.finish, UUID(number_of_job), "2026-11-23/x.pdf", 1, NOW)

    assert is_finished is False
    assert server.value("SELECT file_key FROM export_jobs") is None


def test_messages_that_name_somebody_are_exported_and_erased(
    server: TestServer, tokens: dict[str, str]
) -> None:
    alice, bob = number(server, "alice"), number(server, "bob")
    for names in ([alice], [alice, bob], [bob]):
        server.execute(
            "INSERT INTO messages (key, email, recipient, target, event, subject, body,"
            " employee_ids, created_at, next_attempt) VALUES"
            " ($1::text, 'x@example.com', 'x', 'smtp', 'alert.raised', 'alice', '', $2, $3, $3)",
            str(names),
            names,
            NOW,
        )
    server.execute(
        "INSERT INTO alerts (kind, subject, employee_id, raised_at) VALUES ('x', 'x', $1, $2)",
        alice,
        NOW,
    )

    exported = json.loads(server.value(PERSON, alice))
    certificate = erased(server, alice)

    assert [each["kind"] for each in exported["alerts"]] == ["x"]
    # What is about several people shows nobody the names of the others.
    assert [each["subject"] for each in exported["messages"]] == ["alice", None]
    assert (certificate.erased.counts["alerts"], certificate.erased.counts["messages"]) == (1, 2)
    assert server.rows("SELECT employee_ids FROM messages") == [([bob],)]


def test_a_certificate_lists_what_remains_where_and_until_when(
    server: TestServer, tokens: dict[str, str]
) -> None:
    alice = number(server, "alice")
    put_on_record(
        server,
        Entry("employee:alice", "my_data.open", [alice]),
        Entry("user:anna", "export.csv", [alice], "asked by alice"),
        Entry("user:anna", "enrolment.approve", details={"username": "alice"}),
        Entry("user:anna", "enrolment.approve", details={"hostname": "alice-pc"}),
    )

    text = text_of(erased(server, alice))

    assert f"rows that name the number {alice}, not the name, until 2027-11-23" in text
    assert "Rows 4, 3, 2, 1, until 2027-11-23." in text
    assert "2026-11-23 12:00 UTC by user:anna (export.csv, row 2)" in text
    assert "7 days, so until 2026-11-30" in text
    assert "The laptop keeps its own copy" in text
    assert "VACUUM took the deleted rows out of the database's tables" in text
    assert "write-ahead log" in text


def test_the_tables_are_vacuumed_after_an_erasure(
    server: TestServer, tokens: dict[str, str]
) -> None:
    count = (
        "SELECT sum(vacuum_count) FROM pg_stat_user_tables"
        " WHERE relname IN ('employees', 'agents', 'employee_logs_20261123')"
    )
    before = server.value(count)

    erased(server, number(server, "alice"))

    assert server.value(count) == before + 3


def require_maintain(server: TestServer) -> None:
    """Skip on a PostgreSQL without the right MAINTAIN; the embedded one has it."""
    if server.value("SELECT current_setting('server_version_num')::int") < 170000:
        pytest.skip("the right to VACUUM is of PostgreSQL 17")


def test_a_role_that_may_not_vacuum_says_so(server: TestServer, tokens: dict[str, str]) -> None:
    require_maintain(server)
    server.sql(make_server_role, SERVER_ROLE)
    server.execute(f"REVOKE MAINTAIN ON employees FROM {SERVER_ROLE}")
    limited = TestServer(
        server.settings["data_directory"], server.clock, server_url(server.url or "")
    )

    text = text_of(erased(limited, number(server, "alice")))

    assert "This role may not run it" in text
    assert server.rows("SELECT username FROM employees") == [("bob",)]


def test_the_role_of_the_server_erases_and_vacuums(
    server: TestServer, tokens: dict[str, str]
) -> None:
    require_maintain(server)
    server.sql(make_server_role, SERVER_ROLE)
    limited = TestServer(
        server.settings["data_directory"], server.clock, server_url(server.url or "")
    )

    assert "VACUUM took" in text_of(erased(limited, number(server, "alice")))


# Numbers and secrets of the server, and what only tells two starts of an agent apart.
NOT_OF_THE_PERSON = {
    *("agent_id", "employee_id", "agent_uuid", "token_hash", "previous_token_hash"),
    *("enrollment_token", "run_id", "earlier_runs", "run_returned_at"),
}


@pytest.mark.parametrize(
    ("table", "member"),
    [
        ("agents", "employee"),
        ("agent_presence", "employee"),
        ("employee_missed_logs", "missed_logs"),
        ("employee_logs", "logs"),
    ],
)
def test_an_export_holds_every_column_that_is_about_the_person(
    server: TestServer, tokens: dict[str, str], table: str, member: str
) -> None:
    columns = server.rows(
        "SELECT column_name::text FROM information_schema.columns WHERE table_name = $1", table
    )
    content = json.loads(exported(server, number(server, "alice")).read(f"{member}.json"))
    row = content["machines"][0] if member == "employee" else content[0]

    missing = {name for (name,) in columns} - NOT_OF_THE_PERSON - {*row}
    assert missing - {"screenshot_path"} == set()


def test_the_profile_and_what_an_import_changed_are_exported_and_erased(
    server: TestServer, tokens: dict[str, str]
) -> None:
    admin, alice = server.signed_in(Role.ADMIN), number(server, "alice")
    for name in ("Alice Gruber", "Alice Berger"):
        lines = (
            "username,display_name,email,manager,country,region,time_zone,status",
            f"alice,{name},alice@example.com,bob,AT,9,Europe/Vienna,on_leave",
            "bob,,,,,,,",
        )
        body = {"csv": "\n".join(lines)}  # fmt: skip
        answer = server.request("POST", "/api/employees/import", json=body, headers=admin)
        assert answer.status_code == 200

    person = json.loads(exported(server, alice).read("employee.json"))
    columns = server.rows(
        "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'employees'"
    )
    certificate = erased(server, alice)
    erased(server, number(server, "bob"))

    named = {"created_at": "recorded_since", "manager_id": "manager"}
    assert {named.get(name, name) for (name,) in columns} <= {*person}
    assert (person["display_name"], person["email"]) == ("Alice Berger", "alice@example.com")
    assert (person["manager"], person["country"], person["status"]) == ("bob", "AT", "on_leave")
    assert person["last_import"]["before"]["display_name"] == "Alice Gruber"
    assert certificate.erased.counts["employees"] == 1
    assert server.value("SELECT count(*) FROM employee_import_rows") == 0
    for text in ("Gruber", "Berger", "alice@"):
        assert text not in str(server.rows("SELECT * FROM audit"))
    undone = server.request("POST", "/api/employees/import/undo", headers=admin).json()
    assert (undone["removed"], undone["restored"], undone["kept"]) == (0, 0, [])


def test_schedules_holidays_and_leave_are_exported_and_erased(
    server: TestServer, tokens: dict[str, str]
) -> None:
    alice = number(server, "alice")
    for table, columns, values in (
        ("schedules", "valid_from, week", "'2026-11-23', '[[[540, 720]],[],[],[],[],[],[]]'"),
        ("holiday_regions", "country, region", "'AT', '9'"),
        ("holiday_changes", "day, is_holiday, name", "'2026-12-24', true, 'Christmas Eve'"),
        ("leave_ranges", "first_day, last_day", "'2026-12-28', '2026-12-31'"),
    ):
        server.execute(f"INSERT INTO {table} (employee_id, {columns}) VALUES ($1, {values})", alice)

    person = json.loads(exported(server, alice).read("employee.json"))
    erased(server, alice)

    assert [each["valid_from"] for each in person["schedules"]] == ["2026-11-23"]
    assert person["holidays_of"] == {"country": "AT", "region": "9"}
    assert [each["name"] for each in person["holidays"]] == ["Christmas Eve"]
    assert person["leave"] == [{"first_day": "2026-12-28", "last_day": "2026-12-31"}]
    for table in ("schedules", "holiday_regions", "holiday_changes", "leave_ranges"):
        assert server.value(f"SELECT count(*) FROM {table}") == 0


def test_a_manager_who_is_erased_leaves_their_people_without_one(
    server: TestServer, tokens: dict[str, str]
) -> None:
    admin = server.signed_in(Role.ADMIN)
    body = {"csv": "username,manager\nalice,bob"}
    server.request("POST", "/api/employees/import", json=body, headers=admin)

    erased(server, number(server, "bob"))

    assert server.rows("SELECT username, manager_id FROM employees") == [("alice", None)]
