"""Facts in lists of other rooms: which devices match filters, and the values of chosen facts."""

from collections.abc import Mapping, Sequence
from typing import Any

from wfhserver.audit.log import Audit, Entry
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.facts.inventory import read_inventory
from wfhserver.facts.pages import row_of
from wfhserver.facts.queries import FactQuery, FactSelection, select
from wfhserver.models.users import User
from wfhserver.storage.postgres import facts
from wfhserver.storage.postgres.connection import Database
from wfhserver.storage.postgres.facts import WantedDevices


class Choice:
    """The filters and facts of one list.

    Attributes:
        agents: those for which every filter holds; None without filters.
    """

    def __init__(
        self,
        selection: FactSelection,
        agents: set[int] | None,
        user: User,
        database: Database,
        audit: Audit,
    ) -> None:
        self.agents = agents
        self._selection = selection
        self._user = user
        self._database = database
        self._audit = audit

    async def values(self, devices: Mapping[int, int]) -> dict[int, dict[str, Any]]:
        """Return the newest values by agent, of *devices*: agents and their employees.

        On record if one of the facts or filters is personal.
        """
        chosen, user = self._selection, self._user
        async with self._database.transaction() as connection:
            shown = WantedDevices(user.sees_teams_of, list(devices))
            found = await facts.page(connection, shown, chosen.facts, None, len(devices))
            if chosen.is_personal and devices:
                entry = Entry(
                    actor=user.actor,
                    action="fact.list",
                    employee_ids=sorted(set(devices.values())),
                    details=chosen.audit_details,
                )
                await self._audit.record(entry, within=connection)
        rows = [row_of(each) for each in found]
        return {
            row.agent_id: {
                column.fact: cell.value
                for column, cell in zip(chosen.columns, row.cells, strict=True)
                if not cell.missing
            }
            for row in rows
        }


class ChosenFacts:
    """Facts for lists of devices; *where* and *names* as `FactQuery` has them."""

    def __init__(self, database: Database, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    async def choose(
        self, user: User, names: Sequence[str], where: Sequence[str], *, polled: bool = False
    ) -> Choice | None:
        """Return what a list shows and is filtered by; None for neither.

        What is *polled* would fill the audit log: it has no personal facts, which Refusal says.
        """
        if not (names or where):
            return None
        query = FactQuery(fact=tuple(names), where=tuple(where))
        async with self._database.connection() as connection:
            inventory = await read_inventory(connection, user)
            chosen = await select(connection, user, query, inventory, self._clock.now())
            _check(chosen, polled=polled)
            agents = set(await facts.agents(connection, chosen.devices)) if where else None
        return Choice(chosen, agents, user, self._database, self._audit)


def _check(wanted: FactSelection, *, polled: bool) -> None:
    if polled and wanted.is_personal:
        raise Refusal(
            Code.INVALID_FIELD,
            "This list is read again and again, and shows no facts about persons. Open the page"
            " Facts, where each view is recorded.",
            field="fact",
        )
