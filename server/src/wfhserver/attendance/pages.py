"""Device activity of employees by day, with sums of weeks and months; on record before it shows."""

from datetime import date, datetime
from typing import Final

import msgspec

from wfhserver.attendance.count import days_between
from wfhserver.attendance.query import AttendancePageQuery, shown_days, shown_employees
from wfhserver.attendance.sums import (
    AttendanceDay,
    AttendanceSum,
    months_of,
    sum_of,
    weeks_of,
)
from wfhserver.audit.log import Audit, Entry
from wfhserver.days import RetentionCalendar
from wfhserver.messages import N_, _
from wfhserver.models.schedules import DayKind
from wfhserver.models.users import User
from wfhserver.paging import page_token, read_token
from wfhserver.schedules.planned import planned_days
from wfhserver.storage.postgres import attendance
from wfhserver.storage.postgres.attendance import AttendancePerson, DayTotal
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.employees import NameKey

LABEL: Final = N_("Device activity")
NOTE: Final = N_(
    "This shows when devices of employees were on. It is no record of working time: people also"
    " work away from a device, and a device that is on does not mean that somebody works."
)


class EmployeeAttendance(msgspec.Struct, frozen=True):
    """Device activity of an employee: every day of the range, and sums."""

    employee_id: int
    username: str
    display_name: str | None
    days: list[AttendanceDay]
    weeks: list[AttendanceSum]
    months: list[AttendanceSum]
    total: AttendanceSum


class Attendance(msgspec.Struct, frozen=True, kw_only=True):
    """Device activity by day, employees in the order of their names; *note* says what it is not.

    *totals* are of everybody who matches, on the first page. *counted_until* says as of when
    today is; null before the first count. *next_page* is null behind the last one.
    """

    label: str
    note: str
    first: date = msgspec.field(name="from")
    last: date = msgspec.field(name="to")
    today: date
    oldest: date
    counted_until: datetime | None
    totals: list[DayTotal]
    rows: list[EmployeeAttendance]
    next_page: str | None


class AttendancePages:
    """Shows device activity to the users who may see the employees, and to themselves."""

    def __init__(self, database: Database, audit: Audit, calendar: RetentionCalendar) -> None:
        self._database = database
        self._audit = audit
        self._calendar = calendar

    async def page(self, user: User, query: AttendancePageQuery) -> Attendance:
        """Return a page; Refusal for days that are not kept, and for unknown people."""
        after, limit = read_token(query.page, NameKey), query.limit
        async with self._database.connection() as connection:
            first, last = await shown_days(connection, query, self._calendar)
            numbers = await shown_employees(connection, user, query)
            found = await attendance.people(connection, numbers, after, limit + 1, (first, last))
            page = await self._page(connection, found[:limit], first, last)
            more, totals = len(found) > limit, []
            if after is None and more:
                totals = await attendance.totals(connection, numbers, first, last)
            elif after is None:
                totals = _totals(page.rows)
        await self._record(user, query, page)
        last_row = found[limit - 1] if more else None
        next_page = None
        if last_row is not None:
            next_page = page_token(NameKey(last_row.username, last_row.employee_id))
        return msgspec.structs.replace(page, totals=totals, next_page=next_page)

    async def own(self, employee_id: int) -> Attendance:
        """Return all days of the signed-in employee; viewing their own data is not audited."""
        async with self._database.connection() as connection:
            first, last = await shown_days(connection, AttendancePageQuery(), self._calendar)
            found = await attendance.people(connection, [employee_id], None, 1, (first, last))
            return await self._page(connection, found, first, last)

    async def _page(
        self, connection: AnyConnection, people: list[AttendancePerson], first: date, last: date
    ) -> Attendance:
        return Attendance(
            label=_(LABEL),
            note=_(NOTE),
            first=first,
            last=last,
            today=self._calendar.today(),
            oldest=self._calendar.oldest_kept(),
            counted_until=await attendance.counted_until(connection),
            totals=[],
            rows=await rows_of(connection, people, first, last, self._calendar),
            next_page=None,
        )

    async def _record(self, user: User, query: AttendancePageQuery, page: Attendance) -> None:
        people = [row.employee_id for row in page.rows]
        if not people:
            return
        await self._audit.record(
            Entry(
                actor=user.actor,
                action="attendance.view",
                employee_ids=people,
                reason=query.reason,
                details={
                    **query.audit_details(people),
                    "first": page.first.isoformat(),
                    "last": page.last.isoformat(),
                },
            )
        )


def _totals(rows: list[EmployeeAttendance]) -> list[DayTotal]:
    by_day = zip(*(row.days for row in rows), strict=True)
    return [
        DayTotal(
            day=days[0].day,
            employees=sum(each.first_seen is not None for each in days),
            seconds=sum(each.seconds for each in days),
            logs=sum(each.logs for each in days),
        )
        for days in by_day
        if any(each.first_seen is not None or each.logs for each in days)
    ]


async def rows_of(
    connection: AnyConnection,
    people: list[AttendancePerson],
    first: date,
    last: date,
    calendar: RetentionCalendar,
) -> list[EmployeeAttendance]:
    """Return every day from *first* to *last* of these employees."""
    numbers = [each.employee_id for each in people]
    stored = await attendance.days(connection, numbers, first, last)
    all_days = days_between(first, last)
    logs = await attendance.logs(connection, numbers, all_days)
    planned = await planned_days(connection, numbers, first, last, zone=calendar.zone)
    found = []
    for person in people:
        number = person.employee_id
        kinds = {each.day: each.kind for each in planned.get(number, [])}
        days = [
            _day(day, kinds.get(day), stored.get((number, day)), logs.get((number, day), 0))
            for day in all_days
        ]
        found.append(
            EmployeeAttendance(
                employee_id=number,
                username=person.username,
                display_name=person.display_name,
                days=days,
                weeks=weeks_of(days),
                months=months_of(days),
                total=sum_of(days),
            )
        )
    return found


def _day(
    day: date, kind: DayKind | None, row: attendance.StoredDay | None, logs: int
) -> AttendanceDay:
    if row is None:
        return AttendanceDay(day, kind, None, None, None, 0, logs)
    return AttendanceDay(day, kind, row.zone, row.first_seen, row.last_seen, row.seconds, logs)
