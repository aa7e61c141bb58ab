"""Exports that take a while, as rows that every worker sees."""

from datetime import datetime
from uuid import UUID

import msgspec

from wfhserver.models.users import User
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.visibility import visible_to

_FORGET = "DELETE FROM export_jobs WHERE created_at < $1"
_COUNT = "SELECT count(*) FROM export_jobs WHERE state = 'working' AND touched_at > $1"
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('wfhserver export', 0))"
_ADD = """
INSERT INTO export_jobs (job_id, user_id, created_at, touched_at, state, rows_found, rows_taken,
                         employee_ids)
VALUES ($1, $2, $3, $3, 'working', $4, $5, $6)
"""
_TOUCH = "UPDATE export_jobs SET rows_done = $2, touched_at = $3 WHERE job_id = $1"
_DONE = """
UPDATE export_jobs SET state = 'done', rows_done = rows_taken, file_key = $2, size_bytes = $3,
       touched_at = $4
 WHERE job_id = $1 AND state = 'working' RETURNING job_id
"""
_FAIL = """
UPDATE export_jobs SET state = 'failed', problem = $2 WHERE job_id = $1 AND state = 'working'
"""
_WITHDRAW = """
WITH found AS (
  SELECT job_id, file_key FROM export_jobs
   WHERE state <> 'failed' AND (employee_ids IS NULL OR employee_ids @> ARRAY[$1::int]) FOR UPDATE),
withdrawn AS (
  UPDATE export_jobs SET state = 'failed', problem = $2, file_key = NULL
   WHERE job_id IN (SELECT job_id FROM found))
SELECT file_key FROM found
"""
# Only for the user who began it and still may see everybody in it. A job of an older worker does
# not name the employees in it.
_FIND = f"""
SELECT j.state, j.problem, j.created_at, j.touched_at, j.rows_found, j.rows_taken, j.rows_done,
       j.file_key, j.size_bytes
  FROM export_jobs AS j
 WHERE j.job_id = $1 AND j.user_id = $2
   AND ($3::int IS NULL OR j.employee_ids IS NOT NULL AND NOT EXISTS (
         SELECT FROM unnest(j.employee_ids) AS e (employee_id) WHERE NOT {visible_to("$3")}))
"""  # noqa: S608 -- our own condition


class ExportJob(msgspec.Struct, frozen=True):
    """How far an export is; *file_key* names the file in the store once *state* is `done`."""

    state: str
    problem: str | None
    created_at: datetime
    touched_at: datetime
    rows_found: int
    rows_taken: int
    rows_done: int
    file_key: str | None
    size_bytes: int | None


async def add(
    connection: AnyConnection,
    job_id: UUID,
    user_id: int,
    at: datetime,
    *,
    rows: tuple[int, int],
    employee_ids: list[int],
) -> None:
    """Store a job that has begun; *rows* are found, and taken; they are of *employee_ids*."""
    await connection.execute(_ADD, job_id, user_id, at, *rows, employee_ids)


async def count_working(
    connection: AnyConnection, *, alive_since: datetime, forget_before: datetime
) -> int:
    """Return how many are being made, and forget old ones. Until the end of the transaction no
    other worker counts.
    """
    await connection.execute(_LOCK)
    await connection.execute(_FORGET, forget_before)
    count: int = await connection.fetchval(_COUNT, alive_since)
    return count


async def touch(connection: AnyConnection, job_id: UUID, done: int, at: datetime) -> None:
    """Say that so many rows are done."""
    await connection.execute(_TOUCH, job_id, done, at)


async def finish(
    connection: AnyConnection, job_id: UUID, file_key: str, size: int, at: datetime
) -> bool:
    """Say where the file is; false when nobody may have it any more."""
    found = await connection.fetchval(_DONE, job_id, file_key, size, at)
    return found is not None


async def withdraw(connection: AnyConnection, employee_id: int, problem: str) -> list[str | None]:
    """End every job that holds that person; return the files, None for each still being made.

    A new export waits until the transaction ends.
    """
    await connection.execute(_LOCK)
    rows = await connection.fetch(_WITHDRAW, employee_id, problem)
    return [row["file_key"] for row in rows]


async def fail(connection: AnyConnection, job_id: UUID, problem: str) -> None:
    """Say why there will be none."""
    await connection.execute(_FAIL, job_id, problem)


async def find(connection: AnyConnection, job_id: UUID, user: User) -> ExportJob | None:
    """Return a job that *user* has begun and may see all of."""
    row = await connection.fetchrow(_FIND, job_id, user.user_id, user.sees_teams_of)
    return None if row is None else ExportJob(**row)
