"""Facts in lists of other rooms: which devices match filters, and the values of chosen facts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from wfhserver.audit.log import Audit, Entry
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.facts.inventory import read_inventory
from wfhserver.facts.pages import row_of
from wfhserver.facts.queries import FactQuery, FactSelection, select
from wfhserver.models.users import User
from wfhserver.storage.postgres import facts
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.facts import WantedDevices


class ChosenFacts:
    """Facts for lists of devices; *where* and *names* as `FactQuery` has them."""

    def __init__(self, database: Database, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    async def matching(
        self, user: User, where: Sequence[str], *, polled: bool = False
    ) -> set[int] | None:
        """Return the agents for which every filter holds; None without filters.

        What is *polled* would fill the audit log: it has no personal facts, which Refusal says.
        """
        if not where:
            return None
        async with self._database.connection() as connection:
            wanted = await _selection(connection, user, where, (), self._clock.now())
            _check(wanted, polled=polled)
            return set(await facts.agents(connection, wanted.devices))

    async def values(
        self,
        user: User,
        names: Sequence[str],
        devices: Mapping[int, int],
        where: Sequence[str] = (),
        *,
        polled: bool = False,
    ) -> dict[int, dict[str, Any]]:
        """Return the newest values by agent, of *devices*: agents and their employees.

        On record if a fact of *names* or *where* is personal; those *polled* as above.
        """
        if not (names or where):
            return {}
        async with self._database.transaction() as connection:
            wanted = await _selection(connection, user, where, names, self._clock.now())
            _check(wanted, polled=polled)
            shown = WantedDevices(user.sees_teams_of, list(devices))
            found = await facts.page(connection, shown, wanted.facts, None, len(devices))
            if wanted.is_personal and devices:
                entry = Entry(
                    actor=user.actor,
                    action="fact.list",
                    employee_ids=sorted(set(devices.values())),
                    details=wanted.audit_details,
                )
                await self._audit.record(entry, within=connection)
        rows = [row_of(each) for each in found]
        return {
            row.agent_id: {
                column.fact: cell.value
                for column, cell in zip(wanted.columns, row.cells, strict=True)
                if not cell.missing
            }
            for row in rows
        }


async def _selection(
    connection: AnyConnection, user: User, where: Sequence[str], names: Sequence[str], now: datetime
) -> FactSelection:
    query = FactQuery(fact=tuple(names), where=tuple(where))
    return await select(connection, user, query, await read_inventory(connection, user), now)


def _check(wanted: FactSelection, *, polled: bool) -> None:
    if polled and wanted.is_personal:
        raise Refusal(
            Code.INVALID_FIELD,
            "This list is read again and again, and shows no facts about persons. Open the page"
            " Facts, where each view is recorded.",
            field="fact",
        )
