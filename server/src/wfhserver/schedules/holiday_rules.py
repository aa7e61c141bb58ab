"""Whose public holidays hold for whom, and days that are added or removed."""

from datetime import date
from typing import Annotated

import msgspec
from pydantic import Field

from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.inputs import Day, Input, Text
from wfhserver.models.schedules import HolderName, HolidayRegion
from wfhserver.models.users import User
from wfhserver.names import stored_name
from wfhserver.schedules.holders import NewHolder, record_change, require_holder
from wfhserver.schedules.public_holidays import public_holidays, supported_regions
from wfhserver.storage.postgres import directory, holders, holiday_choices
from wfhserver.storage.postgres.connection import Database
from wfhserver.suggest import suggest

_FIRST_YEAR, _LAST_YEAR = 1990, 2100


class NewHolidayRegion(NewHolder):
    """Country and region whose public holidays hold; with null for *country*, none do."""

    country: Text | None
    region: Text | None = None


class NewHolidayDay(NewHolder):
    """A day that is a holiday, or with *is_holiday* false a working day in spite of one."""

    day: Day
    is_holiday: bool
    name: Text | None = None


class HolidayQuery(Input):
    """Country, region and year, such as `AT`, `9` and 2026."""

    country: Text
    region: Text | None = None
    year: Annotated[int, Field(ge=_FIRST_YEAR, le=_LAST_YEAR)]


class HolidayRegionRow(msgspec.Struct, frozen=True):
    """Whose public holidays hold; without *country*, none do."""

    region_id: int
    holder: HolderName
    country: str | None
    region: str | None


class HolidayDayRow(msgspec.Struct, frozen=True):
    """A day that is a holiday, or with *is_holiday* false none."""

    change_id: int
    holder: HolderName
    day: date
    is_holiday: bool
    name: str | None


class HolidayRules(msgspec.Struct, frozen=True):
    """What is chosen in place of the holidays of the profile's country and region."""

    regions: list[HolidayRegionRow]
    days: list[HolidayDayRow]


class HolidayCountry(msgspec.Struct, frozen=True):
    """A country, and its regions with holidays of their own, as codes of ISO 3166."""

    country: str
    regions: list[str]


class HolidayCountries(msgspec.Struct, frozen=True):
    """Countries whose holidays are known."""

    countries: list[HolidayCountry]


class Holiday(msgspec.Struct, frozen=True):
    """A public holiday."""

    day: date
    name: str


class HolidayList(msgspec.Struct, frozen=True):
    """Public holidays of a year, in order."""

    holidays: list[Holiday]


class HolidayNumber(msgspec.Struct, frozen=True):
    """What was chosen or added."""

    number: int


class HolidayChoices:
    """Shows and changes holidays."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def rules(self, user: User) -> HolidayRules:
        """Return the choices that concern whom *user* may see."""
        managed_by = user.sees_teams_of
        async with self._database.connection() as connection:
            regions = await holiday_choices.regions(connection, managed_by)
            changes = await holiday_choices.changes(connection, managed_by)
            chosen = [*(each.holder for each in regions), *(each.holder for each in changes)]
            names = await holders.names_of(connection, chosen)
        return HolidayRules(
            [
                HolidayRegionRow(each.region_id, names[each.holder], each.country, each.region)
                for each in regions
                if each.holder in names
            ],
            [
                HolidayDayRow(
                    each.change_id, names[each.holder], each.day, each.is_holiday, each.name
                )
                for each in changes
                if each.holder in names
            ],
        )

    async def choose(self, admin: User, new: NewHolidayRegion) -> HolidayNumber:
        """Choose whose holidays hold, in place of the choice before."""
        country, region = read_region(new.country, new.region)
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            name = await require_holder(connection, new.holder)
            choice = HolidayRegion(new.holder, country, region)
            number = await holiday_choices.set_region(connection, choice)
            details: dict[str, str | bool | None] = {"country": country, "region": region}
            await record_change(connection, self._clock, admin, "holiday.choose", name, details)
        return HolidayNumber(number)

    async def clear(self, admin: User, region_id: int) -> None:
        """Delete a choice: what is less specific holds again."""
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            found = await holiday_choices.delete_region(connection, region_id)
            if found is None:
                raise Refusal(Code.NOT_FOUND, "This choice of holidays was not found.")
            name = await require_holder(connection, found.holder)
            await record_change(connection, self._clock, admin, "holiday.clear", name, {})

    async def add_day(self, admin: User, new: NewHolidayDay) -> HolidayNumber:
        """Add or remove a holiday; Refusal when that was done already."""
        text = stored_name(new.name, field="name") if new.name else None
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            name = await require_holder(connection, new.holder)
            number = await holiday_choices.add_change(
                connection, new.holder, new.day, is_holiday=new.is_holiday, name=text
            )
            if number is None:
                detail = f"{new.day} is in the list already. Remove that entry first."
                raise Refusal(Code.CONFLICT, detail, field="day")
            details: dict[str, str | bool | None] = {
                "day": new.day.isoformat(),
                "is_holiday": new.is_holiday,
            }
            await record_change(connection, self._clock, admin, "holiday.add_day", name, details)
        return HolidayNumber(number)

    async def delete_day(self, admin: User, change_id: int) -> None:
        """Take a day that was added or removed out of the list."""
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            found = await holiday_choices.delete_change(connection, change_id)
            if found is None:
                raise Refusal(Code.NOT_FOUND, "This day was not found.")
            name = await require_holder(connection, found.holder)
            details: dict[str, str | bool | None] = {"day": found.day.isoformat()}
            await record_change(connection, self._clock, admin, "holiday.delete_day", name, details)


def countries() -> HolidayCountries:
    """Return the countries whose holidays are known; loads each of them the first time."""
    return HolidayCountries(
        [HolidayCountry(country, [*regions]) for country, regions in supported_regions().items()]
    )


def holidays_of(query: HolidayQuery) -> HolidayList:
    """Return the holidays of a country or region; Refusal when the library has none of it."""
    country, region = read_region(query.country, query.region)
    found = public_holidays(country or "", region, query.year)
    return HolidayList([Holiday(day, name) for day, name in found.items()])


def read_region(country: str | None, region: str | None) -> tuple[str | None, str | None]:
    """Return both codes as they are stored; Refusal for what has no holidays here."""
    known = supported_regions()
    if not country:
        if region:
            raise _refusal("region", "A region needs a country.")
        return None, None
    country = country.upper()
    if country not in known:
        detail = (
            f"Holidays of “{country}” are not known. Write two letters of ISO 3166, such as AT."
        )
        raise _refusal("country", detail)
    if not region:
        return country, None
    region = region.removeprefix(f"{country}-")
    if region not in known[country]:
        meant = suggest(region, known[country])
        regions = ", ".join(known[country]) or "none"
        hint = f"Did you mean {meant}?" if meant else f"Its regions are: {regions}."
        raise _refusal("region", f"{country} has no region “{region}”. {hint}")
    return country, region


def _refusal(field: str, detail: str) -> Refusal:
    return Refusal(Code.INVALID_FIELD, detail, field=field)
