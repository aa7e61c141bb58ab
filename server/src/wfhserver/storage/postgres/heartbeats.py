"""What a batch of heartbeats changes, by prepared statements.

Agents are found without a lock. What was decided by that still holds when their `last_seq` has not
moved. The update checks that; agents that another worker has changed meanwhile are decided again.
So finding needs no transaction, and neither does a small batch, which is written by one statement.
"""

from collections.abc import Collection, Mapping
from contextlib import AsyncExitStack
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from wfhserver.models.agents import KnownAgent
from wfhserver.storage.interface import (
    AgentMoment,
    HeartbeatChanges,
    MissedLog,
    PresenceChange,
    ReportedPlugins,
)
from wfhserver.storage.postgres import heartbeat_statements as sql
from wfhserver.storage.postgres import runs
from wfhserver.storage.postgres.connection import Connection
from wfhserver.storage.postgres.latest_facts import LATEST_FACTS

# Honest agents know a handful; the rest is somebody filling the table.
_STATUS_LIMIT = 1000
_OTHER_STATUS = "other"


class PostgresHeartbeats:
    """See HeartbeatTransaction. asyncpg prepares each statement once per connection.

    A transaction begins when one is needed, and ends with *stack*. With *is_distributed* history is
    on other nodes than presence, and each has its own statement.
    """

    def __init__(
        self,
        connection: Connection,
        statuses: dict[str, int],
        stack: AsyncExitStack,
        *,
        is_distributed: bool,
    ) -> None:
        self._connection = connection
        self.statuses = statuses
        self._stack = stack
        self._is_distributed = is_distributed

    async def find_agents(
        self, token_hashes: list[bytes], *, locked: bool = False
    ) -> dict[bytes, KnownAgent]:
        """See HeartbeatTransaction.find_agents."""
        if locked:
            await self._begin()
        lock = sql.LOCKED if locked else ""
        rows = await self._connection.fetch(sql.FIND_AGENTS + lock, token_hashes)
        found = {row[0]: KnownAgent(*row[1:]) for row in rows}
        if len(found) < len(token_hashes):
            missing = [each for each in token_hashes if each not in found]
            rows = await self._connection.fetch(sql.FIND_LATE_AGENTS + lock, missing)
            found.update((row[0], KnownAgent(*row[1:])) for row in rows)
        return found

    async def stored_moments(self, moments: Collection[AgentMoment]) -> set[AgentMoment]:
        """See HeartbeatTransaction.stored_moments."""
        agent_ids, times = zip(*moments, strict=True)
        rows = await self._connection.fetch(sql.STORED_MOMENTS, agent_ids, times)
        return {(row[0], row[1]) for row in rows}

    async def apply(self, changes: HeartbeatChanges) -> set[int]:
        """See HeartbeatTransaction.apply."""
        if self._fits_one_statement(changes):
            return await self._write_at_once(changes)
        await self._begin()
        stale = set[int]()
        if changes.presence:
            numbers = await self._numbers_of(changes)
            columns = _presence_columns(changes.presence, numbers)
            rows = await self._connection.fetch(sql.UPDATE_PRESENCE, *columns, changes.latest)
            if len(rows) < len(changes.presence):
                stale = set(columns[0]).difference(row[0] for row in rows)
                changes = _without_agents(changes, stale)
            await self._connection.execute(sql.ADD_HISTORY, *_history_columns(changes, numbers))
        if changes.missed:
            await self._connection.execute(sql.ADD_MISSED, *_missed_columns(changes.missed))
        if changes.confirmed:
            await self._connection.execute(sql.END_OLDER_TOKENS, changes.confirmed)
        if changes.runs:
            await runs.note(self._connection, changes.runs)
        if changes.plugins:
            await self._connection.execute(sql.SET_PLUGINS, *_plugin_columns(changes.plugins))
        if changes.late:
            await self._connection.execute(sql.MARK_LATE, *_late_columns(changes))
        return stale

    def _fits_one_statement(self, changes: HeartbeatChanges) -> bool:
        return (
            bool(changes.presence)
            and not (changes.missed or changes.confirmed or changes.runs)
            and not (changes.plugins or changes.late)
            and not (self._is_distributed or self._connection.is_in_transaction())
            and len(changes.agent_ids) <= sql.AT_ONCE_LIMIT
        )

    async def _write_at_once(self, changes: HeartbeatChanges) -> set[int]:
        numbers = await self._numbers_of(changes)
        presence = _presence_columns(changes.presence, numbers)
        history = _history_columns(changes, numbers)
        rows = await self._connection.fetch(sql.WRITE_AT_ONCE, *presence, changes.latest, *history)
        return {change.agent_id for change in changes.presence}.difference(row[0] for row in rows)

    async def _begin(self) -> None:
        if not self._connection.is_in_transaction():
            await self._stack.enter_async_context(self._connection.transaction())

    async def rehearse(self, latest: datetime) -> None:
        """Run the statements that `apply` would, with nothing to write, and ask every node."""
        presence = _presence_columns([], {})
        if not self._is_distributed:
            await self._connection.fetch(sql.WRITE_AT_ONCE, *presence, latest, [], [], [])
        await self._connection.fetch(sql.UPDATE_PRESENCE, *presence, latest)
        await self._connection.execute(sql.ADD_HISTORY, [], [], [])
        await self._connection.execute(sql.ADD_MISSED, *_missed_columns([]))
        await self._connection.execute(sql.SET_PLUGINS, *_plugin_columns([]))
        await self._connection.execute(sql.MARK_LATE, [], [], latest)
        await self._connection.fetch(sql.ASK_EVERY_NODE)

    async def slots_taken(self, days: Mapping[int, date]) -> dict[int, list[int]]:
        """See HeartbeatTransaction.slots_taken."""
        devices = {agent: [agent] for agent in days}
        for row in await self._connection.fetch(sql.SAME_DEVICE, list(days)):
            devices[row["asking"]].append(row["agent_id"])
        numbers = [agent for device in devices.values() for agent in device]
        rows = await self._connection.fetch(sql.SLOTS_OF, [*set(days.values())], numbers)
        taken = {(row["agent_id"], row["workday"], row["slot"]) for row in rows}
        return {
            agent: [s for s in (1, 2) if any((of, day, s) in taken for of in devices[agent])]
            for agent, day in days.items()
        }

    async def _numbers_of(self, changes: HeartbeatChanges) -> dict[str, int]:
        """Return the numbers of the statuses; that of a duplicate is in the presence alone."""
        wanted = {*changes.statuses, *(each.status for each in changes.presence)}
        if not wanted <= self.statuses.keys():
            await self._learn_statuses(wanted)
        other = self.statuses[_OTHER_STATUS]
        return {name: self.statuses.get(name, other) for name in wanted}

    async def _learn_statuses(self, wanted: set[str]) -> None:
        await self._read_statuses()
        room = max(0, _STATUS_LIMIT - len(self.statuses))
        new = sorted(wanted - self.statuses.keys())[:room]
        if new:
            await self._connection.execute(sql.ADD_STATUSES, new)
            await self._read_statuses()

    async def _read_statuses(self) -> None:
        rows = await self._connection.fetch(sql.READ_STATUSES)
        self.statuses = {row["name"]: row["status"] for row in rows}


