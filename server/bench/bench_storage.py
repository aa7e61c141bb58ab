"""What heartbeats and logs cost on disk, to read, and to forget; PostgreSQL with its defaults."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Any

import asyncpg
from figures import Figure
from postgres import milliseconds, postgres

from wfhserver.storage.postgres.partitions import Partition, drop_partitions
from wfhserver.testing import NOW, TestServer

EMPLOYEES = 5000  # As the SQL below has it.
DAYS = 30
DENSE = 100  # agents with a heartbeat every five minutes, for seven days
DAY_ROWS = 840_000
LOGS_PER_DAY = 10_000
TODAY = NOW.date()

AGENTS = """
INSERT INTO employees (username, created_at)
SELECT 'first.last' || n, now() FROM generate_series(1, 5000) AS n;
INSERT INTO agents (agent_uuid, employee_id, hostname, platform, agent_version, token_hash,
                    enrolled_at)
SELECT gen_random_uuid(), employee_id, 'LAPTOP-' || employee_id, '', '',
       sha256(employee_id::text::bytea), now()
  FROM employees ORDER BY employee_id;
INSERT INTO agent_presence (agent_id, status, last_seen)
SELECT agent_id, 1, now() FROM agents
"""
NAIVE = """
CREATE TABLE naive ("user" text, host text, status text, ts timestamptz);
CREATE INDEX ON naive ("user", ts)
"""
# A round of heartbeats of all devices, one after the other, as they arrive. Host names have fifteen
# characters, as Windows gives them.
NAIVE_ROUND = """
INSERT INTO naive
SELECT 'firstname.last' || n, 'DESKTOP-' || lpad(n::text, 7, 'X'), 'online',
       $1::timestamptz + n * interval '1 ms'
  FROM generate_series(1, $2::int) AS n
"""
OUR_ROUND = """
INSERT INTO employee_heartbeats ("timestamp", agent_id, status)
SELECT $1::timestamptz + n * interval '1 ms', n, 1 FROM generate_series(1, $2::int) AS n
"""
SIZES = """
SELECT pg_total_relation_size('naive'),
       (SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits
         WHERE inhparent = 'employee_heartbeats'::regclass),
       (SELECT count(*) FROM naive), (SELECT count(*) FROM employee_heartbeats)
"""
LAST_SEEN = "SELECT agent_id, last_seen, status FROM agent_presence"
LATERAL = """
SELECT a.agent_id, h."timestamp", h.status FROM agents AS a
 CROSS JOIN LATERAL (SELECT "timestamp", status FROM employee_heartbeats
                      WHERE agent_id = a.agent_id ORDER BY "timestamp" DESC LIMIT 1) AS h
"""
# What the product does not need, and its yardstick is fastest with.
LATERAL_INDEX = """
CREATE INDEX yardstick ON employee_heartbeats (agent_id, "timestamp") INCLUDE (status)
"""
WEEK = """
SELECT "timestamp", status FROM employee_heartbeats
 WHERE agent_id = $1 AND "timestamp" >= $2 AND "timestamp" < $3
"""
LOGS = """
INSERT INTO employee_logs ("timestamp", received_at, agent_id, workday, slot, screenshot,
                           screenshot_path, absent, extra)
SELECT $1::timestamptz + n * interval '4 s', now(), 1 + n % 5000, $2::date, 1 + n / 5000,
       '{"status": "taken"}', 'a/path/of/usual/length.webp', '{}', '{}'
  FROM generate_series(0, $3::int - 1) AS n
"""
PAGE = """
SELECT "timestamp", workday, slot, screenshot, screenshot_path, location FROM employee_logs
 WHERE agent_id = $1 AND workday BETWEEN $2 AND $3 AND "timestamp" < $4
 ORDER BY "timestamp" DESC LIMIT 10
"""
HOLDS = """
INSERT INTO legal_holds (employee_id, held_since, held_by, reason)
SELECT employee_id, now(), 'bench', 'bench' FROM employees ORDER BY employee_id LIMIT 10
"""
# Some fourteen months of ten people.
ADD_ROWS_ON_HOLD = """
INSERT INTO employee_heartbeats_held ("timestamp", agent_id, status)
SELECT '1960-01-01'::timestamptz + n * interval '30 s', 1 + n % 10, 1
  FROM generate_series(1, 1000000) AS n
