"""Leave of employees, as rows."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from wfhserver.models.schedules import LeaveRange
from wfhserver.storage.postgres import calendar_revisions
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.visibility import visible_to

NewRange = tuple[int, date, date]
"""Employee, first day, last day."""

_COLUMNS: Final = "leave_id, employee_id, first_day, last_day, feed_id"
_LIST: Final = f"""
SELECT {_COLUMNS} FROM leave_ranges AS l
 WHERE first_day <= $3 AND last_day >= $2 AND ($4::int IS NULL OR employee_id = $4)
   AND {visible_to("$1", "l.employee_id")}
 ORDER BY first_day, employee_id, leave_id LIMIT $5
"""  # noqa: S608 -- our own condition
_ENTERED: Final = f"""
SELECT {_COLUMNS} FROM leave_ranges
 WHERE feed_id IS NULL AND employee_id = ANY ($1::int[]) ORDER BY employee_id, first_day
"""  # noqa: S608 -- our own columns
_ONE: Final = f"SELECT {_COLUMNS} FROM leave_ranges WHERE leave_id = $1"  # noqa: S608
_ADD: Final = """
INSERT INTO leave_ranges (employee_id, first_day, last_day, feed_id)
SELECT employee_id, first_day, last_day, $4
  FROM unnest($1::int[], $2::date[], $3::date[]) WITH ORDINALITY
         AS new (employee_id, first_day, last_day, place)
 ORDER BY place RETURNING leave_id
"""
_CHANGE: Final = "UPDATE leave_ranges SET first_day = $2, last_day = $3 WHERE leave_id = $1"
_DELETE: Final = "DELETE FROM leave_ranges WHERE leave_id = ANY ($1::int[])"


async def between(
    connection: AnyConnection,
    first: date,
    last: date,
    *,
    managed_by: int | None,
    employee_id: int | None = None,
    limit: int,
) -> list[LeaveRange]:
    """Return the leave that *managed_by* may see and that has a day in common with these."""
    rows = await connection.fetch(_LIST, managed_by, first, last, employee_id, limit)
    return [LeaveRange(*row) for row in rows]


async def entered(connection: AnyConnection, employee_ids: Sequence[int]) -> list[LeaveRange]:
    """Return the leave of these employees that people entered, in order."""
    return [LeaveRange(*row) for row in await connection.fetch(_ENTERED, list(employee_ids))]


async def one(connection: AnyConnection, leave_id: int) -> LeaveRange | None:
    """Return a range; None when there is no such."""
    row = await connection.fetchrow(_ONE, leave_id)
    return None if row is None else LeaveRange(*row)


async def add(
    connection: AnyConnection, ranges: Sequence[NewRange], feed_id: int | None = None
) -> list[int]:
    """Store leave; return the numbers."""
    columns = [[each[n] for each in ranges] for n in range(3)]
    rows = await connection.fetch(_ADD, *columns, feed_id)
    await calendar_revisions.add_to(connection, {each[0] for each in ranges})
    return [row["leave_id"] for row in rows]


async def change(connection: AnyConnection, leave: LeaveRange, first: date, last: date) -> None:
    """Replace the days of a range."""
    await connection.execute(_CHANGE, leave.leave_id, first, last)
    await calendar_revisions.add_to(connection, [leave.employee_id])


async def delete(connection: AnyConnection, ranges: Sequence[LeaveRange]) -> None:
    """Delete leave."""
    await connection.execute(_DELETE, [each.leave_id for each in ranges])
    await calendar_revisions.add_to(connection, {each.employee_id for each in ranges})
