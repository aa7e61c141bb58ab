"""Forgetting: whole days, files with rows, and the orphans of both sides."""

import asyncio
import errno
import json
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import httpx
import pytest

from wfhserver.cli.retention import lines_of
from wfhserver.days import RetentionCalendar
from wfhserver.errors import DatabaseUnavailableError
from wfhserver.retention.run import Retention, RetentionResult
from wfhserver.screenshots.folder import FolderStore
from wfhserver.storage.postgres import partitions
from wfhserver.storage.postgres.connection import Connection, Database
from wfhserver.storage.postgres.retention import exclusive_retention
from wfhserver.storage.postgres.storage import PostgresStorage
from wfhserver.testing import (
    NOW,
    StillClock,
    TestServer,
    bearer,
    heartbeat_body,
    log_request,
    screenshot_bytes,
    trusting,
)

Run = Callable[..., RetentionResult]


@pytest.fixture
def run(own_server: TestServer) -> Run:
    """Run retention once, as the command line does."""

    def once(*, dry_run: bool = False, zone: Any = UTC) -> RetentionResult:
        return asyncio.run(with_retention(own_server, lambda r: r.run(dry_run=dry_run), zone))

    return once


async def with_retention(
    server: TestServer, work: Callable[[Retention], Any], zone: Any = UTC
) -> Any:
    storage = PostgresStorage(server.url, connections=2)
    await storage.open()
    try:
        calendar = RetentionCalendar(clock=server.clock, zone=zone, retention_days=30)
        store = FolderStore(server.settings["data_directory"] / "screenshots")
        return await work(
            Retention(storage.retention, store, calendar, trusting(server.clock), audit_days=365)
        )
    finally:
        await storage.close()


def fill(server: TestServer) -> None:
    """Store a heartbeat, a log with a screenshot and a missed slot of today."""
    token = server.agent_token()
    missed = [{"workday": "2026-11-20", "slot": 1, "reason": "off"}]

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        answers = [
            await client.post(
                "/api/heartbeat", json=heartbeat_body(missed=missed), headers=bearer(token)
            ),
            await client.post("/api/log", **log_request(token, screenshot_bytes())),
        ]
        return [answer.status_code for answer in answers]

    assert server.run(scenario) == [200, 201]
    server.add_thumbnails()


def days_of(server: TestServer) -> set[str]:
    rows = server.rows(
        "SELECT right(relname, 8) FROM pg_class WHERE relispartition AND relkind = 'r'"
        " AND relname NOT LIKE '%held'"
    )
    return {row[0] for row in rows}


def count(server: TestServer, table: str) -> int:
    return server.value(f"SELECT count(*) FROM {table}")


def test_there_is_a_partition_for_every_day_that_is_accepted(own_server: TestServer) -> None:
    days = days_of(own_server)

    assert min(days) == "20261024"
    assert max(days) >= "20261125"


