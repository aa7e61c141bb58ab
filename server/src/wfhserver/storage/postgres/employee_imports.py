"""The last import of employees, with what it takes to undo it, as rows."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from wfhserver.models.directory import ImportSummary
from wfhserver.storage.postgres import calendar_revisions
from wfhserver.storage.postgres.connection import AnyConnection

_FORGET = "DELETE FROM employee_imports"
_BEGIN = """
INSERT INTO employee_imports (imported_at, imported_by) VALUES ($1, $2) RETURNING import_id
"""
_STORED = """jsonb_build_object(
  'display_name', e.display_name, 'email', e.email, 'manager_id', e.manager_id,
  'time_zone', e.time_zone, 'country', e.country, 'region', e.region, 'status', e.status,
  'external_id', e.external_id,
  'further_usernames', (SELECT coalesce(jsonb_agg(f.username ORDER BY f.username), '[]')
                          FROM employee_usernames AS f WHERE f.employee_id = e.employee_id),
  'team_ids', (SELECT coalesce(jsonb_agg(m.team_id ORDER BY m.team_id), '[]')
                 FROM team_members AS m WHERE m.employee_id = e.employee_id))"""
_KEEP = f"""
INSERT INTO employee_import_rows (employee_id, import_id, before)
SELECT e.employee_id, $1, {_STORED} FROM employees AS e WHERE e.employee_id = ANY ($2::int[])
"""  # noqa: S608 -- our own expression
_KEEP_ADDED = """
INSERT INTO employee_import_rows (employee_id, import_id) SELECT unnest($2::int[]), $1
"""
_FINISH = f"""
UPDATE employee_import_rows AS r SET after = {_STORED}
  FROM employees AS e WHERE e.employee_id = r.employee_id AND r.import_id = $1
"""  # noqa: S608 -- our own expression
_LAST = """
SELECT i.imported_at, i.imported_by,
       (SELECT count(*)::int FROM employee_import_rows AS r
         WHERE r.import_id = i.import_id AND r.before IS NULL) AS added,
       (SELECT count(*)::int FROM employee_import_rows AS r
         WHERE r.import_id = i.import_id AND r.before IS NOT NULL) AS changed
  FROM employee_imports AS i ORDER BY i.import_id DESC LIMIT 1
"""
# Who enrolls a device of theirs waits.
_LOCK_ROWS = """
SELECT FROM employees WHERE employee_id IN (SELECT employee_id FROM employee_import_rows)
 ORDER BY employee_id FOR UPDATE
"""
# Somebody whom the import added stays when there is more by now than the import.
_ROWS = f"""
SELECT r.employee_id, e.username, r.before IS NULL AS added,
       r.after = {_STORED} AND (r.before IS NOT NULL OR NOT (
         EXISTS (SELECT FROM agents AS a WHERE a.employee_id = e.employee_id)
         OR EXISTS (SELECT FROM legal_holds AS h WHERE h.employee_id = e.employee_id)
         OR EXISTS (SELECT FROM enrollment_blocks AS b WHERE b.employee_id = e.employee_id)
       )) AS can_undo
  FROM employee_import_rows AS r JOIN employees AS e USING (employee_id)
 ORDER BY e.username
"""  # noqa: S608 -- our own expression
_RESTORE = """
UPDATE employees AS e
   SET display_name = r.before ->> 'display_name', email = r.before ->> 'email',
       manager_id = (SELECT m.employee_id FROM employees AS m
                      WHERE m.employee_id = (r.before ->> 'manager_id')::int),
       time_zone = r.before ->> 'time_zone', country = r.before ->> 'country',
       region = r.before ->> 'region', status = r.before ->> 'status'
  FROM employee_import_rows AS r
 WHERE r.employee_id = e.employee_id AND e.employee_id = ANY ($1::int[])
"""
_CLEAR_FURTHER = "DELETE FROM employee_usernames WHERE employee_id = ANY ($1::int[])"
# But for names that somebody else has by now.
_RESTORE_FURTHER = """
INSERT INTO employee_usernames (employee_id, username)
SELECT r.employee_id, f.username
  FROM employee_import_rows AS r
 CROSS JOIN LATERAL jsonb_array_elements_text(r.before -> 'further_usernames') AS f (username)
 WHERE r.employee_id = ANY ($1::int[])
   AND NOT EXISTS (SELECT FROM employees AS e WHERE e.username = f.username)
ON CONFLICT (username) DO NOTHING
"""
_LEAVE_TEAMS = "DELETE FROM team_members WHERE employee_id = ANY ($1::int[])"
_JOIN_TEAMS = """
INSERT INTO team_members (employee_id, team_id)
SELECT r.employee_id, t.team_id
  FROM employee_import_rows AS r
 CROSS JOIN LATERAL jsonb_array_elements_text(r.before -> 'team_ids') AS b (team)
  JOIN teams AS t ON t.team_id = b.team::int
 WHERE r.employee_id = ANY ($1::int[])
"""
_REMOVE = "DELETE FROM employees WHERE employee_id = ANY ($1::int[])"


class ImportedRow(msgspec.Struct, frozen=True):
    """An employee of the last import; one who was changed since cannot be undone."""

    employee_id: int
    username: str
    added: bool
    can_undo: bool


async def last(connection: AnyConnection) -> ImportSummary | None:
    """Return the last import, unless it was undone."""
    row = await connection.fetchrow(_LAST)
    return None if row is None else ImportSummary(**row)


async def begin(
    connection: AnyConnection, actor: str, at: datetime, changed: Collection[int]
) -> int:
    """Keep the profiles of those who will be changed, in place of the import before."""
    await connection.execute(_FORGET)
    import_id: int = await connection.fetchval(_BEGIN, at, actor)
    await connection.execute(_KEEP, import_id, list(changed))
    return import_id


async def finish(connection: AnyConnection, import_id: int, added: Collection[int]) -> None:
    """Keep whom the import added, and what it stored."""
    await connection.execute(_KEEP_ADDED, import_id, list(added))
    await connection.execute(_FINISH, import_id)


async def rows(connection: AnyConnection) -> list[ImportedRow]:
    """Return the employees of the last import by name, locked until the transaction ends."""
    await connection.execute(_LOCK_ROWS)
    return [ImportedRow(**row) for row in await connection.fetch(_ROWS)]


async def undo(
    connection: AnyConnection, restored: Collection[int], removed: Collection[int]
) -> None:
    """Put the profiles of *restored* back, and remove those who were added."""
    await connection.execute(_RESTORE, list(restored))
    await connection.execute(_CLEAR_FURTHER, list(restored))
    await connection.execute(_RESTORE_FURTHER, list(restored))
    await connection.execute(_LEAVE_TEAMS, list(restored))
    await connection.execute(_JOIN_TEAMS, list(restored))
    await calendar_revisions.add_to(connection, restored)
    await connection.execute(_REMOVE, list(removed))
    await connection.execute(_FORGET)
