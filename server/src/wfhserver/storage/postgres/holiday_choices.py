"""Whose public holidays hold for whom, and the days that were added or removed, as rows."""

from datetime import date
from typing import Any, Final

from wfhserver.models.schedules import Holder, HolidayChange, HolidayRegion
from wfhserver.storage.postgres import calendar_revisions
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.visibility import team_visible_to, visible_to

_VISIBLE: Final = f"""
 WHERE (c.team_id IS NULL OR {team_visible_to("$1", "c.team_id")})
   AND (c.employee_id IS NULL OR {visible_to("$1", "c.employee_id")})
"""
_REGIONS: Final = f"""
SELECT team_id, employee_id, country, region, region_id FROM holiday_regions AS c {_VISIBLE}
 ORDER BY region_id
"""  # noqa: S608 -- our own condition
_CHANGES: Final = f"""
SELECT change_id, team_id, employee_id, day, is_holiday, name FROM holiday_changes AS c {_VISIBLE}
 ORDER BY day, change_id
"""  # noqa: S608 -- our own condition
_SET_REGION: Final = """
INSERT INTO holiday_regions (team_id, employee_id, country, region) VALUES ($1, $2, $3, $4)
ON CONFLICT (coalesce(team_id, 0), coalesce(employee_id, 0))
DO UPDATE SET country = excluded.country, region = excluded.region
RETURNING region_id
"""
_DELETE_REGION: Final = """
DELETE FROM holiday_regions WHERE region_id = $1
RETURNING team_id, employee_id, country, region, region_id
"""
_ADD_CHANGE: Final = """
INSERT INTO holiday_changes (team_id, employee_id, day, is_holiday, name)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (coalesce(team_id, 0), coalesce(employee_id, 0), day) DO NOTHING
RETURNING change_id
"""
_DELETE_CHANGE: Final = """
DELETE FROM holiday_changes WHERE change_id = $1
RETURNING change_id, team_id, employee_id, day, is_holiday, name
"""


async def regions(connection: AnyConnection, managed_by: int | None) -> list[HolidayRegion]:
    """Return the choices; with *managed_by* the company's and those of that user's teams."""
    rows = await connection.fetch(_REGIONS, managed_by)
    return [HolidayRegion(Holder(*row[:2]), *row[2:]) for row in rows]


async def changes(connection: AnyConnection, managed_by: int | None) -> list[HolidayChange]:
    """Return the days that were added or removed, in order; *managed_by* as above."""
    return [_change(row) for row in await connection.fetch(_CHANGES, managed_by)]


async def set_region(connection: AnyConnection, choice: HolidayRegion) -> int:
    """Store a choice in place of the one before; return its number."""
    holder = choice.holder
    number: int = await connection.fetchval(
        _SET_REGION, holder.team_id, holder.employee_id, choice.country, choice.region
    )
    await calendar_revisions.add_to_those_of(connection, holder)
    return number


async def delete_region(connection: AnyConnection, region_id: int) -> HolidayRegion | None:
    """Delete a choice; return it, None when there is no such."""
    row = await connection.fetchrow(_DELETE_REGION, region_id)
    if row is None:
        return None
    choice = HolidayRegion(Holder(*row[:2]), *row[2:])
    await calendar_revisions.add_to_those_of(connection, choice.holder)
    return choice


async def add_change(
    connection: AnyConnection, holder: Holder, day: date, *, is_holiday: bool, name: str | None
) -> int | None:
    """Store a day; return its number, None when that day was added or removed already."""
    number: int | None = await connection.fetchval(
        _ADD_CHANGE, holder.team_id, holder.employee_id, day, is_holiday, name
    )
    if number is not None:
        await calendar_revisions.add_to_those_of(connection, holder)
    return number


async def delete_change(connection: AnyConnection, change_id: int) -> HolidayChange | None:
    """Delete a day that was added or removed; return it, None when there is no such."""
    row = await connection.fetchrow(_DELETE_CHANGE, change_id)
    if row is None:
        return None
    change = _change(row)
    await calendar_revisions.add_to_those_of(connection, change.holder)
    return change


def _change(row: Any) -> HolidayChange:
    return HolidayChange(row["change_id"], Holder(*row[1:3]), *row[3:])