"""
LSN = "SELECT pg_current_wal_insert_lsn()"
BYTES = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1)::float8"


def figures() -> list[Figure]:
    """Measure on one PostgreSQL, one after the other."""
    with postgres() as server:
        return asyncio.run(_measure(server))


async def _measure(server: TestServer) -> list[Figure]:
    connection = await asyncpg.connect(server.url)
    try:
        await connection.execute(AGENTS)
        return [
            await _size(connection),
            *await _reads(connection),
            *await _pages(connection),
            *await _forgetting(connection),
        ]
    finally:
        await connection.close()


async def _size(connection: Any) -> Figure:
    await connection.execute(NAIVE)
    for number in range(96):
        moment = NOW - timedelta(hours=9) + timedelta(minutes=5 * number)
        await connection.execute(NAIVE_ROUND, moment, EMPLOYEES)
        await connection.execute(OUR_ROUND, moment, EMPLOYEES)
    naive, ours, naive_rows, our_rows = await connection.fetchrow(SIZES)
    await connection.execute("DROP TABLE naive")
    note = "naive: (user, host, status text, timestamptz), btree(user, timestamptz)"
    per_row = (float(ours) / our_rows, float(naive) / naive_rows)
    return Figure("storage.bytes", *per_row, 0.6, "bytes/heartbeat", "lower", note)


async def _reads(connection: Any) -> list[Figure]:
    short = await milliseconds(connection, LAST_SEEN)
    start = datetime.combine(TODAY, datetime.min.time(), NOW.tzinfo)
    for day in range(DAYS - 1, -1, -1):
        if day == 0:
            # Today's rows stay as they came, as in the field.
            await connection.execute("VACUUM (ANALYZE) employee_heartbeats, agents, agent_presence")
        for number in range(288 if 0 < day <= 7 else 72):  # noqa: PLR2004 -- a day, a week
            moment = start - timedelta(days=day) + timedelta(minutes=5 * number)
            count = EMPLOYEES if number % 36 == 0 or day == 0 else DENSE
            await connection.execute(OUR_ROUND, moment, count)
    presence = await milliseconds(connection, LAST_SEEN)
    week = await milliseconds(connection, WEEK, 50, start - timedelta(days=7), start)
    await connection.execute(LATERAL_INDEX)
    lateral = await milliseconds(connection, LATERAL)
    rows = len(await connection.fetch(WEEK, 50, start - timedelta(days=7), start))
    return [
        Figure("storage.last_seen", presence, lateral, 0.02, "ms", "lower", "LATERAL"),
        Figure("storage.last_seen_flat", presence, short, 1.5, "ms", "lower", "one day, 30 days"),
        Figure("storage.week", week, 2.0, 1.0, "ms", "lower", f"{rows} heartbeats; the promise"),
    ]


async def _pages(connection: Any) -> list[Figure]:
    days = [TODAY - timedelta(days=number) for number in range(DAYS)]
    for day in days:
        moment = datetime.combine(day, datetime.min.time(), NOW.tzinfo)
        await connection.execute(LOGS, moment, day, LOGS_PER_DAY)
    await connection.execute("VACUUM (ANALYZE) employee_logs")
    first_day, last_day = days[-1], days[0]

    async def page(before: datetime) -> float:
        return await milliseconds(connection, PAGE, 77, first_day, last_day, before)

    first = await page(NOW + timedelta(days=1))
    last = await page(NOW - timedelta(days=DAYS - 6))
    return [
        Figure("storage.logs_first", first, 5.0, 1.0, "ms", "lower", "the promise"),
        Figure("storage.logs_later", last, first, 1.5, "ms", "lower", "a page at the end"),
    ]


async def _forgetting(connection: Any) -> list[Figure]:
    async def wal(work: Callable[[], Awaitable[Any]]) -> float:
        before = await connection.fetchval(LSN)
        await work()
        return float(await connection.fetchval(BYTES, before))

    async def fill(day: date) -> None:
        moment = datetime.combine(day, datetime.min.time(), NOW.tzinfo)
        rounds, size = 168, DAY_ROWS // 168
        for number in range(rounds):
            await connection.execute(OUR_ROUND, moment + timedelta(minutes=8 * number), size)

    await connection.execute("DROP INDEX IF EXISTS yardstick")
    # It would write WAL between the two measurements.
    await connection.execute("ALTER SYSTEM SET autovacuum = off")
    await connection.execute("SELECT pg_reload_conf()")
    # The oldest day is the one that goes, where something is held of it.
    gone, deleted, on_hold = (TODAY + timedelta(days=number) for number in (2, 3, -DAYS))
    for day in (gone, on_hold, deleted):
        await fill(day)
    await connection.execute("CHECKPOINT")
    dropped = await wal(lambda: _drop(connection, gone))
    await connection.execute(HOLDS)
    await connection.execute(ADD_ROWS_ON_HOLD)
    # As in the field, where those rows are no news: a first look at them would write WAL.
    aged = Partition(table="employee_heartbeats", day=on_hold).name
    await connection.execute(f"VACUUM employee_heartbeats_held, {aged}")
    await connection.execute("CHECKPOINT")
    began = perf_counter()
    with_holds = await wal(lambda: _drop(connection, on_hold))
    seconds = perf_counter() - began
    victim = Partition(table="employee_heartbeats", day=deleted).name
    by_row = await wal(lambda: connection.execute(f"DELETE FROM {victim}"))  # noqa: S608 -- our name
    note = f"DELETE of {DAY_ROWS:,} heartbeats"
    hold_note = f"{note}; ten employees held, 1,000,000 of theirs before, {seconds:.2f} s"
    unit = "bytes of WAL"
    return [
        Figure("storage.retention", dropped, by_row, 0.002, unit, "lower", note),
        Figure("storage.retention_held", with_holds, by_row, 0.02, unit, "lower", hold_note),
    ]


async def _drop(connection: Any, day: date) -> None:
    await drop_partitions(connection, [Partition(table="employee_heartbeats", day=day)])
