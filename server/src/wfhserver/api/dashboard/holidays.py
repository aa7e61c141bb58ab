"""Public holidays: which there are, and which hold for whom."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query

from wfhserver.api.dashboard.rights import Admin, AnyUser
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.errors import Code
from wfhserver.inputs import Number
from wfhserver.schedules.holiday_rules import (
    HolidayCountries,
    HolidayList,
    HolidayNumber,
    HolidayQuery,
    HolidayRules,
    NewHolidayDay,
    NewHolidayRegion,
    countries,
    holidays_of,
)

router = APIRouter(prefix="/api/holidays", tags=["dashboard"], route_class=DeclaredRoute)


@router.get("")
async def holiday_rules(user: AnyUser, services: Dashboard) -> HolidayRules:
    """Which holidays were chosen, added or removed for the company, teams and employees."""
    return await services.holidays.rules(user)


@router.get("/countries")
async def holiday_countries(_: AnyUser) -> HolidayCountries:
    """Countries and regions whose holidays are known."""
    return await asyncio.to_thread(countries)


@router.get("/public")
async def public_holidays(_: AnyUser, query: Annotated[HolidayQuery, Query()]) -> HolidayList:
    """Public holidays of a country or region in a year."""
    return await asyncio.to_thread(holidays_of, query)


@router.put("/regions")
async def choose_holidays(
    admin: Admin, new: NewHolidayRegion, services: Dashboard
) -> HolidayNumber:
    """Choose the public holidays of the company, a team or an employee; on record."""
    return await services.holidays.choose(admin, new)


@router.delete("/regions/{region_id}", status_code=204)
async def clear_holidays(admin: Admin, region_id: Number, services: Dashboard) -> None:
    """Delete such a choice; on record."""
    await services.holidays.clear(admin, region_id)


@router.post("/days", status_code=201)
@refuses(Code.CONFLICT)
async def add_holiday(admin: Admin, new: NewHolidayDay, services: Dashboard) -> HolidayNumber:
    """Add a holiday, or remove one, for the company, a team or an employee; on record."""
    return await services.holidays.add_day(admin, new)


@router.delete("/days/{change_id}", status_code=204)
async def delete_holiday(admin: Admin, change_id: Number, services: Dashboard) -> None:
    """Delete a day that was added or removed; on record."""
    await services.holidays.delete_day(admin, change_id)
