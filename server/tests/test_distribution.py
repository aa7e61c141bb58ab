"""Is the database of a form that Citus takes? A stand-in refuses what Citus refuses.

The rules of schemas are in stand_in_citus.sql. Those of queries, as far as the text of a statement
shows them, are below. They are from Citus' documentation, and from running all tests on a real one
(citus.py), which this file is no part of.
"""

import asyncio
import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import asyncpg
import pytest

from wfhserver.errors import DistributeError
from wfhserver.storage import postgres
from wfhserver.storage.postgres import migrate, partitions
from wfhserver.storage.postgres.distribution import DISTRIBUTED, distribute
from wfhserver.storage.postgres.heartbeat_writer import HeartbeatWriter
from wfhserver.storage.postgres.statements import split_statements
from wfhserver.testing import TestServer

CITUS = Path(__file__).with_name("stand_in_citus.sql")
_BIG = re.compile(r"\b(employee_heartbeats|employee_logs|employee_missed_logs)\b")
_STATEMENT = re.compile(r"\A\s*(WITH|SELECT|INSERT|UPDATE|DELETE|TRUNCATE)\b")
_UNSUPPORTED = {
    "locks of rows": r"\bFOR (NO KEY )?(UPDATE|SHARE|KEY SHARE)\b",
    "recursive queries": r"\bRECURSIVE\b",
    "samples": r"\bTABLESAMPLE\b",
    "grouping sets": r"\b(GROUPING SETS|ROLLUP|CUBE)\b",
    "merges": r"\bMERGE\b",
    "lists without a column": rf"\bSELECT\s+FROM\s+{_BIG.pattern}",
}


@pytest.fixture
def with_citus(own_server: TestServer) -> TestServer:
    own_server.execute(CITUS.read_text(encoding="utf-8"))
    own_server.execute("INSERT INTO pg_dist_node VALUES ('one'), ('two')")
    return own_server


def test_without_citus_it_is_refused_and_nothing_is_changed(server: TestServer) -> None:
    with pytest.raises(DistributeError, match="This database has no Citus, and nothing was chang"):
        server.sql(distribute)


def test_without_a_node_for_shards_it_is_refused(with_citus: TestServer) -> None:
    with_citus.execute("UPDATE pg_dist_node SET shouldhaveshards = false")

    with pytest.raises(DistributeError, match="citus_add_node"):
        with_citus.sql(distribute)


def test_the_big_tables_are_distributed_by_agent_and_lie_together(with_citus: TestServer) -> None:
    first, second = with_citus.sql(distribute), with_citus.sql(distribute)

    assert first == list(DISTRIBUTED)
    assert second == []
    assert with_citus.rows(
        "SELECT logicalrelid::text, partkey, colocationid FROM pg_dist_partition ORDER BY 1"
    ) == [(table, "agent_id", 1) for table in sorted(DISTRIBUTED)]


def test_all_or_nothing_is_distributed(with_citus: TestServer) -> None:
    with_citus.execute("CREATE UNIQUE INDEX wrong ON employee_missed_logs (workday, slot)")

    with pytest.raises(asyncpg.RaiseError, match="wrong does not include the distribution column"):
        with_citus.sql(distribute)
    assert with_citus.value("SELECT count(*) FROM pg_dist_partition") == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("ADD FOREIGN KEY (agent_id) REFERENCES agents", "foreign key"),
        ("ADD COLUMN number int GENERATED ALWAYS AS IDENTITY", "identity column number"),
        ("ALTER COLUMN agent_id DROP NOT NULL", "cannot be the distribution column"),
    ],
)
def test_the_stand_in_refuses_what_citus_refuses(
    with_citus: TestServer, change: str, words: str
) -> None:
    if "agent_id" in change:
        with_citus.execute("ALTER TABLE employee_missed_logs DROP CONSTRAINT IF EXISTS"
                           " employee_missed_logs_pkey")  # fmt: skip
    with_citus.execute(f"ALTER TABLE employee_missed_logs {change}")

    with pytest.raises(asyncpg.RaiseError, match=words):
        with_citus.sql(distribute)