def test_days_are_made_one_at_a_time_and_again_where_somebody_is_at_the_table(
    own_server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    create, refused = partitions._create, list[partitions.Partition]()

    async def busy_once(connection: Any, partition: partitions.Partition) -> bool:
        if partition not in refused:
            refused.append(partition)
            raise asyncpg.LockNotAvailableError("canceling statement due to lock timeout")
        return await create(connection, partition)

    monkeypatch.setattr(partitions, "_create", busy_once)
    days = [date(2030, 1, day) for day in (1, 2, 3)]

    made = [own_server.sql(partitions.make_partitions, days) for _ in range(2)]

    assert made == [6, 0]
    assert len(refused) == 6
    # On Citus, those of months in one transaction would need more locks than there is room for.
    transactions = own_server.value(
        "SELECT count(DISTINCT xmin::text) FROM pg_class WHERE relname ~ '^employee_.*_203001'"
        " AND relkind = 'r'"
    )
    assert transactions == 6


def test_a_day_is_forgotten_after_thirty_days_and_not_before(
    own_server: TestServer, run: Run
) -> None:
    fill(own_server)
    screenshots = own_server.settings["data_directory"] / "screenshots"
    own_server.clock.time = NOW + timedelta(days=30)

    early = run()
    still_there = (count(own_server, "employee_heartbeats"), len(list(screenshots.iterdir())))
    own_server.clock.time = NOW + timedelta(days=31)
    gone = run()

    assert (early.missed_rows_deleted, early.screenshots_deleted) == (1, 0)
    assert still_there == (1, 1)
    assert (gone.partitions_dropped, gone.screenshot_days_deleted, gone.screenshots_deleted) == (
        2,
        1,
        1,
    )
    assert count(own_server, "employee_heartbeats") == count(own_server, "employee_logs") == 0
    assert list(screenshots.iterdir()) == []
    assert min(days_of(own_server)) == "20261124"


def test_a_dry_run_counts_the_same_and_changes_nothing(own_server: TestServer, run: Run) -> None:
    fill(own_server)
    own_server.clock.time = NOW + timedelta(days=31)
    before = days_of(own_server)

    counted = asdict(run(dry_run=True))
    after = days_of(own_server)
    done = asdict(run())

    assert before == after
    same = {"dry_run", "partitions_made"}
    assert {k: v for k, v in counted.items() if k not in same} == {
        k: v for k, v in done.items() if k not in same
    }


def test_a_dry_run_names_each_day_and_what_goes_of_it(own_server: TestServer, run: Run) -> None:
    fill(own_server)
    own_server.clock.time = NOW + timedelta(days=31)

    lines = list(lines_of(run(dry_run=True)))
    first = [line for line in lines if line.startswith("2026-11-23 ")]

    assert first == ["2026-11-23 would be deleted: heartbeats, logs, 1 screenshots, 1 thumbnails"]
    days = [line[:10] for line in lines if "would be deleted" in line]
    assert days == [f"{date(2026, 10, 24) + timedelta(days=n)}" for n in range(31)]
    assert any(line.startswith("2026-11-23 deleted: ") for line in lines_of(run()))


def test_the_last_report_of_a_silent_device_is_deleted_too(
    own_server: TestServer, run: Run
) -> None:
    heartbeat = heartbeat_body(
        health={"problem": "no network"}, extra={"idle": {"s": 7}}, time_zone="+05:45"
    )
    token = own_server.agent_token()
    assert own_server.request(
        "POST", "/api/heartbeat", json=heartbeat, headers=bearer(token)
    ).is_success

    def known() -> list[tuple[Any, ...]]:
        return own_server.rows("SELECT last_seen, health, extra, time_zone FROM agent_presence")

    own_server.clock.time += timedelta(days=30)
    early, before = run(), known()
    own_server.clock.time += timedelta(days=1)
    counted, deleted = run(dry_run=True), run()

    assert [each.machine_facts_deleted for each in (early, counted, deleted)] == [0, 1, 1]
    assert None not in before[0]
    assert known() == [(NOW, None, None, None)]


def test_the_servers_midnight_decides(own_server: TestServer, run: Run) -> None:
    # 12:00 UTC is already the next day in Auckland.
    own_server.clock.time = NOW.replace(hour=12)

    run(zone=ZoneInfo("Pacific/Auckland"))

    assert min(days_of(own_server)) == "20261025"


def test_old_orphans_are_swept_young_ones_and_strangers_are_left(
    own_server: TestServer, run: Run
) -> None:
    fill(own_server)
    folder = own_server.settings["data_directory"] / "screenshots" / "2026-11-23"
    for name, age in {"old.webp": 7200, "old.webp.part": 7200, "young.webp": 60}.items():
        (folder / name).write_bytes(b"x")
        moment = NOW.timestamp() - age
        os.utime(folder / name, (moment, moment))
    (folder / "README").write_text("not ours")

    result = run()

    names = {each.name for each in folder.iterdir() if not each.name.startswith(("old", "README"))}
    assert result.orphan_files_deleted == 2
    assert len(names) == 3  # Screenshot, thumbnail and the young one.
    assert "young.webp" in names
    assert (folder / "README").exists()


def test_rows_whose_file_is_gone_are_counted_and_kept(own_server: TestServer, run: Run) -> None:
    fill(own_server)
    path = own_server.value("SELECT screenshot_path FROM employee_logs")
    (own_server.settings["data_directory"] / "screenshots" / path).unlink()

    assert run().rows_without_file == 1
    assert count(own_server, "employee_logs") == 1


def test_in_a_day_and_a_half_the_server_sweeps_every_day(own_server: TestServer, run: Run) -> None:
    retention = Retention(
        lambda: None,  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]
        _calendar(own_server),
        trusting(own_server.clock),
        audit_days=365,
    )
    newest = own_server.clock.time.date()
    seen = set()

    for _ in range(36):
        hour = retention._days_of_this_hour()
        assert {newest, newest - timedelta(days=1)} <= hour
        assert len(hour) <= 6
        seen |= hour
        own_server.clock.pause(3600)
        newest = own_server.clock.time.date()

    assert set(_calendar(own_server).partition_days()) - seen <= {max(seen) + timedelta(days=1)}


