"""The rules of alerts: their defaults, and what administrators changed."""

from typing import Annotated, Final, NamedTuple

import msgspec
from pydantic import Field

from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.inputs import Input
from wfhserver.models.alerts import AlertKind, AlertRule
from wfhserver.models.users import User
from wfhserver.storage.postgres import alerts
from wfhserver.storage.postgres.connection import AnyConnection, Database


class _Default(NamedTuple):
    """*threshold* may be from *least* to *most*; *is_personal* alerts are about an employee."""

    threshold: int = 0
    unit: str | None = None
    least: int = 0
    most: int = 0
    is_personal: bool = False


_DEFAULTS: Final = {
    AlertKind.DEVICE_SILENT: _Default(4, "working_hours", 1, 40, is_personal=True),
    AlertKind.EMPLOYEE_NOT_SEEN: _Default(2, "working_hours", 1, 8, is_personal=True),
    AlertKind.LOGS_MISSED: _Default(3, "working_days", 2, 10, is_personal=True),
    AlertKind.APPROVAL_PENDING: _Default(0, "hours", 0, 72),
    AlertKind.FACT: _Default(is_personal=True),
    AlertKind.SERVER: _Default(),
    AlertKind.SCREENSHOTS_FULL: _Default(90, "percent", 50, 99),
}


class RuleChange(Input):
    """What is to change of a rule."""

    enabled: bool | None = None
    threshold: Annotated[int, Field(ge=0, le=99)] | None = None
    notifies_employee: bool | None = None


class RuleList(msgspec.Struct, frozen=True):
    """Every rule, in a fixed order."""

    rules: list[AlertRule]


class AlertRules:
    """The rules as administrators see and change them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self) -> RuleList:
        """Return every rule."""
        async with self._database.connection() as connection:
            return RuleList(list((await read_rules(connection)).values()))

    async def change(self, admin: User, kind: AlertKind, change: RuleChange) -> AlertRule:
        """Change a rule, on record; Refusal for a threshold that it cannot have."""
        default = _DEFAULTS[kind]
        async with self._database.transaction() as connection:
            rule = (await read_rules(connection))[kind]
            threshold = rule.threshold if change.threshold is None else change.threshold
            if not default.least <= threshold <= default.most:
                raise Refusal(
                    Code.INVALID_FIELD,
                    f"Enter a number from {default.least} to {default.most}.",
                    field="threshold",
                )
            enabled = rule.enabled if change.enabled is None else change.enabled
            notifies = rule.notifies_employee
            if change.notifies_employee is not None:
                notifies = change.notifies_employee and default.is_personal
            await alerts.set_rule(
                connection,
                kind,
                enabled=enabled,
                threshold=threshold,
                notifies_employee=notifies,
            )
            rule = (await read_rules(connection))[kind]
            details = msgspec.to_builtins(rule)
            entry = Entry(actor=admin.actor, action="alert_rule.change", details=details)
            await record(connection, entry, self._clock.now())
        return rule


async def read_rules(connection: AnyConnection) -> dict[AlertKind, AlertRule]:
    """Return every rule by its kind: as it was changed, or its default."""
    changed = await alerts.rules(connection)
    found = {}
    for kind, default in _DEFAULTS.items():
        enabled, threshold, notifies = changed.get(
            kind, (True, default.threshold, default.is_personal)
        )
        found[kind] = AlertRule(
            kind=kind,
            enabled=enabled,
            threshold=threshold,
            unit=default.unit,
            notifies_employee=notifies,
        )
    return found