def test_days_are_made_and_dropped_on_distributed_tables(with_citus: TestServer) -> None:
    with_citus.sql(distribute)
    days = [date(2027, 1, day) for day in (1, 2, 3)]

    made = with_citus.sql(partitions.make_partitions, days)
    wanted = [
        partitions.Partition(table=table, day=day)
        for table in (partitions.HEARTBEATS, partitions.LOGS)
        for day in days
    ]
    postponed = with_citus.sql(partitions.drop_partitions, wanted)

    assert made == 6
    assert postponed == {}


def test_a_migration_changes_distributed_tables_one_statement_at_a_time(
    with_citus: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = """
        ALTER TABLE employee_logs ADD COLUMN first int; -- a comment; with a semicolon
        CREATE FUNCTION nothing() RETURNS void LANGUAGE plpgsql AS $$ BEGIN NULL; END; $$;
        ALTER TABLE employee_heartbeats ADD COLUMN second text DEFAULT ';';
    """
    with_citus.sql(distribute)
    with pytest.raises(asyncpg.RaiseError, match="multiple commands"):
        with_citus.execute(script)
    monkeypatch.setattr(migrate, "rendered_sql", lambda _: script)

    asyncio.run(migrate.upgrade(with_citus.url or "", []))

    assert with_citus.value("SELECT count(second) FROM employee_heartbeats") == 0


def test_statements_of_a_script_are_what_postgres_takes_for_them() -> None:
    script = "SELECT 'a;''b'; -- c; d\n\nDO $x$ BEGIN; END $x$;;\nSELECT \"e;f\" ;  -- end"

    assert list(split_statements(script)) == [
        "SELECT 'a;''b'",
        "DO $x$ BEGIN; END $x$",
        'SELECT "e;f"',
    ]


def test_a_batch_is_planned_with_its_values(with_citus: TestServer) -> None:
    # Citus has no plan for INSERT ... SELECT FROM unnest() without them.
    async def plan_mode() -> str:
        writer = HeartbeatWriter(with_citus.url or "")
        async with writer.transaction() as transaction:
            mode: str = await transaction._connection.fetchval("SHOW plan_cache_mode")
        await writer.close()
        return mode

    alone = asyncio.run(plan_mode())
    with_citus.sql(distribute)

    assert (alone, asyncio.run(plan_mode())) == ("force_generic_plan", "force_custom_plan")


def test_the_function_that_drops_a_day_has_no_list_without_a_column(server: TestServer) -> None:
    body = server.value("SELECT prosrc FROM pg_proc WHERE proname = 'drop_day_partition'")

    assert not re.search(r"SELECT\s+FROM\s+%I", body)


def statements() -> Iterator[tuple[str, str]]:
    """Every statement of the storage that names a big table."""
    for module in pkgutil.iter_modules(postgres.__path__):
        if not module.ispkg:
            found = importlib.import_module(f"{postgres.__name__}.{module.name}")
            for name, text in vars(found).items():
                if isinstance(text, str) and _STATEMENT.match(text) and _BIG.search(text):
                    yield f"{module.name}.{name}", text


def test_no_statement_on_a_big_table_has_a_form_that_citus_refuses() -> None:
    checked = dict(statements())
    refused = [
        (name, what)
        for name, text in checked.items()
        for what, pattern in _UNSUPPORTED.items()
        if re.search(pattern, text)
    ]

    assert len(checked) > 15
    assert refused == []


def test_no_subquery_on_a_big_table_is_correlated_with_a_function() -> None:
    for name, text in statements():
        if re.search(r"\bunnest\(", text):
            assert not re.search(rf"EXISTS \(\s*SELECT[^)]*{_BIG.pattern}", text), name
