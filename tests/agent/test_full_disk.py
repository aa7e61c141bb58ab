"""The disk is full all day. Heartbeats and logs still arrive, from memory."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from tests.agent.loopback import MONDAY, LoopbackServer, MakeAgent, let_pass

from wfhagent.status import read_status
from wfhagent.testing import StaticClock


class FullDisk:
    """A connection that can read, but write only to temporary tables in memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.full = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        if self.full and sql.startswith(("INSERT", "UPDATE", "DELETE")) and "temp." not in sql:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        return self.connection.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any) -> sqlite3.Cursor:
        self.execute("UPDATE nothing" if self.full and "temp." not in sql else "SELECT 1")
        return self.connection.executemany(sql, parameters)


def test_a_full_disk_costs_neither_logs_nor_heartbeats(
    make_agent: MakeAgent,
    clock: StaticClock,
    server: LoopbackServer,
    monkeypatch: pytest.MonkeyPatch,
):
    agent = make_agent()
    agent.tick()
    disk = FullDisk(agent._outbox._db)
    for part in (
        agent._outbox,
        agent._outbox.days,
        agent._outbox._counters,
        agent._outbox._spill,
    ):
        monkeypatch.setattr(part, "_db", disk)
    disk.full = True
    let_pass(agent, clock, until=MONDAY + timedelta(hours=18))
    status = read_status(agent._assembly.paths.status)
    heartbeats_on_monday, logs_on_monday = len(server.heartbeats), len(server.logs)
    disk.full = False
    let_pass(agent, clock, until=MONDAY + timedelta(hours=24))

    assert status is not None
    assert "takes nothing; free some of it" in status.problem
    assert heartbeats_on_monday >= 215
    assert logs_on_monday == 2
    assert [log["slot"] for log in server.logs] == [1, 2]
    assert [slot for heartbeat in server.heartbeats for slot in heartbeat.get("missed", ())] == []
    assert agent._outbox.days.get(MONDAY.date()).slots == {1, 2}


def test_an_outbox_that_another_program_holds_costs_no_heartbeat(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    agent = make_agent()
    agent.tick()
    agent._outbox._db.execute("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(agent._outbox.file)) as other:
        other.execute("BEGIN EXCLUSIVE")
        let_pass(agent, clock, until=MONDAY + timedelta(hours=1))
        status = read_status(agent._assembly.paths.status)
        other.rollback()
    let_pass(agent, clock, until=MONDAY + timedelta(hours=2))

    assert status is not None
    assert "another program held the outbox" in status.problem
    assert len(server.heartbeats) >= 24
    assert [heartbeat["health"]["dropped_heartbeats"] for heartbeat in server.heartbeats] == [
        0
    ] * len(server.heartbeats)
    assert agent._outbox.unwritable == ""