def _calendar(server: TestServer) -> RetentionCalendar:
    return RetentionCalendar(clock=server.clock, zone=UTC, retention_days=30)


def test_one_at_a_time(own_server: TestServer) -> None:
    async def second_while_first(retention: Retention) -> RetentionResult:
        async with retention._begin() as first:
            assert first is not None
            return await retention.run()

    assert asyncio.run(with_retention(own_server, second_while_first)).done is False


class LingeringDatabase(Database):
    """Closes the connections of `patient` late, as a busy PostgreSQL notices it."""

    def __init__(self, url: str, late: AsyncExitStack) -> None:
        super().__init__(url, connections=1)
        self._late = late

    @asynccontextmanager
    async def patient(self) -> AsyncIterator[Connection]:
        yield await self._late.enter_async_context(super().patient())


def test_a_run_that_has_ended_does_not_block_the_next_one(own_server: TestServer) -> None:
    async def twice() -> list[bool]:
        async with AsyncExitStack() as late:
            database = LingeringDatabase(own_server.url, late)
            started = []
            for _ in range(2):
                async with exclusive_retention(database) as steps:
                    started.append(steps is not None)
            return started

    assert asyncio.run(twice()) == [True, True]


def test_a_partition_in_use_is_dropped_the_next_time(own_server: TestServer, run: Run) -> None:
    fill(own_server)
    own_server.clock.time = NOW + timedelta(days=31)

    with own_server.reading("SELECT * FROM employee_logs_20261123"):
        first = run()
    second = run()

    assert (first.partitions_postponed, second.partitions_postponed) == (1, 0)
    # Its row stays, and so does its file.
    assert (first.screenshots_deleted, second.screenshots_deleted) == (0, 1)
    assert second.partitions_dropped == 1


def test_the_server_does_it_by_itself_and_survives_an_outage(tmp_path: Path) -> None:
    server = TestServer(tmp_path, StillClock(), "postgresql://nobody@127.0.0.1:9/nothing")

    assert server.request("GET", "/healthz").status_code == 200


def test_a_folder_that_only_looks_like_a_day_is_left_alone(
    own_server: TestServer, run: Run
) -> None:
    stranger = own_server.settings["data_directory"] / "screenshots" / "2026-02-30"
    stranger.mkdir(parents=True)

    assert run().done
    assert stranger.exists()


@pytest.mark.parametrize("function", ["make_day_partition", "drop_day_partition"])
def test_what_runs_as_the_owner_of_the_schema_touches_day_partitions_only(
    server: TestServer, function: str
) -> None:
    for table in ("users", "employee_logs; DROP TABLE users", "", None):
        with pytest.raises(asyncpg.RaiseError, match="has no day partitions"):
            server.execute(f"SELECT {function}($1, '2026-11-23')", table)


def test_a_temporary_table_is_not_taken_for_a_table_of_the_schema(own_server: TestServer) -> None:
    own_server.execute(
        "CREATE TEMP TABLE employee_logs (stolen text);"
        " SELECT make_day_partition('employee_logs', '2030-01-01')"
    )

    assert own_server.value("SELECT 'employee_logs_20300101'::regclass::text") is not None
    assert own_server.value("SELECT count(*) FROM employee_logs_20300101") == 0
    own_server.execute("SELECT drop_day_partition('employee_logs', '2030-01-01')")
    assert own_server.value("SELECT to_regclass('employee_logs_20300101')") is None


