"""Migrations: one line of them, numbered, and only read by who runs them."""

import ast
import asyncio
import subprocess
import sys
from datetime import UTC
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from wfhserver.days import RetentionCalendar
from wfhserver.errors import SchemaError
from wfhserver.storage.postgres import connection, migrate
from wfhserver.testing import StillClock, TestServer

SOURCES = Path(migrate.__file__).parents[2]


def test_the_number_of_the_last_file_is_where_alembic_leads() -> None:
    config = Config()
    folder = Path(migrate.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    script = ScriptDirectory.from_config(config)

    assert script.get_heads() == [migrate.newest_revision()]
    for step in script.walk_revisions():
        assert Path(step.path).name.startswith(f"{step.revision}_")
        assert Path(step.path).with_suffix(".sql").exists()


def test_neither_a_worker_nor_a_command_loads_what_renders_migrations() -> None:
    program = "import sys, wfhserver.app, wfhserver.cli; print('alembic' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout == "False\n"


def test_a_migration_may_take_longer_than_any_other_statement(
    cluster_url: str, own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "COMMAND_SECONDS", 0.05)
    monkeypatch.setattr(migrate, "rendered_sql", lambda _: "SELECT pg_sleep(0.3)")

    before, after = asyncio.run(migrate.upgrade(own_database, []))

    assert before == after == migrate.newest_revision()


def test_no_limit_is_asked_for_in_a_way_that_asyncpg_takes_for_its_own() -> None:
    # `timeout=None` at a statement is the connection's limit, and not what it looks like.
    found = [
        f"{file}:{node.lineno}"
        for file in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "timeout"
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value is None
    ]

    assert found == []


def test_a_database_that_cannot_hold_every_name_is_refused(
    cluster_url: str, tmp_path: Path
) -> None:
    admin = TestServer(tmp_path, StillClock(), cluster_url)
    admin.execute(
        "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0"
    )
    url = cluster_url.replace("/wfhserver?", "/latin?")
    try:
        for work in (migrate.upgrade(url, []), migrate.check(url)):
            with pytest.raises(SchemaError, match=r"has the encoding LATIN1.*ENCODING 'UTF8'"):
                asyncio.run(work)
        # As it was made by an older version, which did not look.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(migrate, "encoding_problem", lambda _: None)
            TestServer(tmp_path, StillClock(), url).prepare()
        ready = TestServer(tmp_path, StillClock(), url).request("GET", "/readyz")
    finally:
        admin.execute("DROP DATABASE latin WITH (FORCE)")

    assert ready.status_code == 503
    assert "has the encoding LATIN1" in ready.json()["detail"]


def test_a_newer_schema_is_left_alone_and_served_all_the_same(
    own_database: str, tmp_path: Path
) -> None:
    server = TestServer(tmp_path, StillClock(), own_database)
    server.execute("UPDATE alembic_version SET version_num = '9999'")
    days = RetentionCalendar(clock=server.clock, zone=UTC, retention_days=30).partition_days()

    for work in (migrate.upgrade(own_database, days), migrate.check(own_database)):
        with pytest.raises(SchemaError, match="schema 9999, which is newer"):
            asyncio.run(work)
    # A return to the previous version happens while the server runs.
    assert server.request("GET", "/readyz").status_code == 200
