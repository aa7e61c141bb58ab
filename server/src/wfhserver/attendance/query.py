"""Which device activity is asked for, and whether it can be shown."""

from datetime import date
from typing import Annotated, Final

from wfhserver.days import RetentionCalendar
from wfhserver.errors import Code, Refusal
from wfhserver.inputs import Page, Text, WholeNumber
from wfhserver.logs.filters import HeartbeatQuery, kept_days
from wfhserver.messages import _
from wfhserver.models.users import User
from wfhserver.storage.postgres import holds
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.selection import EmployeeSelection, employees_of, has_team

LONGEST_DAYS: Final = 366


class AttendanceQuery(HeartbeatQuery):
    """Filters of people and days; the days are those of each employee's time zone."""


class AttendancePageQuery(AttendanceQuery):
    """The same for a page of employees; *reason* goes on record."""

    page: Page | None = None
    limit: Annotated[int, WholeNumber(200)] = 100
    reason: Text | None = None


async def shown_days(
    connection: AnyConnection, query: AttendanceQuery, calendar: RetentionCalendar
) -> tuple[date, date]:
    """Return the first and the last day; Refusal with a sentence for days that are not kept.

    Without them, from the oldest day that is kept to today.
    """
    first, last = query.first, query.last or max(calendar.today(), query.first or date.min)
    if first is not None and (last - first).days >= LONGEST_DAYS:
        raise Refusal(
            Code.INVALID_FIELD,
            _("The range has {days} days. Choose at most {limit}.").format(
                days=(last - first).days + 1, limit=LONGEST_DAYS
            ),
            field="to",
        )
    oldest_on_hold = await holds.oldest_log(connection)
    return kept_days(first, last, calendar, oldest_on_hold)


async def shown_employees(
    connection: AnyConnection, user: User, query: AttendanceQuery
) -> list[int] | None:
    """Return the employees who are meant; None for all. Refusal `not_found` for unknown ones."""
    if query.team is not None and not await has_team(connection, query.team, user.sees_teams_of):
        raise Refusal(
            Code.NOT_FOUND, _("Team not found among those that you can see."), field="team"
        )
    wanted = EmployeeSelection(user.sees_teams_of, query.employee, query.team)
    if wanted.are_all:
        return None
    found = await employees_of(connection, wanted)
    if not found and query.employee is not None:
        raise Refusal(
            Code.NOT_FOUND, _("Employee not found among those that you can see."), field="employee"
        )
    return found
