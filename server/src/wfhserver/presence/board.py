"""Who is here now, kept between two questions: only what has changed is read."""

import asyncio
from datetime import date
from operator import attrgetter

from msgspec.structs import replace

from wfhserver.presence.rows import Limits, PresenceRow, later, row_of
from wfhserver.storage.postgres import presence
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.presence import AgentIdentity, Mark, PresenceFilter


class Board:
    """The rows of those who are wanted, as the database has them at each question."""

    def __init__(self, database: Database, wanted: PresenceFilter) -> None:
        self._database = database
        self._wanted = wanted
        self._reading = asyncio.Lock()
        self._mark: Mark | None = None
        self._rows: list[PresenceRow] = []
        # Where each agent stands in them.
        self._places: dict[int, int] = {}
        self._people: dict[int, AgentIdentity] = {}
        self._logs: dict[int, int] = {}
        self._today: date | None = None

    async def read(self, today: date, limits: Limits) -> list[PresenceRow]:
        """Return the rows by user name, with the logs of *today*."""
        # One after the other: who comes second finds nearly everything read.
        async with self._reading, self._database.connection() as connection:
            mark, are_others = await presence.look(connection, self._mark)
            logs = await presence.logs_of(connection, today)
            # How many days somebody has been silent changes with the date, without a change there.
            if are_others or today != self._today:
                await self._read_everybody(connection, logs, limits)
            else:
                await self._read_changes(connection, logs, limits)
            self._mark, self._logs, self._today = mark, logs, today
            return list(self._rows)

    async def _read_everybody(
        self, connection: AnyConnection, logs: dict[int, int], limits: Limits
    ) -> None:
        teams = await presence.teams(connection, self._wanted)
        people = {each[0]: each for each in await presence.people(connection, self._wanted)}
        agents = None if self._wanted == PresenceFilter() else [*people]
        found = await presence.newest(connection, None, agents)
        # Who was enrolled between these statements comes with the next question.
        known = ((people[each[0]], each) for each in found if each[0] in people)
        rows = [
            row_of(person, teams.get(person[1], []), newest, logs.get(newest[0], 0), limits)
            for person, newest in known
        ]
        # By one text, not by pairs: a third of the time, and it keeps the order of who has two.
        rows.sort(key=attrgetter("username"))
        self._people = people
        self._rows, self._places = rows, {row.agent_id: place for place, row in enumerate(rows)}

    async def _read_changes(
        self, connection: AnyConnection, logs: dict[int, int], limits: Limits
    ) -> None:
        found = await presence.newest(connection, self._mark, None)
        rows = [later(row, limits) for row in self._rows]
        # Both may tell of agents that are not wanted.
        for newest in found:
            place = self._places.get(newest[0])
            if place is not None:
                row = rows[place]
                person = self._people[row.agent_id]
                rows[place] = row_of(person, row.teams, newest, row.logs_today, limits)
        for agent in {agent for agent, _ in logs.items() ^ self._logs.items()}:
            place = self._places.get(agent)
            if place is not None:
                rows[place] = replace(rows[place], logs_today=logs.get(agent, 0))
        self._rows = rows
