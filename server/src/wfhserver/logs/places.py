"""Where logs were taken, to choose from; on record with everybody whose log counts."""

import msgspec

from wfhserver.audit.log import Audit, Entry
from wfhserver.days import RetentionCalendar
from wfhserver.logs.filters import LogQuery, filter_of
from wfhserver.models.users import User
from wfhserver.storage.postgres import log_pages
from wfhserver.storage.postgres.connection import Database


class Place(msgspec.Struct, frozen=True):
    """A country, as a code or as it is on record, a city there, and how many logs are from it."""

    country: str | None
    city: str | None
    logs: int


class PlaceList(msgspec.Struct, frozen=True):
    """The places of the logs that a user may see, those of most logs first."""

    places: list[Place]


class Places:
    """Lists places; a place may identify a person, so each listing is on record."""

    def __init__(self, database: Database, audit: Audit, calendar: RetentionCalendar) -> None:
        self._database = database
        self._audit = audit
        self._calendar = calendar

    async def list(self, user: User) -> PlaceList:
        """Return every place on record of those whom the user may see."""
        async with self._database.transaction() as connection:
            wanted = await filter_of(connection, user, LogQuery(), self._calendar)
            rows = await log_pages.places(connection, wanted)
            employees = {number for row in rows for number in row.employee_ids}
            entry = Entry(
                actor=user.actor,
                action="place.list",
                employee_ids=sorted(employees),
                details={"places": len(rows)},
            )
            await self._audit.record(entry, within=connection)
        return PlaceList([Place(row.country, row.city, row.logs) for row in rows])
