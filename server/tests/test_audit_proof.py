"""Removals from the audit: retention's are proven, and any other is found."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest

from wfhserver.audit import chain as audit_chain
from wfhserver.audit.chain import RemovedRange, content_digest, digest, first_proven
from wfhserver.audit.log import Entry, has_hash, prepare, record, remove_before, verify
from wfhserver.embedded.layout import SERVER_ROLE, server_url
from wfhserver.models.audit import AuditEntry
from wfhserver.models.users import Role
from wfhserver.storage.postgres import privileges
from wfhserver.storage.postgres.audit import append, lock_end, read_all
from wfhserver.storage.postgres.privileges import make_server_role
from wfhserver.testing import NOW, TestServer

YEAR = timedelta(days=366)
LONG_AGO = NOW - 2 * YEAR
REAL_CLOCK = """
CREATE OR REPLACE FUNCTION audit_now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now()'
"""
Tamper = Callable[[Any], Any]


def write(server: TestServer, *moments: datetime) -> None:
    """Put one look at a screenshot on record at each of *moments*."""

    async def all_of_them(connection: Any) -> None:
        for number, moment in enumerate(moments):
            async with connection.transaction():
                entry = Entry(actor="user:anna", action="screenshot.view", employee_ids=[number])
                await record(connection, entry, moment)

    server.sql(all_of_them)


def problem_of(server: TestServer) -> str:
    return server.sql(verify).problem or ""


def retention(server: TestServer, now: datetime = NOW) -> int:
    removed: int = server.sql(remove_before, now - timedelta(days=365), now)
    return removed


def noted(server: TestServer, number: int) -> bytes:
    found: bytes = server.value("SELECT hash FROM audit WHERE audit_id = $1", number)
    return found


def test_what_retention_removed_is_proven_and_can_be_compared(server: TestServer) -> None:
    write(server, *(LONG_AGO + timedelta(days=n) for n in range(3)), NOW, NOW)
    hashes = {number: noted(server, number) for number in range(1, 6)}

    assert retention(server) == 3

    verdict = server.sql(verify)
    assert (verdict.rows, verdict.removed, verdict.unproven) == (3, 3, 0)
    assert verdict.problem is None
    assert all(server.sql(has_hash, number, hashed) for number, hashed in hashes.items())
    assert not server.sql(has_hash, 2, hashes[3])
    (row,) = server.rows("SELECT details FROM audit WHERE action = 'audit.retention'")
    assert msgspec.json.decode(row[0], type=RemovedRange).hash == hashes[3].hex()


def test_nothing_of_the_content_of_a_removed_entry_is_left(server: TestServer) -> None:
    write(server, LONG_AGO, NOW)
    retention(server)

    assert server.rows("SELECT salt IS NULL FROM audit WHERE audit_id = 1") == []
    left = server.rows("SELECT column_name::text FROM information_schema.columns"
                      " WHERE table_name = 'audit_removed' ORDER BY 1")  # fmt: skip
    assert left == [("at",), ("audit_id",), ("content_hash",), ("hash",)]


def test_the_same_thing_twice_has_two_hashes_so_that_nobody_finds_it_by_trying(
    server: TestServer,
) -> None:
    write(server, LONG_AGO)
    write(server, LONG_AGO)

    assert server.value("SELECT count(DISTINCT content_hash) FROM audit") == 2


def test_retention_runs_again_and_again(server: TestServer) -> None:
    for day in range(0, 1500, 100):
        write(server, LONG_AGO + timedelta(days=day))
        retention(server, LONG_AGO + timedelta(days=day))

    verdict = server.sql(verify)
    assert verdict.problem is None
    assert verdict.removed > 10


def test_a_removal_before_its_time_is_found_even_with_an_entry_and_proofs(
    server: TestServer,
) -> None:
    write(server, *[NOW - timedelta(days=100)] * 3, NOW)
    server.execute("UPDATE audit_head SET retention_days = 1")
    server.sql(remove_before, NOW, NOW)

    assert server.sql(verify).problem is None
    assert "is kept for 365 days" not in problem_of(server)
    assert "rows are kept for 365 days" in server.sql(verify, 365).problem
    assert server.sql(verify, 90).problem is None
    server.execute("UPDATE audit_head SET retention_days = 365")
    assert "Row 1 of 2026-08-15 was removed on 2026-11-23" in problem_of(server)


async def move_head(connection: Any, up_to: int) -> None:
    await connection.execute(
        "UPDATE audit_head SET forgotten_id = $1,"
        " forgotten_hash = (SELECT hash FROM audit WHERE audit_id = $1)",
        up_to,
    )


async def drop_first(connection: Any, up_to: int) -> None:
    await move_head(connection, up_to)
    await connection.execute("DELETE FROM audit WHERE audit_id <= $1", up_to)


async def keep_proofs(connection: Any, up_to: int, *, columns: str) -> None:
    await connection.execute(
        f"INSERT INTO audit_removed SELECT {columns} FROM audit WHERE audit_id <= $1", up_to
    )
    await drop_first(connection, up_to)


async def claim_retention(connection: Any) -> None:
    head = await connection.fetchrow("SELECT forgotten_id, forgotten_hash FROM audit_head")
    removed = RemovedRange(head[0], head[0], head[1].hex(), LONG_AGO)
    details = msgspec.to_builtins(removed)
    async with connection.transaction():
        await record(
            connection, Entry(actor="server", action="audit.retention", details=details), NOW
        )


async def rewrite(connection: Any, keep: Callable[[AuditEntry], bool]) -> None:
    """Rewrite the chain, as the database's owner can who knows this program."""
    links = [link async for link in _links(connection) if keep(link)]
    await connection.execute("DELETE FROM audit")
    await connection.execute("UPDATE audit_head SET last_id = 0, last_hash = '', forgotten_id = 0,"
                             " forgotten_hash = ''")  # fmt: skip
    async with connection.transaction():
        for link in links:
            await add(connection, link)


