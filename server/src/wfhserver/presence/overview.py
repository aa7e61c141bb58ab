"""Who is here now, as one user may see it."""

import asyncio
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final

from wfhserver.agent_versions import Version
from wfhserver.days import RetentionCalendar
from wfhserver.errors import WfhserverError
from wfhserver.models.users import Role, User
from wfhserver.presence.cache import (
    PresenceCache,
    planned,
    read_rows,
    read_without_device,
    with_waiting,
)
from wfhserver.presence.open_alerts import with_alerts
from wfhserver.presence.rows import EmployeeWithoutDevice, Presence, PresenceRow, counts_of
from wfhserver.presence.states import PresenceLimits, limits
from wfhserver.storage.postgres import presence
from wfhserver.storage.postgres.connection import Database
from wfhserver.storage.postgres.presence import PresenceFilter

_PERIOD_SECONDS: Final = 60.0
# Ten thousand rows take a tenth of that.
_FIRST_SECONDS: Final = 1.0


class PresenceOverview:
    """The page "Now"; *grace* is what a heartbeat may be late.

    Agents older than *minimum_version* need attention.
    """

    def __init__(
        self,
        database: Database,
        calendar: RetentionCalendar,
        grace: timedelta,
        minimum_version: Version | None = None,
    ) -> None:
        self._database = database
        self._calendar = calendar
        self._grace = grace
        self._minimum_version = minimum_version
        # Kept for those who see everybody; what a few may see, or look for, is read each time.
        self._everybody = PresenceCache(database, calendar.zone)
        self._is_read = asyncio.Event()

    async def read(
        self, user: User, *, search: str | None = None, team_id: int | None = None
    ) -> Presence:
        """Return everybody whom the user may see, and of them those who are searched for."""
        wanted = PresenceFilter(user.sees_teams_of, search, team_id)
        now, today, at = self._limits()
        if wanted == PresenceFilter():
            rows, without_device = await self._everybody.read(today, at)
        else:
            rows, without_device = await self._read_some(wanted, today, at)
        # Those who may approve it; a program that reads presence may not.
        approves = user.role is Role.ADMIN and user.key is None
        waiting = self._everybody.waiting if approves else ()
        return Presence(
            today=today,
            online_seconds=int((now - at.online).total_seconds()),
            overdue_seconds=int((now - at.overdue).total_seconds()),
            counts=counts_of(rows),
            rows=rows,
            without_device=with_waiting(without_device, waiting),
            waiting_for_approval=len(waiting),
        )

    async def run(self) -> None:
        """Read everybody at once and each minute, until canceled.

        Whoever opens the page after a start, a night or a weekend then waits for the changes of a
        minute, not for ten thousand rows.
        """
        while True:
            # Readiness tells of a database that is away, and so does the answer to a request.
            with suppress(WfhserverError):
                _, today, at = self._limits()
                await self._everybody.read(today, at)
            self._is_read.set()
            await self._calendar.clock.sleep(_PERIOD_SECONDS)

    async def first_read(self) -> None:
        """Return once `run` has read everybody; soon in any case, for agents wait to be heard."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_read.wait(), _FIRST_SECONDS)

    def _limits(self) -> tuple[datetime, date, PresenceLimits]:
        now = self._calendar.clock.now()
        zone, minimum = self._calendar.zone, self._minimum_version
        at = limits(now, self._grace, zone, minimum_version=minimum)
        return now, self._calendar.today(), at

    async def _read_some(
        self, wanted: PresenceFilter, today: date, limits: PresenceLimits
    ) -> tuple[list[PresenceRow], list[EmployeeWithoutDevice]]:
        async with self._database.connection() as connection:
            limits = await self._everybody.plans(connection, limits)
            logs = await presence.logs_of(connection, today)
            _, rows = await read_rows(connection, wanted, logs, limits)
            rows = with_alerts(rows, await presence.open_alerts(connection))
            await self._everybody.read_alerts(connection, limits.now)
            without_device = await read_without_device(connection, wanted)
            return rows, planned(without_device, limits)
