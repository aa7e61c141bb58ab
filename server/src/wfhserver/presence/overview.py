"""Who is here now, as one user may see it."""

from datetime import timedelta

from wfhserver.days import RetentionCalendar
from wfhserver.models.users import User
from wfhserver.presence.board import Board
from wfhserver.presence.rows import Presence, counts_of, limits
from wfhserver.storage.postgres.connection import Database
from wfhserver.storage.postgres.presence import PresenceFilter


class PresenceOverview:
    """The page "Now"; *grace* is what a heartbeat may be late."""

    def __init__(self, database: Database, calendar: RetentionCalendar, grace: timedelta) -> None:
        self._database = database
        self._calendar = calendar
        self._grace = grace
        # Kept for those who see everybody; what a few may see, or look for, is read each time.
        self._everybody = Board(database, PresenceFilter())

    async def read(
        self, user: User, *, search: str | None = None, team_id: int | None = None
    ) -> Presence:
        """Return everybody whom the user may see, and of them those who are searched for."""
        wanted = PresenceFilter(user.sees_teams_of, search, team_id)
        board = self._everybody if wanted == PresenceFilter() else Board(self._database, wanted)
        now, today = self._calendar.clock.now(), self._calendar.today()
        at = limits(now, self._grace, self._calendar.zone)
        rows = await board.read(today, at)
        return Presence(
            today=today,
            online_seconds=int((now - at.online).total_seconds()),
            overdue_seconds=int((now - at.overdue).total_seconds()),
            counts=counts_of(rows),
            rows=rows,
        )
