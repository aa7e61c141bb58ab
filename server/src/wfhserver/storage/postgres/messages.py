"""The outbox of messages, as rows."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import asyncpg

from wfhserver.models.alerts import DueMessage, Message, MessageState, NewMessage
from wfhserver.storage.postgres.channels import stored_channel_of
from wfhserver.storage.postgres.connection import AnyConnection, Database

# Any number will do that nobody else uses in this database.
_LOCK_KEY = 0x77_66_68_03
_TRY_LOCK = f"SELECT pg_try_advisory_lock({_LOCK_KEY})"
_UNLOCK = f"SELECT pg_advisory_unlock({_LOCK_KEY})"
_UNLOCK_SECONDS = 2.0
MAIL_TARGET = "smtp"
# E-mails share the mail server; every other channel is a target of its own.
_ADD = f"""
INSERT INTO messages (key, channel_id, email, recipient, target, event, subject, body,
                      employee_ids, created_at, next_attempt)
SELECT $1, $2, $3, $4,
       coalesce((SELECT 'channel:' || channel_id FROM alert_channels
                  WHERE channel_id = $2 AND kind <> 'email'), '{MAIL_TARGET}'),
       $5, $6, $7, $8, $9, $10
ON CONFLICT (key) DO NOTHING
"""  # noqa: S608 -- our own constant
# In order for each target: behind one that failed and waits, nothing goes.
_IS_DUE = """
m.state = 'waiting' AND m.next_attempt <= $1 AND NOT EXISTS (
  SELECT FROM messages AS b WHERE b.target = m.target AND b.state = 'waiting'
     AND b.message_id < m.message_id AND b.attempts > 0 AND b.next_attempt > $1)
"""
_ANY_DUE = f"SELECT EXISTS (SELECT FROM messages AS m WHERE {_IS_DUE})"  # noqa: S608 -- ours
_NEXT = f"""
SELECT m.message_id, m.email, m.target, m.event, m.subject, m.body, m.created_at, m.attempts,
       c.channel_id, c.name, c.kind, c.address, c.secret
  FROM messages AS m LEFT JOIN alert_channels AS c USING (channel_id)
 WHERE {_IS_DUE} AND m.target <> ALL ($2::text[])
 ORDER BY m.message_id LIMIT 1
"""  # noqa: S608 -- our own condition
_SENT = """
UPDATE messages SET state = 'sent', ended_at = $2, attempts = attempts + 1, problem = NULL
 WHERE message_id = $1
"""
_FAILED = """
UPDATE messages SET state = 'failed', ended_at = $2, attempts = attempts + 1, problem = $3
 WHERE message_id = $1
"""
_AGAIN = """
UPDATE messages
   SET next_attempt = $2, attempts = attempts + 1, problem = $3,
       target = CASE WHEN $4 THEN 'message:' || message_id ELSE target END
 WHERE message_id = $1
"""
_PAGE = """
SELECT message_id, recipient, channel_id, event, subject, created_at,
       CASE WHEN state = 'waiting' THEN next_attempt END AS next_attempt, attempts, state, ended_at,
       problem
  FROM messages
 WHERE ($1::bigint IS NULL OR message_id < $1) AND ($2::text IS NULL OR state = $2)
 ORDER BY message_id DESC LIMIT $3
"""
_EXISTING = "SELECT key FROM messages WHERE key = ANY ($1::text[])"
_CANCEL = """
DELETE FROM messages
 WHERE state = 'waiting' AND attempts = 0 AND next_attempt > $2 AND key = ANY ($1::text[])
RETURNING key
"""


async def add(connection: AnyConnection, messages: Sequence[NewMessage], at: datetime) -> None:
    """Store messages that are to be sent; those whose key is there already are left out."""
    rows = [
        (
            *(each.key, each.channel_id, each.email, each.recipient),
            *(each.event, each.subject, each.body, each.employee_ids, at, each.not_before),
        )
        for each in messages
    ]
    await connection.executemany(_ADD, rows)


async def cancel(connection: AnyConnection, keys: Sequence[str], now: datetime) -> set[str]:
    """Delete those of *keys* that wait for working hours; return which they were."""
    return {row["key"] for row in await connection.fetch(_CANCEL, list(keys), now)}


async def existing(connection: AnyConnection, keys: Sequence[str]) -> set[str]:
    """Return which of *keys* there are messages of."""
    return {row["key"] for row in await connection.fetch(_EXISTING, list(keys))}


async def any_due(connection: AnyConnection, now: datetime) -> bool:
    """Tell whether a message is to be sent now."""
    return bool(await connection.fetchval(_ANY_DUE, now))


async def next_due(
    connection: AnyConnection, now: datetime, without: Sequence[str]
) -> DueMessage | None:
    """Return the oldest message to send now, to none of the targets *without*."""
    row = await connection.fetchrow(_NEXT, now, list(without))
    if row is None:
        return None
    return DueMessage(
        message_id=row["message_id"],
        email=row["email"],
        channel=stored_channel_of(row),
        target=row["target"],
        event=row["event"],
        subject=row["subject"],
        body=row["body"],
        created_at=row["created_at"],
        attempts=row["attempts"],
    )


async def set_sent(connection: AnyConnection, message_id: int, at: datetime) -> None:
    """Note that a message was delivered."""
    await connection.execute(_SENT, message_id, at)


async def set_failed(
    connection: AnyConnection, message_id: int, at: datetime, problem: str
) -> None:
    """Note that a message is given up."""
    await connection.execute(_FAILED, message_id, at, problem)


async def try_again(
    connection: AnyConnection, message_id: int, at: datetime, problem: str, *, alone: bool
) -> None:
    """Note that an attempt failed, and when the next one is due; *alone* holds up no other."""
    await connection.execute(_AGAIN, message_id, at, problem, alone)


async def page(
    connection: AnyConnection, before: int | None, state: MessageState | None, limit: int
) -> list[Message]:
    """Return at most *limit* messages, newest first."""
    rows = await connection.fetch(_PAGE, before, state, limit)
    return [Message(**{**row, "state": MessageState(row["state"])}) for row in rows]


@asynccontextmanager
async def exclusive_delivery(database: Database) -> AsyncIterator["AnyConnection | None"]:
    """Yield a connection of its own; None while another worker delivers."""
    # A worker that dies frees the lock with its connection.
    async with database.without_timeout() as connection:
        if not await connection.fetchval(_TRY_LOCK):
            yield None
            return
        try:
            yield connection
        finally:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await connection.execute(_UNLOCK, timeout=_UNLOCK_SECONDS)
