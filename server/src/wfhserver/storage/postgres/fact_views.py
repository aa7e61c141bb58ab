"""Saved views of facts, as rows; each belongs to a user."""

from datetime import datetime

from wfhserver.models.facts import FactView
from wfhserver.storage.postgres.connection import AnyConnection

MOST_VIEWS = 100
_LIST = """
SELECT view_id, name, plugin, facts AS fact, filters AS where
  FROM fact_views WHERE user_id = $1 ORDER BY lower(name), view_id
"""
# The same name again replaces a view.
_SET = f"""
INSERT INTO fact_views (user_id, name, plugin, facts, filters, created_at)
SELECT $1, $2, $3, $4, $5, $6
 WHERE (SELECT count(*) FROM fact_views WHERE user_id = $1 AND name <> $2) < {MOST_VIEWS}
ON CONFLICT (user_id, name) DO UPDATE
   SET plugin = excluded.plugin, facts = excluded.facts, filters = excluded.filters
RETURNING view_id
"""  # noqa: S608 -- our own number
_DELETE = "DELETE FROM fact_views WHERE user_id = $1 AND view_id = $2 RETURNING view_id"


async def views(connection: AnyConnection, user_id: int) -> list[FactView]:
    """Return the views of a user in the order of their names."""
    return [FactView(**row) for row in await connection.fetch(_LIST, user_id)]


async def set_view(
    connection: AnyConnection, user_id: int, view: FactView, at: datetime
) -> int | None:
    """Store *view*, whose number is not looked at; return its number, None above MOST_VIEWS."""
    number: int | None = await connection.fetchval(
        _SET, user_id, view.name, view.plugin, view.fact, view.where, at
    )
    return number


async def delete(connection: AnyConnection, user_id: int, view_id: int) -> bool:
    """Delete a view of a user; tell whether there was one."""
    return await connection.fetchval(_DELETE, user_id, view_id) is not None