async def _links(connection: Any) -> AsyncIterator[AuditEntry]:
    async with connection.transaction():
        async for link in read_all(connection):
            yield link


async def add(connection: Any, link: AuditEntry, *, legacy: bool = False) -> None:
    number, previous = await lock_end(connection)
    link = msgspec.structs.replace(link, audit_id=number + 1, previous_hash=previous)
    content = None if legacy else content_digest(link)
    link = msgspec.structs.replace(link, content_hash=content)
    await append(connection, msgspec.structs.replace(link, hash=digest(link)))


async def head_moved(connection: Any) -> None:
    await drop_first(connection, 3)


async def head_moved_with_entry(connection: Any) -> None:
    await drop_first(connection, 3)
    await claim_retention(connection)


async def proofs_without_entry(connection: Any) -> None:
    await keep_proofs(connection, 3, columns="audit_id, at, content_hash, hash")


async def true_proofs(connection: Any) -> None:
    await keep_proofs(connection, 3, columns="audit_id, at, content_hash, hash")
    await claim_retention(connection)


async def older_proofs(connection: Any) -> None:
    columns = "audit_id, at - interval '2 years', content_hash, hash"
    await keep_proofs(connection, 3, columns=columns)
    await claim_retention(connection)


async def proofs_as_of_an_older_version(connection: Any) -> None:
    await keep_proofs(connection, 3, columns="audit_id, at - interval '2 years', NULL, hash")
    await claim_retention(connection)


async def and_an_upgrade_that_never_was(connection: Any) -> None:
    async with connection.transaction():
        await add(connection, first_proven(NOW))
    await proofs_as_of_an_older_version(connection)


async def a_proof_too_few(connection: Any) -> None:
    await true_proofs(connection)
    await connection.execute("DELETE FROM audit_removed WHERE audit_id = 2")


async def the_first_proofs_gone(connection: Any) -> None:
    await true_proofs(connection)
    await connection.execute("DELETE FROM audit_removed WHERE audit_id <= 2")


async def all_gone(connection: Any) -> None:
    await connection.execute("DELETE FROM audit")


async def all_gone_and_the_head_moved(connection: Any) -> None:
    await drop_first(connection, 6)


async def all_gone_and_the_head_new(connection: Any) -> None:
    await rewrite(connection, lambda link: False)


async def only_the_mark_moved(connection: Any) -> None:
    await move_head(connection, 3)


OF_THE_OWNER: dict[Tamper, str] = {
    head_moved: "Row 1 is missing",
    head_moved_with_entry: "Row 1 is missing",
    proofs_without_entry: "no entry says that retention did it",
    true_proofs: "rows are kept for 365 days",
    older_proofs: "What is left of the removed row 1 was changed",
    proofs_as_of_an_older_version: "Nothing proves the removal of row 3",
    and_an_upgrade_that_never_was: "Nothing proves the removal of row 3",
    a_proof_too_few: "Row 2 is missing, and nothing proves its removal",
    the_first_proofs_gone: "Row 1 is missing, and nothing proves its removal",
    all_gone: "The chain ends at row 0",
    all_gone_and_the_head_moved: "The chain ends at row 0",
    all_gone_and_the_head_new: "The audit is empty",
    only_the_mark_moved: "nothing proves it",
}


