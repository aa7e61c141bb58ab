"""The planned days of a team or an employee over some months, as a table."""

from datetime import date, timedelta
from typing import Final

import msgspec

from wfhserver.days import RetentionCalendar
from wfhserver.errors import Code, Refusal
from wfhserver.inputs import Day, Input, Number
from wfhserver.models.schedules import DayKind, Holder, PlannedDay
from wfhserver.models.users import User
from wfhserver.schedules.planned import planned_days
from wfhserver.storage.postgres import planned_people
from wfhserver.storage.postgres.connection import Database

_LONGEST: Final = 366
_ROWS: Final = 500
_LETTERS: Final = {
    DayKind.WORKING: "w",
    DayKind.DAY_OFF: "o",
    DayKind.HOLIDAY: "h",
    DayKind.LEAVE: "l",
}
_NO_SCHEDULE: Final = "-"


class PlannedDaysRange(Input):
    """Days from *first* to *last*, a year at most."""

    first: Day
    last: Day


class PlannedDaysQuery(PlannedDaysRange):
    """Days of a team, of an employee, or of everybody."""

    team_id: Number | None = None
    employee_id: Number | None = None


class PlannedDaysRow(msgspec.Struct, frozen=True):
    """An employee with one letter for each day: w working, o day off, h holiday, l leave.

    - is a day without a schedule.
    """

    employee_id: int
    username: str
    display_name: str | None
    days: str


class PlannedDaysTable(msgspec.Struct, frozen=True):
    """Employees by name; *more* when there are more than these 500."""

    first: date
    last: date
    today: date
    rows: list[PlannedDaysRow]
    more: bool


class TeamDays:
    """Shows planned days."""

    def __init__(self, database: Database, calendar: RetentionCalendar) -> None:
        self._database = database
        self._calendar = calendar

    async def table(self, user: User, query: PlannedDaysQuery) -> PlannedDaysTable:
        """Return the planned days of whom *user* may see."""
        holder = Holder(query.team_id, query.employee_id)
        return await self._table(user.sees_teams_of, holder, query)

    async def own(self, employee_id: int, query: PlannedDaysRange) -> PlannedDaysTable:
        """Return the planned days of one employee, for that employee."""
        return await self._table(None, Holder(employee_id=employee_id), query)

    async def _table(
        self, managed_by: int | None, holder: Holder, query: PlannedDaysRange
    ) -> PlannedDaysTable:
        first, last = query.first, query.last
        if not timedelta(0) <= last - first < timedelta(days=_LONGEST):
            detail = f"Choose a last day that is at most {_LONGEST} days after the first."
            raise Refusal(Code.INVALID_FIELD, detail, field="last")
        async with self._database.connection() as connection:
            people = await planned_people.page(connection, managed_by, holder, _ROWS + 1)
            shown = people[:_ROWS]
            planned = await planned_days(
                connection,
                [each.employee_id for each in shown],
                first,
                last,
                zone=self._calendar.zone,
            )
        rows = [
            PlannedDaysRow(
                each.employee_id,
                each.username,
                each.display_name,
                letters_of(first, last, planned.get(each.employee_id, [])),
            )
            for each in shown
        ]
        return PlannedDaysTable(first, last, self._calendar.today(), rows, len(people) > _ROWS)


def letters_of(first: date, last: date, planned: list[PlannedDay]) -> str:
    """Return a letter for each day, as PlannedDaysRow has them."""
    letters = [_NO_SCHEDULE] * ((last - first).days + 1)
    for each in planned:
        letters[(each.day - first).days] = _LETTERS[each.kind]
    return "".join(letters)
