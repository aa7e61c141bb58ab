"""Channels of alerts, as rows."""

from datetime import datetime

import asyncpg
import msgspec

from wfhserver.models.alerts import Channel, ChannelKind, StoredChannel, Topic
from wfhserver.storage.postgres.connection import AnyConnection

_LIST = """
SELECT c.channel_id, c.name, c.kind, c.shown, c.topics, c.team_id, t.name AS team,
       c.working_hours_only, c.created_at, c.created_by,
       (SELECT count(*) FROM messages AS m
         WHERE m.channel_id = c.channel_id AND m.state = 'waiting')::int AS waiting,
       (SELECT m.problem FROM messages AS m
         WHERE m.channel_id = c.channel_id AND m.attempts > 0
         ORDER BY coalesce(m.ended_at, m.next_attempt) DESC, m.message_id DESC LIMIT 1) AS problem
  FROM alert_channels AS c LEFT JOIN teams AS t USING (team_id)
 WHERE $1::int IS NULL OR c.channel_id = $1
 ORDER BY lower(c.name), c.channel_id
"""
_ADD = """
INSERT INTO alert_channels
  (name, kind, address, secret, shown, topics, team_id, working_hours_only, created_at, created_by,
   audit_id)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, last_id FROM audit_head
ON CONFLICT (name) DO NOTHING RETURNING channel_id
"""
_DELETE = "DELETE FROM alert_channels WHERE channel_id = $1 RETURNING name"
_HAS_TEAM = "SELECT EXISTS (SELECT FROM teams WHERE team_id = $1)"
_AUDIT_POSITION = "SELECT audit_id FROM alert_channels WHERE channel_id = $1 FOR UPDATE"
_SET_AUDIT_POSITION = "UPDATE alert_channels SET audit_id = $2 WHERE channel_id = $1"


class NewChannelRow(msgspec.Struct, frozen=True, kw_only=True):
    """A channel with its secrets."""

    name: str
    kind: ChannelKind
    address: str
    secret: str | None
    shown: str
    topics: list[Topic]
    team_id: int | None
    working_hours_only: bool


async def channels(connection: AnyConnection, channel_id: int | None = None) -> list[Channel]:
    """Return the channels in the order of their names; with a number that one."""
    return [channel_of(row) for row in await connection.fetch(_LIST, channel_id)]


async def add(connection: AnyConnection, new: NewChannelRow, by: str, at: datetime) -> int | None:
    """Store a channel, which gets what comes from now on; None when its name is taken."""
    number: int | None = await connection.fetchval(
        _ADD,
        new.name,
        new.kind,
        new.address,
        new.secret,
        new.shown,
        new.topics,
        new.team_id,
        new.working_hours_only,
        at,
        by,
    )
    return number


async def delete(connection: AnyConnection, channel_id: int) -> str | None:
    """Delete a channel with its messages; return its name, None when there is no such."""
    name: str | None = await connection.fetchval(_DELETE, channel_id)
    return name


async def has_team(connection: AnyConnection, team_id: int) -> bool:
    """Tell whether there is that team."""
    return bool(await connection.fetchval(_HAS_TEAM, team_id))


async def audit_position(connection: AnyConnection, channel_id: int) -> int:
    """Return the last entry of the audit log that a channel got; locks until the commit."""
    found: int | None = await connection.fetchval(_AUDIT_POSITION, channel_id)
    return found or 0


async def set_audit_position(connection: AnyConnection, channel_id: int, audit_id: int) -> None:
    """Note up to which entry a channel has got the audit log."""
    await connection.execute(_SET_AUDIT_POSITION, channel_id, audit_id)


def channel_of(row: asyncpg.Record) -> Channel:
    """Return a row of a query with these columns as a channel."""
    values = dict(row)
    values["kind"] = ChannelKind(values["kind"])
    values["topics"] = [Topic(each) for each in values["topics"]]
    return Channel(**values)


def stored_channel_of(row: asyncpg.Record) -> StoredChannel | None:
    """Return the channel in a row of a message; None when the message has none."""
    if row["channel_id"] is None:
        return None
    return StoredChannel(
        channel_id=row["channel_id"],
        name=row["name"],
        kind=ChannelKind(row["kind"]),
        address=row["address"],
        secret=row["secret"],
    )