@pytest.mark.parametrize("tamper", OF_THE_OWNER, ids=lambda each: each.__name__)
def test_whatever_the_owner_of_the_database_removes_before_its_time_is_found(
    server: TestServer, tamper: Tamper
) -> None:
    server.add_user("anna", Role.ADMIN)
    write(server, *[NOW - timedelta(days=n) for n in range(6, 0, -1)])
    assert problem_of(server) == ""

    server.sql(tamper)

    assert OF_THE_OWNER[tamper] in problem_of(server)


@pytest.mark.parametrize(
    "keep",
    [
        lambda link: link.audit_id > 3,
        lambda link: link.audit_id not in (2, 4),
        lambda link: link.audit_id <= 3,
        lambda link: False,
    ],
    ids=["start", "middle", "end", "all"],
)
def test_a_rewritten_chain_is_found_by_the_noted_hash(
    server: TestServer, keep: Callable[[AuditEntry], bool]
) -> None:
    write(server, *[NOW - timedelta(days=n) for n in range(6, 0, -1)])
    hashed = noted(server, 6)

    server.sql(rewrite, keep)

    assert server.sql(verify).problem is None  # Nothing of it was noted anywhere else.
    assert not server.sql(has_hash, 6, hashed)


@pytest.mark.parametrize("number", [1, 3, 5, 6, 7, 99])
def test_a_value_that_never_was_is_not_in_the_chain(server: TestServer, number: int) -> None:
    write(server, LONG_AGO, LONG_AGO, LONG_AGO, NOW, NOW)
    retention(server)

    assert not server.sql(has_hash, number, bytes.fromhex("deadbeef"))
    assert not server.sql(has_hash, number, b"")


def test_a_server_whose_clock_is_ahead_removes_nothing_young(own_server: TestServer) -> None:
    real = own_server.value("SELECT now()")
    write(own_server, *[real - timedelta(days=n) for n in (400, 300, 1)])
    own_server.execute(REAL_CLOCK)

    ahead = real + timedelta(days=3650)

    assert own_server.sql(remove_before, ahead - timedelta(days=365), ahead) == 1
    assert own_server.sql(verify).problem is None


def test_what_went_while_every_clock_was_ahead_is_found_when_they_are_right_again(
    own_server: TestServer,
) -> None:
    real = own_server.value("SELECT now()")
    write(own_server, *[real - timedelta(days=n) for n in (400, 300, 1)])
    ahead = real + timedelta(days=3650)
    assert own_server.sql(remove_before, ahead - timedelta(days=365), ahead) == 3
    assert own_server.sql(verify).problem is None

    own_server.execute(REAL_CLOCK)

    assert "rows are kept for 365 days" in problem_of(own_server)


@pytest.fixture
def as_server(server: TestServer) -> Callable[[str], Any]:
    """Run SQL as the role of a deployed server; return the first value."""
    server.sql(make_server_role, SERVER_ROLE)

    async def run(sql: str) -> Any:
        connection = await asyncpg.connect(server_url(server.url or ""))
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return lambda sql: asyncio.run(run(sql))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'user:eve'",
        "UPDATE audit SET at = '2020-01-01'",
        "DELETE FROM audit WHERE audit_id = 1",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "UPDATE audit_head SET forgotten_id = 1",
        "UPDATE audit_head SET retention_days = 1",
        "DELETE FROM audit_head",
        "INSERT INTO audit_head VALUES (false, 0, '', 0, '')",
        "INSERT INTO audit_removed VALUES (1, '2020-01-01', NULL, '')",
        "UPDATE audit_removed SET at = '2020-01-01'",
        "DELETE FROM audit_removed",
        "TRUNCATE audit_removed",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "ALTER TABLE audit OWNER TO wfhserver_app",
        "DROP TABLE audit",
        "CREATE OR REPLACE FUNCTION audit_now() RETURNS timestamptz LANGUAGE sql RETURN now()",
        "ALTER FUNCTION remove_old_audit RESET search_path",
        "SET ROLE wfhserver",
        "SET session_replication_role = 'replica'",
    ],
)
def test_the_role_of_the_server_can_only_add(
    server: TestServer, as_server: Callable[[str], Any], statement: str
) -> None:
    write(server, NOW, NOW)
    retention(server)

    with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError)):
        as_server(statement)

    assert server.sql(verify).problem is None


TRICKS = (
    (),
    ("CREATE TEMP TABLE legal_holds (employee_id int)",),
    (
        (
            "CREATE TEMP TABLE audit_head AS SELECT true AS only_row, 0::bigint AS last_id,"
            " ''::bytea AS last_hash, 0::bigint AS forgotten_id, ''::bytea AS forgotten_hash,"
            " 1 AS retention_days"
        ),
    ),
    ("SET timezone = 'Pacific/Apia'", "SET search_path = pg_temp, public"),
)


