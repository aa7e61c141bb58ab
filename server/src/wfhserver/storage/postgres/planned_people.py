"""Employees whose planned days are shown, by name."""

from typing import Final

import msgspec

from wfhserver.models.schedules import Holder
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.visibility import visible_to

_PAGE: Final = f"""
SELECT e.employee_id, e.username, e.display_name FROM employees AS e
 WHERE e.status <> 'left' AND {visible_to("$1")}
   AND ($2::int IS NULL OR EXISTS (SELECT FROM team_members AS m
                                    WHERE m.employee_id = e.employee_id AND m.team_id = $2))
   AND ($3::int IS NULL OR e.employee_id = $3)
 ORDER BY coalesce(e.display_name, e.username), e.employee_id LIMIT $4
"""  # noqa: S608 -- our own condition


class PlannedPerson(msgspec.Struct, frozen=True):
    """An employee with what people call them."""

    employee_id: int
    username: str
    display_name: str | None


async def page(
    connection: AnyConnection, managed_by: int | None, holder: Holder, limit: int
) -> list[PlannedPerson]:
    """Return the employees of *holder* whom *managed_by* may see, in the order of their names."""
    rows = await connection.fetch(_PAGE, managed_by, holder.team_id, holder.employee_id, limit)
    return [PlannedPerson(**row) for row in rows]