def _without_agents(changes: HeartbeatChanges, agents: set[int]) -> HeartbeatChanges:
    positions = [at for at, agent in enumerate(changes.agent_ids) if agent not in agents]
    return HeartbeatChanges(
        timestamps=[changes.timestamps[at] for at in positions],
        agent_ids=[changes.agent_ids[at] for at in positions],
        statuses=[changes.statuses[at] for at in positions],
        presence=[each for each in changes.presence if each.agent_id not in agents],
        missed=[each for each in changes.missed if each.agent_id not in agents],
        confirmed=[each for each in changes.confirmed if each not in agents],
        runs=[each for each in changes.runs if each.agent_id not in agents],
        plugins=[each for each in changes.plugins if each.agent_id not in agents],
        late=[each for each in changes.late if each[0] not in agents],
        latest=changes.latest,
    )


def _history_columns(changes: HeartbeatChanges, numbers: dict[str, int]) -> tuple[list[Any], ...]:
    statuses = [numbers[status] for status in changes.statuses]
    return (changes.timestamps, changes.agent_ids, statuses)


def _presence_columns(changes: list[PresenceChange], numbers: dict[str, int]) -> list[list[Any]]:
    places = {name: f"latest.{name}" if name in LATEST_FACTS else name for name in sql.CHANGE}
    columns = {name: list(map(attrgetter(place), changes)) for name, place in places.items()}
    columns["status"] = [numbers[status] for status in columns["status"]]
    return list(columns.values())


def _missed_columns(missed: list[MissedLog]) -> tuple[list[Any], ...]:
    return (
        [m.workday for m in missed],
        [m.agent_id for m in missed],
        [m.slot for m in missed],
        [m.reason for m in missed],
        [m.awake_from for m in missed],
        [m.awake_until for m in missed],
    )


def _plugin_columns(reported: list[ReportedPlugins]) -> tuple[list[Any], ...]:
    return (
        [each.agent_id for each in reported],
        [each.plugins for each in reported],
        [each.at for each in reported],
    )


def _late_columns(changes: HeartbeatChanges) -> tuple[Any, ...]:
    agents, days = zip(*changes.late, strict=True)
    return (agents, days, changes.latest)
