"""Schedules of the company, teams and employees, and the days that follow from them."""

from typing import Annotated

from fastapi import APIRouter, Query

from wfhserver.api.dashboard.rights import Admin, AnyUser
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.errors import Code
from wfhserver.inputs import Number
from wfhserver.schedules.schedules import (
    NewSchedule,
    ScheduleChange,
    ScheduleList,
    ScheduleNumber,
)
from wfhserver.schedules.team_days import PlannedDaysQuery, PlannedDaysTable

router = APIRouter(prefix="/api", tags=["dashboard"], route_class=DeclaredRoute)


@router.get("/schedules")
async def schedules(user: AnyUser, services: Dashboard) -> ScheduleList:
    """Schedules of the company, and of teams and employees whom the user may see."""
    return await services.schedules.list(user)


@router.post("/schedules", status_code=201)
@refuses(Code.CONFLICT)
async def add_schedule(admin: Admin, new: NewSchedule, services: Dashboard) -> ScheduleNumber:
    """Add working hours of the company, a team or an employee, from a date on; on record.

    Hours that end before they begin end on the next day. An employee's own schedule comes before a
    team's, and that before the company's.
    """
    return await services.schedules.add(admin, new)


@router.patch("/schedules/{schedule_id}", status_code=204)
async def change_schedule(
    admin: Admin, schedule_id: Number, change: ScheduleChange, services: Dashboard
) -> None:
    """Replace the working hours of a schedule; on record."""
    await services.schedules.change(admin, schedule_id, change)


@router.delete("/schedules/{schedule_id}", status_code=204)
async def delete_schedule(admin: Admin, schedule_id: Number, services: Dashboard) -> None:
    """Delete a schedule; on record."""
    await services.schedules.delete(admin, schedule_id)


@router.get("/planned-days")
async def planned_days(
    user: AnyUser, query: Annotated[PlannedDaysQuery, Query()], services: Dashboard
) -> PlannedDaysTable:
    """Which days employees work, are off, have a holiday or are on leave."""
    return await services.team_days.table(user, query)
