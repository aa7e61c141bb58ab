"""Calendars from which leave is read, as rows."""

from wfhserver.storage.postgres.connection import AnyConnection

_NAMES = "SELECT feed_id, name FROM leave_feeds"


async def names(connection: AnyConnection) -> dict[int, str]:
    """Return the names of the calendars by number."""
    return {row["feed_id"]: row["name"] for row in await connection.fetch(_NAMES)}
