"""Tables, distributions and histories of facts; whatever is personal is put on record first."""

from collections.abc import Sequence
from typing import Any

import msgspec

from wfhserver.audit.log import Audit, Entry
from wfhserver.days import ONE_DAY, RetentionCalendar
from wfhserver.errors import Code, Refusal
from wfhserver.facts.device_plugins import DevicePlugins, device_plugins
from wfhserver.facts.distribution import distribution_of
from wfhserver.facts.inventory import read_inventory
from wfhserver.facts.queries import FactQuery, select
from wfhserver.models.facts import (
    FactCell,
    FactDistribution,
    FactHistory,
    FactPoint,
    FactRow,
    FactTable,
    PluginFacts,
)
from wfhserver.models.users import User
from wfhserver.paging import page_token, read_token
from wfhserver.storage.postgres import facts
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.employees import NameKey
from wfhserver.storage.postgres.facts import StoredFacts, WantedDevices, WantedFact

_NOT_COLLECTED = "Not collected yet."


class PluginList(msgspec.Struct, frozen=True):
    """The plugins of all devices that a user may see, by name."""

    plugins: list[PluginFacts]


class FactPages:
    """Shows facts to the users who may see them."""

    def __init__(self, database: Database, audit: Audit, calendar: RetentionCalendar) -> None:
        self._database = database
        self._audit = audit
        self._calendar = calendar

    async def plugins(self, user: User) -> PluginList:
        """Return which plugins devices have, and what they declare."""
        async with self._database.connection() as connection:
            return PluginList((await read_inventory(connection, user)).plugins)

    async def device_plugins(self, user: User, agent_id: int) -> DevicePlugins:
        """Return the plugins of one device; Refusal when the user may not see it."""
        return await device_plugins(self._database, user, agent_id)

    async def table(
        self, user: User, query: FactQuery, token: str | None, limit: int, reason: str | None
    ) -> FactTable:
        """Return a page of devices; Refusal for filters that cannot be."""
        after = read_token(token, NameKey)
        async with self._database.transaction() as connection:
            inventory = await read_inventory(connection, user)
            now = self._calendar.clock.now()
            wanted = await select(connection, user, query, inventory, now)
            found = await facts.page(connection, wanted.devices, wanted.facts, after, limit + 1)
            count = None
            if after is None:
                full = len(found) > limit
                count = await facts.count(connection, wanted.devices) if full else len(found)
            shown = found[:limit]
            if wanted.is_personal and shown:
                await self._audit.record(
                    Entry(
                        actor=user.actor,
                        action="fact.list",
                        employee_ids=[row.employee_id for row in shown],
                        reason=reason,
                        details={**wanted.audit_details, "rows": len(shown)},
                    ),
                    within=connection,
                )
        last = shown[-1] if len(found) > limit else None
        return FactTable(
            columns=wanted.columns,
            rows=[row_of(row) for row in shown],
            next_page=None if last is None else page_token(NameKey(last.username, last.agent_id)),
            count=count,
        )

    async def distribution(
        self, user: User, fact: str, query: FactQuery, reason: str | None
    ) -> FactDistribution:
        """Return how a fact is distributed over the devices of *query*."""
        async with self._database.transaction() as connection:
            inventory = await read_inventory(connection, user)
            column = inventory.column(fact, field="fact")
            narrowed = query.model_copy(update={"plugin": column.plugin, "fact": (fact,)})
            now = self._calendar.clock.now()
            wanted = await select(connection, user, narrowed, inventory, now)
            on_record = wanted.is_personal
            found = await facts.values(
                connection, wanted.devices, wanted.facts[0], with_people=on_record
            )
            if on_record and found:
                people = {number for row in found for number in row.employee_ids}
                await self._audit.record(
                    Entry(
                        actor=user.actor,
                        action="fact.distribution",
                        employee_ids=sorted(people),
                        reason=reason,
                        details=wanted.audit_details,
                    ),
                    within=connection,
                )
        return distribution_of(column, found)

    async def history(
        self, user: User, agent_id: int, fact: str, reason: str | None
    ) -> FactHistory:
        """Return a fact of one device over the days that are kept; Refusal when it has none."""
        days = (self._calendar.oldest_kept(), self._calendar.today() + ONE_DAY)
        async with self._database.transaction() as connection:
            inventory = await read_inventory(connection, user)
            column = inventory.column(fact, field="fact")
            wanted = inventory.wanted(column)
            row = await _device(connection, user, agent_id, wanted)
            found = await facts.points(connection, agent_id, days, wanted)
            if column.personal != "no":
                await self._audit.record(
                    Entry(
                        actor=user.actor,
                        action="fact.view",
                        employee_ids=[row.employee_id],
                        reason=reason,
                        details={"facts": [fact], "device": f"a{agent_id}"},
                    ),
                    within=connection,
                )
        points = [FactPoint(each.at, _decoded(each.value), each.missing or "") for each in found]
        return FactHistory(column=column, row=row_of(row), points=points)


async def _device(
    connection: AnyConnection, user: User, agent_id: int, fact: WantedFact
) -> StoredFacts:
    device = WantedDevices(user.sees_teams_of, [agent_id], sets=fact.sets)
    found = await facts.page(connection, device, [fact], None, 1)
    if not found:
        raise Refusal(
            Code.NOT_FOUND, "Device with this fact not found among those that you can see."
        )
    return found[0]


def row_of(stored: StoredFacts) -> FactRow:
    """Return a device with the newest value of each fact."""
    columns = zip(stored.now, stored.logged, stored.missing, strict=True)
    return FactRow(
        agent_id=stored.agent_id,
        employee_id=stored.employee_id,
        username=stored.username,
        hostname=stored.hostname,
        last_seen=stored.last_seen,
        cells=[_cell(stored, each) for each in columns],
    )


def _cell(stored: StoredFacts, found: Sequence[str | None]) -> FactCell:
    now, logged, missing = found
    if now is not None:
        return FactCell(_decoded(now), stored.last_seen)
    if logged is not None:
        return FactCell(_decoded(logged), stored.logged_at)
    return FactCell(missing=missing or _NOT_COLLECTED)


def _decoded(value: str | None) -> Any:
    return None if value is None else msgspec.json.decode(value)
