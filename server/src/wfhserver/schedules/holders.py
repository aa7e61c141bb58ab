"""Whom a change of schedules or holidays is for."""

from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.inputs import Input, Number
from wfhserver.models.schedules import Holder, HolderName
from wfhserver.models.users import User
from wfhserver.storage.postgres import holders
from wfhserver.storage.postgres.connection import AnyConnection


class NewHolder(Input):
    """A team or an employee; without both, the company."""

    team_id: Number | None = None
    employee_id: Number | None = None

    @property
    def holder(self) -> Holder:
        """Return it as a value."""
        return Holder(self.team_id, self.employee_id)


async def require_holder(connection: AnyConnection, holder: Holder) -> HolderName:
    """Return the name; Refusal when there is no such team or employee, or both are given."""
    if holder.team_id is not None and holder.employee_id is not None:
        raise _refusal("employee_id", "Name a team or an employee, not both.")
    found = (await holders.names_of(connection, [holder])).get(holder)
    if found is None:
        what = "team" if holder.team_id is not None else "employee"
        raise _refusal(f"{what}_id", f"There is no such {what}.")
    return found


async def record_change(
    connection: AnyConnection,
    clock: Clock,
    admin: User,
    action: str,
    holder: HolderName,
    details: dict[str, str | bool | None],
) -> None:
    """Put a change on record: with the name of a team, or the number of an employee."""
    if holder.team is not None:
        details = {"team": holder.team, **details}
    people = [] if holder.employee_id is None else [holder.employee_id]
    entry = Entry(actor=admin.actor, action=action, employee_ids=people, details=details)
    await record(connection, entry, clock.now())


def _refusal(field: str, detail: str) -> Refusal:
    return Refusal(Code.INVALID_FIELD, detail, field=field)