def test_the_server_removes_through_a_function_that_checks_the_age(own_server: TestServer) -> None:
    real = own_server.value("SELECT now()")
    own_server.execute(REAL_CLOCK)
    own_server.agent_token("alice")
    write(own_server, *[real - timedelta(days=n) for n in (400, 380, 300, 1)])
    # Alice is employee 1, and it is the second row that concerns her.
    own_server.execute("INSERT INTO legal_holds SELECT employee_id, now(), 'x', 'x' FROM employees")
    own_server.sql(make_server_role, SERVER_ROLE)

    async def run(before: str, *trick: str) -> Any:
        connection = await asyncpg.connect(server_url(own_server.url or ""))
        try:
            for statement in trick:
                await connection.execute(statement)
            return await connection.fetchval(
                f"SELECT removed FROM public.remove_old_audit({before})"
            )
        finally:
            await connection.close()

    removed = [
        asyncio.run(run(before, *trick))
        for trick in TRICKS
        for before in ("'infinity'", "now() + interval '100 years'")
    ]

    assert removed == [1, *[0] * 7]
    assert own_server.value("SELECT min(audit_id) FROM audit") == 2


def test_both_ways_to_make_the_role_take_the_same_from_it() -> None:
    file = Path(__file__).parents[2] / "packaging" / "server" / "privileges.sql"
    forms = (file.read_text(encoding="utf-8"), privileges._GRANT)
    statements = [
        re.findall(r"^(?:REVOKE [^;]*|GRANT UPDATE \([^;]*);", form, re.MULTILINE) for form in forms
    ]

    deployed, embedded = [
        [re.sub(r"wfhserver;|\{role\};", "ROLE;", each) for each in found] for found in statements
    ]
    assert deployed == embedded
    assert len(deployed) == 3


def old_entry(moment: datetime) -> AuditEntry:
    return AuditEntry(
        audit_id=0,
        at=moment,
        actor="user:anna",
        action="screenshot.view",
        employee_ids=[1],
        reason=None,
        details="{}",
        previous_hash=b"",
        hash=b"",
    )


@pytest.fixture
def upgraded(server: TestServer) -> TestServer:
    """A chain that an older version has written, and of which it has removed two entries."""

    async def before(connection: Any) -> None:
        async with connection.transaction():
            for days in (420, 410, 400, 390, 10):
                await add(connection, old_entry(NOW - timedelta(days=days)), legacy=True)
        await drop_first(connection, 2)

    server.sql(before)
    server.sql(prepare, days=365, at=NOW)
    return server


def test_a_chain_of_an_older_version_goes_on_and_says_what_nothing_proves(
    upgraded: TestServer,
) -> None:
    write(upgraded, NOW, NOW)
    before = upgraded.sql(verify)
    assert retention(upgraded) == 2
    after = upgraded.sql(verify)
    later = NOW + 3 * YEAR
    write(upgraded, later)
    retention(upgraded, later)
    write(upgraded, later)
    last = upgraded.sql(verify)

    assert [each.problem for each in (before, after, last)] == [None] * 3
    assert [each.unproven for each in (before, after, last)] == [2, 4, 5]
    assert (last.rows, last.removed) == (3, 9)
    assert upgraded.rows("SELECT action FROM audit ORDER BY audit_id") == [
        ("screenshot.view",), ("audit.retention",), ("screenshot.view",),
    ]  # fmt: skip


def test_an_upgrade_is_on_record_once_and_a_new_server_needs_none(upgraded: TestServer) -> None:
    upgraded.sql(prepare, days=365, at=NOW)

    assert upgraded.rows("SELECT action FROM audit WHERE actor = 'server'") == [
        (audit_chain.FIRST_PROVEN,)
    ]
    assert upgraded.sql(verify).problem is None


@pytest.mark.parametrize("up_to", [3, 5, 6])
def test_rows_of_the_newer_version_cannot_pass_for_those_of_the_older(
    upgraded: TestServer, up_to: int
) -> None:
    write(upgraded, NOW, NOW)

    async def tamper(connection: Any) -> None:
        await drop_first(connection, up_to + 1)

    upgraded.sql(tamper)

    # Rows 3 to 5 are of the older version, and nothing but what was noted tells that they are gone.
    found = problem_of(upgraded)
    assert ("is missing" in found) is (up_to >= 5)


def test_another_age_is_on_record(server: TestServer) -> None:
    server.sql(prepare, days=90, at=NOW)
    server.sql(prepare, days=90, at=NOW)

    assert server.rows("SELECT actor, action, details FROM audit") == [
        ("server", "audit.set_retention", '{"days":90,"before":365}')
    ]
    server.execute("UPDATE audit_head SET retention_days = 365")
