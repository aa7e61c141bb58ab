"""Attempts to sign in that have not succeeded, as rows."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.unlocked import unlocked

# Attempts on one subject take turns, so that many at once cannot pass a limit together.
_LOCK_SUBJECT = "SELECT pg_advisory_xact_lock(hashtextextended('wfhserver login ' || $1, 0))"
_OLD = "FROM login_attempts WHERE at <= $1"
_FORGET = f"DELETE FROM login_attempts WHERE {unlocked(_OLD)}"  # noqa: S608 -- our own
_COUNT = """
SELECT a.subject, count(*)::int AS attempts, min(a.at) AS earliest, max(a.at) AS latest
  FROM unnest($1::text[], $2::timestamptz[]) AS l (subject, since)
  JOIN login_attempts AS a ON a.subject = l.subject AND a.at > l.since
 GROUP BY a.subject
"""
_ADD = "INSERT INTO login_attempts (subject, at) SELECT unnest($1::text[]), $2"
# All on the one that has succeeded; on what others share only this one.
_FORGIVE = """
DELETE FROM login_attempts
 WHERE subject = ANY ($1::text[])
   AND (at = $2 OR starts_with(subject, 'login:') OR starts_with(subject, 'device:'))
"""
# Of a name: alone, with any address, those addresses, its second factor and its known browsers.
_UNLOCK = r"""
WITH pairs AS (
  SELECT subject FROM login_attempts WHERE starts_with(subject, 'login:' || $1 || E'\n'))
DELETE FROM login_attempts
 WHERE subject IN (SELECT subject FROM pairs) OR subject IN ('name:' || $1, 'second factor:' || $1)
    OR subject IN (SELECT 'address:' || split_part(subject, E'\n', 2) FROM pairs)
    OR subject IN (SELECT 'device:' || encode(token_hash, 'hex')
                     FROM known_devices JOIN users USING (user_id) WHERE username = $1)
"""


_FORGET_SUBJECTS = "DELETE FROM login_attempts WHERE starts_with(subject, $1)"


class AttemptCount(NamedTuple):
    """The attempts on one subject."""

    subject: str
    attempts: int
    earliest: datetime
    latest: datetime


def of_pair(name: str, address: str) -> str:
    """Return the subject of a name from an address; no stored name has a line feed."""
    return f"login:{name}\n{address}"


def of_name(name: str) -> str:
    """Return the subject of a name, wherever it is tried."""
    return f"name:{name}"


def of_address(address: str) -> str:
    """Return the subject of an address, whatever it tries."""
    return f"address:{address}"


def of_device(token_hash: bytes) -> str:
    """Return the subject of a browser that is known."""
    return f"device:{token_hash.hex()}"


async def lock(connection: AnyConnection, subjects: Iterable[str]) -> None:
    """Let nobody else count on *subjects* until the transaction ends."""
    for subject in sorted(subjects):
        await connection.execute(_LOCK_SUBJECT, subject)


async def delete_old(connection: AnyConnection, until: datetime) -> None:
    """Forget what is too old to count."""
    await connection.execute(_FORGET, until)


async def count(connection: AnyConnection, since: Mapping[str, datetime]) -> list[AttemptCount]:
    """Return the attempts on each subject after its moment; none of those without any."""
    rows = await connection.fetch(_COUNT, [*since], [*since.values()])
    return [AttemptCount(*row) for row in rows]


async def add(connection: AnyConnection, subjects: list[str], at: datetime) -> None:
    """Store an attempt on each of *subjects*."""
    await connection.execute(_ADD, subjects, at)


async def forgive(connection: AnyConnection, subjects: list[str], at: datetime) -> None:
    """Forget the attempt of *at*, which has succeeded, and those before it from the same place."""
    await connection.execute(_FORGIVE, subjects, at)


async def unlock(connection: AnyConnection, name: str) -> None:
    """Forget all attempts on a name, and those of the addresses that have tried it."""
    await connection.execute(_UNLOCK, name)


async def forget(connection: AnyConnection, beginning: str) -> None:
    """Forget all attempts on the subjects with that *beginning*."""
    await connection.execute(_FORGET_SUBJECTS, beginning)
