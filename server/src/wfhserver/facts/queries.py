"""What is asked of facts: which devices, and which columns."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from pydantic import Field

from wfhserver.errors import Code, Refusal
from wfhserver.facts.conditions import MOST_CONDITIONS, read_condition
from wfhserver.facts.inventory import Inventory
from wfhserver.inputs import Input, Number, Text
from wfhserver.models.facts import Condition, FactColumn
from wfhserver.models.users import User
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.facts import WantedDevices, WantedFact
from wfhserver.visible_agents import visible_agents

MOST_COLUMNS = 100
FactNames = Annotated[tuple[Text, ...], Field(max_length=MOST_COLUMNS)]
FactFilters = Annotated[tuple[Text, ...], Field(max_length=MOST_CONDITIONS)]


class FactQuery(Input):
    """Which devices: those with *plugin* for which every filter of *where* holds.

    A filter is written `plugin.fact is value`; `is not`, `is at least` (`>=`), `is at most`,
    `is above` (`>`), `is below`, `contains`, `is missing` and `is known` compare as well. *fact*
    are the columns, `plugin.fact` each; without any they are all facts of *plugin*.
    """

    plugin: Text | None = None
    fact: FactNames = ()
    where: FactFilters = ()
    employee: Text | None = None
    team: Number | None = None
    search: Text | None = None


class FactSelection(msgspec.Struct, frozen=True):
    """The columns and devices of a query, as the storage takes them."""

    columns: list[FactColumn]
    conditions: list[tuple[Condition, FactColumn]]
    facts: list[WantedFact]
    devices: WantedDevices

    @property
    def is_personal(self) -> bool:
        """Whether anything that is shown or filtered by says something about a person."""
        used = [*self.columns, *(column for _, column in self.conditions)]
        return any(column.personal != "no" for column in used)

    @property
    def audit_details(self) -> dict[str, Any]:
        """Return what goes on record: names of facts, and no value, which may be personal."""
        details: dict[str, Any] = {"facts": [column.fact for column in self.columns]}
        if self.conditions:
            details["where"] = [f"{each.fact} {each.operator}" for each, _ in self.conditions]
        return details


async def select(
    connection: AnyConnection, user: User, query: FactQuery, inventory: Inventory, now: datetime
) -> FactSelection:
    """Return what *query* asks for; Refusal for a fact, plugin or person that is not there."""
    columns = [inventory.column(each, field="fact") for each in dict.fromkeys(query.fact)]
    sets = None
    if query.plugin is not None:
        own = inventory.columns_of(query.plugin, field="plugin")
        columns, sets = columns or own, inventory.sets_of(query.plugin)
    elif not (columns or query.where):
        raise Refusal(
            Code.INVALID_FIELD, "Name a plugin, or facts such as 'battery.percent'.", field="plugin"
        )
    conditions = [
        (condition, inventory.columns[condition.fact])
        for condition in (
            read_condition(each, inventory, now, field="where") for each in query.where
        )
    ]
    agents = await visible_agents(connection, user, query.employee, query.team)
    return FactSelection(
        columns=columns,
        conditions=conditions,
        facts=[inventory.wanted(column) for column in columns],
        devices=WantedDevices(
            sees_teams_of=user.sees_teams_of,
            agent_ids=agents,
            search=query.search,
            sets=sets,
            conditions=[(each, inventory.wanted(column)) for each, column in conditions],
        ),
    )
