"""Alerts on facts: rules, and for which devices they hold."""

from contextlib import suppress
from datetime import timedelta
from typing import Annotated, Final

import msgspec
from pydantic import Field

from wfhserver.audit.log import Audit, Entry
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal, WfhserverError
from wfhserver.facts.conditions import read_condition
from wfhserver.facts.inventory import Inventory, read_inventory
from wfhserver.inputs import Input, Name, Text
from wfhserver.models.facts import Condition, FactAlert, FactRule
from wfhserver.models.users import Role, User
from wfhserver.names import stored_name
from wfhserver.storage.postgres import fact_rules, facts
from wfhserver.storage.postgres.connection import AnyConnection, Database

PERIOD_SECONDS: Final = 60.0
_MOST_HOURS: Final = 30 * 24
_EVERYBODY: Final = User(user_id=0, username="", role=Role.ADMIN)


class NewFactRule(Input):
    """A rule: the filter *where*, such as `disk_encryption.encrypted is false`, for *hours*."""

    name: Name
    where: Text
    hours: Annotated[float, Field(ge=0, le=_MOST_HOURS, allow_inf_nan=False)] = 24.0


class FactRuleList(msgspec.Struct, frozen=True):
    """The rules by name; those of *unusable* name a fact that no device has any more."""

    rules: list[FactRule]
    unusable: list[int]


class FactAlertList(msgspec.Struct, frozen=True):
    """Alerts of devices that the user may see, newest first, those that are resolved behind."""

    alerts: list[FactAlert]


class FactAlerts:
    """Keeps rules, and looks each minute where they hold."""

    def __init__(self, database: Database, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    async def rules(self, user: User) -> FactRuleList:
        """Return every rule."""
        async with self._database.connection() as connection:
            found = await fact_rules.rules(connection)
            inventory = await read_inventory(connection, user)
        unusable = [each.rule_id for each in found if self._condition_of(each, inventory) is None]
        return FactRuleList(found, unusable)

    async def add(self, admin: User, new: NewFactRule) -> FactRule:
        """Store a rule, on record; Refusal when no device has its fact, or its name is taken."""
        name, now, after = stored_name(new.name, field="name"), self._clock.now(), new.hours
        async with self._database.transaction() as connection:
            inventory = await read_inventory(connection, admin)
            read_condition(new.where, inventory, now, field="where")
            number = await fact_rules.add(
                connection, name, new.where, timedelta(hours=after), admin.actor, now
            )
            if number is None:
                raise Refusal(
                    Code.CONFLICT, "There is a rule of this name. Choose another.", field="name"
                )
            await self._record(
                connection, admin, "fact_rule.create", rule=number, where=new.where, hours=after
            )
        return FactRule(
            rule_id=number,
            name=name,
            where=new.where,
            hours=after,
            created_at=now,
            created_by=admin.actor,
        )

    async def delete(self, admin: User, rule_id: int) -> None:
        """Delete a rule and its alerts, on record; Refusal when there is no such."""
        async with self._database.transaction() as connection:
            if await fact_rules.delete(connection, rule_id) is None:
                raise Refusal(Code.NOT_FOUND, "Rule not found.")
            await self._record(connection, admin, "fact_rule.delete", rule=rule_id)

    async def alerts(self, user: User, *, with_resolved: bool) -> FactAlertList:
        """Return the alerts of whom *user* may see; on record if one is on a personal fact."""
        async with self._database.transaction() as connection:
            found = await fact_rules.alerts(
                connection, user.sees_teams_of, with_resolved=with_resolved
            )
            personal = await self._personal_rules(connection, user)
            people = {each.employee_id for each in found if each.rule_id in personal}
            if people:
                entry = Entry(
                    actor=user.actor,
                    action="fact.alerts",
                    employee_ids=sorted(people),
                    details={"rules": sorted({each.rule_id for each in found} & personal)},
                )
                await self._audit.record(entry, within=connection)
        return FactAlertList(found)

    async def run(self) -> None:
        """Look at every rule each minute, until canceled."""
        while True:
            # A database that is away shows in readiness.
            with suppress(WfhserverError):
                await self.look()
            await self._clock.sleep(PERIOD_SECONDS)

    async def look(self) -> None:
        """Look at every rule, unless another worker is at it."""
        async with fact_rules.exclusive_alerts(self._database) as connection:
            if connection is None:
                return
            rules = await fact_rules.rules(connection)
            if not rules:
                return
            inventory = await read_inventory(connection, _EVERYBODY)
            for rule in rules:
                await self._look_at(connection, rule, inventory)

    async def _look_at(
        self, connection: AnyConnection, rule: FactRule, inventory: Inventory
    ) -> None:
        now = self._clock.now()
        verdicts: dict[int, bool | None] = {}
        condition = self._condition_of(rule, inventory)
        if condition is not None:
            fact = inventory.wanted(inventory.columns[condition.fact])
            verdicts = await facts.verdicts(connection, condition, fact)
        holding = [agent for agent, holds in verdicts.items() if holds]
        undecided = [agent for agent, holds in verdicts.items() if holds is None]
        await fact_rules.update(connection, rule.rule_id, holding, undecided, now)

    async def _personal_rules(self, connection: AnyConnection, user: User) -> set[int]:
        inventory, found = await read_inventory(connection, user), set()
        for rule in await fact_rules.rules(connection):
            condition = self._condition_of(rule, inventory)
            # A fact that is not known any more may have been personal.
            if condition is None or inventory.columns[condition.fact].personal != "no":
                found.add(rule.rule_id)
        return found

    def _condition_of(self, rule: FactRule, inventory: Inventory) -> Condition | None:
        """Return what *rule* asks; None when no device has its fact any more."""
        try:
            return read_condition(rule.where, inventory, self._clock.now(), field="where")
        except Refusal:
            return None

    async def _record(
        self, connection: AnyConnection, user: User, action: str, **details: str | float
    ) -> None:
        entry = Entry(actor=user.actor, action=action, details=details)
        await self._audit.record(entry, within=connection)
