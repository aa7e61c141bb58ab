"""Schedules of the company, teams and employees; each change is in the audit log."""

from datetime import date

import msgspec

from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.inputs import Day, Input
from wfhserver.models.schedules import HolderName, Schedule
from wfhserver.models.users import User
from wfhserver.schedules.holders import NewHolder, record_change, require_holder
from wfhserver.schedules.week_hours import NewWeek, WeekHours, read_week, write_week
from wfhserver.storage.postgres import directory, holders, schedules
from wfhserver.storage.postgres.connection import AnyConnection, Database


class NewSchedule(NewHolder):
    """Working hours of a team, an employee, or else the company, from a date on.

    With null for *week*, the schedule ends on that date, and what is less specific is valid again.
    """

    valid_from: Day
    week: NewWeek | None


class ScheduleChange(Input):
    """Other working hours; with null for *week*, the schedule ends on its date."""

    week: NewWeek | None


class ScheduleRow(msgspec.Struct, frozen=True):
    """A schedule, from *valid_from* until the next one of the same holder."""

    schedule_id: int
    holder: HolderName
    valid_from: date
    week: WeekHours | None


class ScheduleList(msgspec.Struct, frozen=True):
    """Schedules in the order of their dates."""

    schedules: list[ScheduleRow]


class ScheduleNumber(msgspec.Struct, frozen=True):
    """A schedule that was added."""

    schedule_id: int


class Schedules:
    """Shows and changes schedules."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, user: User) -> ScheduleList:
        """Return the schedules that concern whom *user* may see."""
        async with self._database.connection() as connection:
            found = await schedules.all_schedules(connection, user.sees_teams_of)
            names = await holders.names_of(connection, [each.holder for each in found])
        return ScheduleList(
            [
                ScheduleRow(
                    each.schedule_id,
                    names[each.holder],
                    each.valid_from,
                    None if each.week is None else write_week(each.week),
                )
                for each in found
                if each.holder in names
            ]
        )

    async def add(self, admin: User, new: NewSchedule) -> ScheduleNumber:
        """Add a schedule; Refusal when one begins on that date already."""
        week = None if new.week is None else read_week(new.week)
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            name = await require_holder(connection, new.holder)
            number = await schedules.add(connection, new.holder, new.valid_from, week)
            if number is None:
                raise Refusal(
                    Code.CONFLICT,
                    f"A schedule that begins on {new.valid_from} exists already. Change that one.",
                    field="valid_from",
                )
            details = {"valid_from": new.valid_from.isoformat()}
            await record_change(connection, self._clock, admin, "schedule.add", name, {**details})
        return ScheduleNumber(number)

    async def change(self, admin: User, schedule_id: int, change: ScheduleChange) -> None:
        """Replace the hours of a schedule."""
        week = None if change.week is None else read_week(change.week)
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            found = await self._found(connection, schedule_id)
            if week != found.week:
                await schedules.change(connection, found, week)
                await self._record(connection, admin, "schedule.change", found)

    async def delete(self, admin: User, schedule_id: int) -> None:
        """Delete a schedule: the one before it, or what is less specific, is valid again."""
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            found = await self._found(connection, schedule_id)
            await schedules.delete(connection, found)
            await self._record(connection, admin, "schedule.delete", found)

    async def _found(self, connection: AnyConnection, schedule_id: int) -> Schedule:
        found = await schedules.one(connection, schedule_id)
        if found is None:
            raise Refusal(Code.NOT_FOUND, "Schedule not found.")
        return found

    async def _record(
        self, connection: AnyConnection, admin: User, action: str, schedule: Schedule
    ) -> None:
        name = await require_holder(connection, schedule.holder)
        details: dict[str, str | bool | None] = {"valid_from": schedule.valid_from.isoformat()}
        await record_change(connection, self._clock, admin, action, name, details)
