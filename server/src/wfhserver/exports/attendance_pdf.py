"""A PDF of device activity by day; on record before it is drawn."""

from datetime import date
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from wfhserver.attendance.pages import LABEL, EmployeeAttendance, rows_of
from wfhserver.attendance.query import AttendanceQuery, shown_days, shown_employees
from wfhserver.attendance.sums import AttendanceDay, AttendanceSum
from wfhserver.audit.log import Audit, Entry
from wfhserver.days import RetentionCalendar, known_zone
from wfhserver.errors import Code, Refusal
from wfhserver.exports.csv_exports import AT_ONCE
from wfhserver.exports.pdf.activity_order import ActivityOrder, ActivityTable, pdf_of
from wfhserver.exports.pdf.letters import apart
from wfhserver.messages import N_, _
from wfhserver.models.users import User
from wfhserver.storage.postgres import attendance, sample
from wfhserver.storage.postgres.connection import Database

DAY_LIMIT: Final = 5000
_HEADINGS: Final = (
    N_("Day"),
    N_("Planned"),
    N_("First seen"),
    N_("Last seen"),
    N_("With heartbeats"),
    N_("Logs taken"),
)
# One line, which is not cut.
_NOTE: Final = N_("When devices of employees were on. This is no record of working time.")
_KINDS: Final = {
    "working": N_("working day"),
    "day_off": N_("day off"),
    "holiday": N_("public holiday"),
    "leave": N_("leave"),
}


class AttendancePdf:
    """Makes PDFs for the users who may see the employees in them; a few at once."""

    def __init__(
        self, database: Database, audit: Audit, calendar: RetentionCalendar, font: Path | None
    ) -> None:
        self._database = database
        self._audit = audit
        self._calendar = calendar
        self._font = font
        self._running = 0

    async def make(self, user: User, query: AttendanceQuery, reason: str | None) -> bytes:
        """Return the PDF; Refusal for filters that cannot be, for too many days or exports."""
        if self._running >= AT_ONCE:
            raise Refusal(
                Code.TOO_MANY_REQUESTS, _("Other exports are running. Try again in a minute.")
            )
        self._running += 1
        try:
            return await pdf_of(await self._order(user, query, reason))
        finally:
            self._running -= 1

    async def _order(self, user: User, query: AttendanceQuery, reason: str | None) -> ActivityOrder:
        async with self._database.connection() as connection:
            first, last = await shown_days(connection, query, self._calendar)
            numbers = await shown_employees(connection, user, query)
            limit = DAY_LIMIT // ((last - first).days + 1)
            people = await attendance.people(connection, numbers, None, limit + 1, (first, last))
            if len(people) > limit:
                raise _too_many(limit)
            rows = await rows_of(connection, people, first, last, self._calendar)
            is_sample = await sample.is_sample(connection)
        await self._record(user, query, rows, reason)
        now = self._calendar.clock.now().astimezone(self._calendar.zone)
        made = _("Exported by {user} at {moment}. This export is in the audit log.")
        summary = [_(_NOTE), _("Days and times are those of each employee's time zone.")]
        if is_sample:
            summary.append(_("SAMPLE DATA: this company and its employees do not exist."))
        return ActivityOrder(
            title=f"{_(LABEL)}, {first} to {last}",
            author=apart(user.username),
            summary=summary,
            made=made.format(user=apart(user.username), moment=f"{now:%Y-%m-%d %H:%M %Z}"),
            created_at=now,
            headings=[_(each) for each in _HEADINGS],
            tables=[_table(row) for row in rows],
            font=None if self._font is None else str(self._font.absolute()),
        )

    async def _record(
        self,
        user: User,
        query: AttendanceQuery,
        rows: list[EmployeeAttendance],
        reason: str | None,
    ) -> None:
        people = [row.employee_id for row in rows]
        details = {"what": "device-activity", **query.audit_details(people)}
        details["rows"] = sum(len(row.days) for row in rows)
        await self._audit.record(
            Entry(
                actor=user.actor,
                action="export.pdf",
                employee_ids=people,
                reason=reason,
                details=details,
            )
        )


def _too_many(limit: int) -> Refusal:
    sentence = _(
        "A PDF of these days has at most {limit} employees. Choose a team or fewer days, or the"
        " CSV, which has no limit."
    )
    return Refusal(Code.INVALID_FIELD, sentence.format(limit=limit), field="team")


def _table(row: EmployeeAttendance) -> ActivityTable:
    name = apart(row.username)
    if row.display_name is not None:
        name = f"{apart(row.display_name)} ({name})"
    sums = [_sum(each) for each in row.weeks]
    total = _("All days: {sum}").format(sum=_sum_words(row.total))
    return ActivityTable(name, [_cells(day) for day in row.days], [*sums, total])


def _cells(day: AttendanceDay) -> list[str]:
    kind = "" if day.kind is None else _(_KINDS[day.kind])
    cells = [f"{day.day:%Y-%m-%d} {_weekday(day.day)}", kind]
    if day.first_seen is None or day.last_seen is None:
        return [*cells, "", "", "", str(day.logs or "")]
    zone = known_zone(day.zone or "UTC") or ZoneInfo("UTC")
    times = [f"{at.astimezone(zone):%H:%M}" for at in (day.first_seen, day.last_seen)]
    return [*cells, *times, _span(day.seconds), str(day.logs or "")]


def _weekday(day: date) -> str:
    names = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return names[day.weekday()]


def _sum(found: AttendanceSum) -> str:
    words = _("{first} to {last}: {sum}")
    return words.format(first=found.first, last=found.last, sum=_sum_words(found))


def _sum_words(found: AttendanceSum) -> str:
    words = _("{span} with heartbeats on {days} days, {logs} logs")
    return words.format(span=_span(found.seconds), days=found.days, logs=found.logs)


def _span(seconds: int) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02} h"
