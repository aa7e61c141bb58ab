"""Calendars by URL, from which the server reads leave every hour."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import msgspec

from wfhserver import outgoing
from wfhserver.audit.chain import SERVER
from wfhserver.audit.log import Entry, record
from wfhserver.days import RetentionCalendar
from wfhserver.errors import Code, OutgoingError, Refusal, WfhserverError
from wfhserver.inputs import Input, Name, Number
from wfhserver.models.schedules import Holder, HolderName
from wfhserver.models.users import User
from wfhserver.names import stored_name
from wfhserver.schedules.feed_events import FeedEvent
from wfhserver.schedules.feed_match import Leave, Matcher, leave_of
from wfhserver.schedules.feed_reader import feed_url, read_feed
from wfhserver.schedules.holders import require_holder
from wfhserver.setting_values import Network
from wfhserver.storage.postgres import directory, holders, leave, leave_feeds
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.leave_feeds import LeaveFeed

PERIOD_SECONDS: Final = 60.0
_EVERY: Final = timedelta(hours=1)
_BEFORE: Final = timedelta(days=31)
_BEHIND: Final = timedelta(days=366)


class NewLeaveFeed(Input):
    """The address of an iCalendar file.

    With *employee_id* each of its events is leave of that employee. Without, an event is of whom
    an e-mail address of it belongs to, or whose name is in its title.
    """

    name: Name
    url: Name
    employee_id: Number | None = None


class LeaveFeedRow(msgspec.Struct, frozen=True):
    """A calendar, without its address, which is often secret; *fetched_at* is the last attempt.

    *unmatched_count* is the number of events that are nobody's.
    """

    feed_id: int
    name: str
    host: str
    employee: HolderName | None
    created_at: datetime
    fetched_at: datetime | None
    problem: str | None
    range_count: int
    unmatched_count: int


class LeaveFeedList(msgspec.Struct, frozen=True):
    """Calendars by name."""

    feeds: list[LeaveFeedRow]


class LeaveFeedNumber(msgspec.Struct, frozen=True):
    """A calendar that was added."""

    feed_id: int


class LeaveFeeds:
    """Keeps calendars, and reads each one every hour."""

    def __init__(
        self, database: Database, calendar: RetentionCalendar, allowed: Sequence[Network]
    ) -> None:
        self._database = database
        self._calendar = calendar
        self._allowed = allowed

    async def list(self) -> LeaveFeedList:
        """Return every calendar."""
        async with self._database.connection() as connection:
            found = await leave_feeds.feeds(connection)
            names = await holders.names_of(
                connection, [Holder(employee_id=each.employee_id) for each in found]
            )
        return LeaveFeedList(
            [
                LeaveFeedRow(
                    feed_id=each.feed_id,
                    name=each.name,
                    host=urlsplit(each.url).hostname or "",
                    employee=names.get(Holder(employee_id=each.employee_id))
                    if each.employee_id is not None
                    else None,
                    created_at=each.created_at,
                    fetched_at=each.fetched_at,
                    problem=each.problem,
                    range_count=each.range_count,
                    unmatched_count=each.unmatched_count,
                )
                for each in found
            ]
        )

    async def add(self, admin: User, new: NewLeaveFeed) -> LeaveFeedNumber:
        """Add a calendar; Refusal for an address that may not be reached, or a name in use."""
        name = stored_name(new.name, field="name")
        try:
            url = feed_url(new.url)
            await outgoing.check_host(url, self._allowed)
        except OutgoingError as error:
            raise Refusal(Code.INVALID_FIELD, str(error), field="url") from error
        async with self._database.transaction() as connection:
            holder = Holder(employee_id=new.employee_id)
            await require_holder(connection, holder)
            number = await leave_feeds.add(
                connection, name, url, new.employee_id, admin.actor, self._now
            )
            if number is None:
                detail = "There is a calendar of this name. Choose another."
                raise Refusal(Code.CONFLICT, detail, field="name")
            people = [] if new.employee_id is None else [new.employee_id]
            await self._record(connection, admin.actor, "leave_feed.add", people, name)
        return LeaveFeedNumber(number)

    async def delete(self, admin: User, feed_id: int) -> None:
        """Delete a calendar and the leave that was read from it."""
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            feed = await self._found(connection, feed_id)
            ranges = await leave_feeds.ranges_of(connection, feed_id)
            await leave.delete(connection, ranges)
            await leave_feeds.delete(connection, feed_id)
            people = sorted({each.employee_id for each in ranges})
            await self._record(connection, admin.actor, "leave_feed.delete", people, feed.name)

    async def read(self, feed_id: int) -> None:
        """Read a calendar now."""
        async with self._database.connection() as connection:
            feed = await self._found(connection, feed_id)
        await self._read(feed)

    async def run(self) -> None:
        """Read what was not read for an hour, until canceled."""
        while True:
            await self._calendar.clock.sleep(PERIOD_SECONDS)
            # A database that is away shows in readiness.
            with suppress(WfhserverError):
                while await self.look():
                    pass

    async def look(self) -> bool:
        """Read one calendar that was not read for an hour; False when there is none."""
        async with self._database.transaction() as connection:
            feed = await leave_feeds.claim(connection, self._now, self._now - _EVERY)
        if feed is not None:
            await self._read(feed)
        return feed is not None

    async def _read(self, feed: LeaveFeed) -> None:
        today = self._calendar.today()
        first, last = today - _BEFORE, today + _BEHIND
        try:
            events = await read_feed(feed.url, first, last, self._allowed)
        except OutgoingError as error:
            async with self._database.connection() as connection:
                await leave_feeds.fail(connection, feed.feed_id, self._now, str(error))
            return
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            await self._store(connection, feed, events)

    async def _store(
        self, connection: AnyConnection, feed: LeaveFeed, events: Sequence[FeedEvent]
    ) -> None:
        people = await leave_feeds.people(connection)
        found, unmatched = leave_of(events, Matcher(people), feed.employee_id)
        known = await leave_feeds.finish(
            connection, feed.feed_id, self._now, ranges=len(found), unmatched=unmatched
        )
        if known:
            changed = await _replace(connection, feed, found)
            if changed:
                await self._record(connection, SERVER, "leave_feed.read", changed, feed.name)

    async def _found(self, connection: AnyConnection, feed_id: int) -> LeaveFeed:
        feed = await leave_feeds.one(connection, feed_id)
        if feed is None:
            raise Refusal(Code.NOT_FOUND, "Calendar not found.")
        return feed

    async def _record(
        self, connection: AnyConnection, actor: str, action: str, people: Sequence[int], name: str
    ) -> None:
        entry = Entry(
            actor=actor, action=action, employee_ids=[*people], details={"calendar": name}
        )
        await record(connection, entry, self._now)

    @property
    def _now(self) -> datetime:
        return self._calendar.clock.now()


async def _replace(connection: AnyConnection, feed: LeaveFeed, found: Sequence[Leave]) -> list[int]:
    """Store *found* in place of the leave before; return whose leave is another one now."""
    before = {
        (each.employee_id, each.first_day, each.last_day): each
        for each in await leave_feeds.ranges_of(connection, feed.feed_id)
    }
    gone = [each for key, each in before.items() if key not in set(found)]
    new = [each for each in found if each not in before]
    await leave.delete(connection, gone)
    if new:
        await leave.add(connection, new, feed.feed_id)
    return sorted({each.employee_id for each in gone} | {each[0] for each in new})