def test_a_server_ends_though_the_database_fails_while_it_ends(
    server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = asyncio.Event()

    async def broken_off(_: Retention, **__: Any) -> RetentionResult:
        running.set()
        try:
            await asyncio.Event().wait()
        finally:
            # As a pool does that waited too long for the end of a statement.
            raise DatabaseUnavailableError("The database cannot be used at the moment.")

    async def scenario(_: httpx.AsyncClient) -> bool:
        return await running.wait()

    monkeypatch.setattr(Retention, "run", broken_off)

    assert server.run(scenario)


def send_test_log(server: TestServer, *, second: int = 0) -> str:
    """Send a test log with a screenshot; return the agent's token."""
    token = server.agent_token()
    at = f"2026-11-23T11:40:{second:02}Z"
    answer = server.request(
        "POST", "/api/log", **log_request(token, screenshot_bytes(), slot=0, timestamp=at)
    )
    assert answer.status_code == 201
    return token


def test_a_test_log_and_its_screenshot_are_deleted_after_a_day_and_not_before(
    own_server: TestServer, run: Run
) -> None:
    fill(own_server)
    send_test_log(own_server)
    own_server.clock.time = NOW + timedelta(hours=24)
    early = run()
    own_server.clock.time = NOW + timedelta(hours=24, seconds=1)
    counted = run(dry_run=True)
    done = run()

    assert [each.test_logs_deleted for each in (early, counted, done)] == [0, 1, 1]
    # The day's log stays, with its screenshot and its thumbnail.
    assert own_server.rows("SELECT slot FROM employee_logs") == [(1,)]
    assert len(own_server.files()) == 2
    assert done.rows_without_file == done.orphan_files_deleted == 0


def test_a_legal_hold_keeps_a_test_log_as_well(own_server: TestServer, run: Run) -> None:
    send_test_log(own_server)
    own_server.execute(
        "INSERT INTO legal_holds SELECT employee_id, $1, 'admin', 'a lawsuit' FROM employees", NOW
    )
    own_server.clock.time = NOW + timedelta(days=2)

    assert run().test_logs_deleted == 0
    assert len(own_server.files()) == 1


def test_a_day_that_cannot_be_deleted_stops_no_other_step_and_is_reported(
    own_server: TestServer, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(own_server)
    screenshots = own_server.settings["data_directory"] / "screenshots"
    later = screenshots / "2026-11-24"
    later.mkdir()
    (later / "x.webp").write_bytes(b"x")
    rmtree = shutil.rmtree

    def busy(path: Path, *arguments: Any, **named: Any) -> None:
        if path.name == "2026-11-23":
            raise OSError(errno.EBUSY, "Device or resource busy", str(path))
        rmtree(path, *arguments, **named)

    monkeypatch.setattr(shutil, "rmtree", busy)
    own_server.clock.time = NOW + timedelta(days=32)
    own_server.believe_clock()
    result = run()

    async def scenario(client: httpx.AsyncClient) -> tuple[Any, str]:
        return (await client.get("/readyz")).json(), (await client.get("/metrics")).text

    ready, metrics = own_server.run(scenario)

    assert list(result.failures) == ["screenshots of 2026-11-23"]
    assert "Device or resource busy" in result.failures["screenshots of 2026-11-23"]
    assert not later.exists()
    assert (result.screenshot_days_deleted, result.screenshots_deleted) == (1, 1)
    assert ready["ready"]
    assert "screenshots of 2026-11-23: The folder of the screenshots" in ready["retention"]
    assert "wfhserver_retention_failed_steps 1.0" in metrics


def test_a_step_that_the_database_refuses_stops_no_other(own_server: TestServer, run: Run) -> None:
    fill(own_server)
    own_server.clock.time = NOW + timedelta(days=31)
    own_server.execute("ALTER TABLE sessions RENAME TO gone")

    result = run()

    assert list(result.failures) == ["sessions_deleted"]
    assert result.screenshots_deleted == 1
    assert json.loads(own_server.value("SELECT failures FROM retention_runs")) == result.failures
