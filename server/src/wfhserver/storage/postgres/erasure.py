"""Deletes every row that is about one employee, but for the audit, which keeps the number."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.usernames import numbers_of

# Who places a hold waits for it: the hold refers to this row.
_LOCK = "SELECT username FROM employees WHERE employee_id = $1 FOR UPDATE"
# A device keeps its name when that is no further username any more.
_NAMES = """
SELECT username FROM employee_usernames WHERE employee_id = $1
UNION SELECT reported_username FROM agents
 WHERE employee_id = $1 AND reported_username IS NOT NULL
ORDER BY username
"""
_NUMBERS = f"SELECT {numbers_of('$1')}"
_HOLD = "SELECT held_since, held_by FROM legal_holds WHERE employee_id = $1"
_REVOKE = """
UPDATE agents SET revoked_at = $2 WHERE employee_id = $1 AND revoked_at IS NULL
RETURNING agent_id
"""
# In the order in which heartbeats lock: presence before agents. What is on its way waits here, and
# finds no agent then.
_LOCK_PRESENCE = """
SELECT FROM agent_presence WHERE agent_id IN (SELECT agent_id FROM agents WHERE employee_id = $1)
 ORDER BY agent_id FOR UPDATE
"""
_LOCK_AGENTS = "SELECT agent_id FROM agents WHERE employee_id = $1 ORDER BY agent_id FOR UPDATE"
_OF_AGENTS = {
    "heartbeats": "DELETE FROM employee_heartbeats WHERE agent_id = ANY ($1::int[])",
    "logs": "DELETE FROM employee_logs WHERE agent_id = ANY ($1::int[])",
    "missed_logs": "DELETE FROM employee_missed_logs WHERE agent_id = ANY ($1::int[])",
    "attendance_marks": "DELETE FROM attendance_late WHERE agent_id = ANY ($1::int[])",
    "presence": "DELETE FROM agent_presence WHERE agent_id = ANY ($1::int[])",
    "machines": "DELETE FROM agents WHERE agent_id = ANY ($1::int[])",
}
_OF_EMPLOYEE = {
    "team_memberships": "DELETE FROM team_members WHERE employee_id = $1",
    "attendance_days": "DELETE FROM attendance_days WHERE employee_id = $1",
    "alerts": "DELETE FROM alerts WHERE employee_id = $1",
    "messages": "DELETE FROM messages WHERE employee_ids @> ARRAY[$1::int]",
    "blocks": "DELETE FROM enrollment_blocks WHERE employee_id = $1",
    "employees": "DELETE FROM employees WHERE employee_id = $1",
}
_REQUESTS = "DELETE FROM enrollment_requests WHERE username = ANY ($1::text[])"
# What text of the audit may still say the name; the actor of older versions did.
_AUDIT_LEFT = """
SELECT count(*)::int AS entries, max(at) AS newest,
       coalesce((array_agg(audit_id ORDER BY audit_id DESC) FILTER (WHERE names))[:20], '{}')
         AS with_name
  FROM (SELECT audit_id, at, employee_ids && $1::int[] AS concerns,
               EXISTS (SELECT FROM unnest($2::text[]) AS name
                        WHERE actor = 'employee:' || name OR strpos(details, name) > 0
                           OR strpos(coalesce(reason, ''), name) > 0) AS names
          FROM audit) AS a
 WHERE concerns OR names
"""
_EXPORTS = """
SELECT audit_id, at, actor, action FROM audit
 WHERE employee_ids && $1::int[] AND action IN ('export.csv', 'export.pdf', 'employee.export')
 ORDER BY audit_id DESC LIMIT 50
"""
_VACUUMED = (
    *("employee_heartbeats", "employee_logs", "employee_missed_logs", "agent_presence", "agents"),
    *("agent_plugins", "agent_log_facts", "fact_alerts", "alerts", "messages"),
    *("employees", "team_members", "enrollment_requests", "my_data_links", "my_sessions"),
    *("departures", "enrollment_blocks"),
    *("export_jobs", "employee_import_rows", "attendance_days", "attendance_late"),
    *("employee_usernames", "joined_employees"),
    *("schedules", "holiday_regions", "holiday_changes", "leave_ranges", "leave_feeds"),
)
# As long as it takes on large tables.
_VACUUM_SECONDS = 6 * 3600.0
_MAY_VACUUM = """
SELECT bool_and(pg_has_role(c.relowner, 'USAGE') OR CASE
         WHEN current_setting('server_version_num')::int >= 170000
         THEN has_table_privilege(c.oid, 'MAINTAIN') ELSE false END)
  FROM pg_class AS c
 WHERE c.oid IN (SELECT p.relid FROM unnest($1::text[]) AS t (name),
                        pg_partition_tree(t.name::regclass) AS p
                  UNION SELECT name::regclass FROM unnest($1::text[]) AS t (name))
"""
_IS_USER = "SELECT EXISTS (SELECT FROM users WHERE username = ANY ($1::text[]))"


class ErasedPerson(NamedTuple):
    """All names of an employee, and all numbers that the audit log has of them."""

    username: str
    further_usernames: list[str]
    numbers: list[int]

    @property
    def names(self) -> list[str]:
        """Every username."""
        return [self.username, *self.further_usernames]


class ActiveHold(NamedTuple):
    """Since when and by whom an employee is held."""

    since: datetime
    by: str


class AuditLeft(NamedTuple):
    """The entries that name an employee; the text of those *with_name* may hold the name itself."""

    entries: int
    newest: datetime | None
    with_name: list[int]


class ExportEntry(msgspec.Struct, frozen=True):
    """The entry of an export that held the person."""

    audit_id: int
    at: datetime
    actor: str
    action: str


async def lock(connection: AnyConnection, employee_id: int) -> ErasedPerson | None:
    """Return who it is, locked until the transaction ends; None when there is nobody."""
    username: str | None = await connection.fetchval(_LOCK, employee_id)
    if username is None:
        return None
    further = [row["username"] for row in await connection.fetch(_NAMES, employee_id)]
    numbers: list[int] = await connection.fetchval(_NUMBERS, employee_id)
    return ErasedPerson(username, [each for each in further if each != username], numbers)


async def hold_of(connection: AnyConnection, employee_id: int) -> ActiveHold | None:
    """Return the hold of the employee; None when there is none."""
    row = await connection.fetchrow(_HOLD, employee_id)
    return None if row is None else ActiveHold(*row)


async def revoke_agents(connection: AnyConnection, employee_id: int, at: datetime) -> list[int]:
    """Revoke every agent of the employee; return those that were not revoked before."""
    return [row["agent_id"] for row in await connection.fetch(_REVOKE, employee_id, at)]


async def lock_agents(connection: AnyConnection, employee_id: int) -> list[int]:
    """Return the agents of the employee; until the transaction ends nothing more comes of them."""
    await connection.execute(_LOCK_PRESENCE, employee_id)
    return [row["agent_id"] for row in await connection.fetch(_LOCK_AGENTS, employee_id)]


async def delete_rows(
    connection: AnyConnection, employee_id: int, person: ErasedPerson, agents: list[int]
) -> dict[str, int]:
    """Delete everything; return how many rows of what. Needs what `lock_agents` locked."""
    status = await connection.execute(_REQUESTS, person.names)
    counts = {"enrolment_requests": int(status.rpartition(" ")[2])}
    for what, sql in _OF_AGENTS.items():
        counts[what] = int((await connection.execute(sql, agents)).rpartition(" ")[2])
    for what, sql in _OF_EMPLOYEE.items():
        counts[what] = int((await connection.execute(sql, employee_id)).rpartition(" ")[2])
    return counts


async def is_user(connection: AnyConnection, person: ErasedPerson) -> bool:
    """Tell whether somebody of one of these names may sign in at the dashboard."""
    found: bool = await connection.fetchval(_IS_USER, person.names)
    return found


async def audit_left(connection: AnyConnection, person: ErasedPerson) -> AuditLeft:
    """Return what of the audit log still names the employee."""
    row = await connection.fetchrow(_AUDIT_LEFT, person.numbers, person.names)
    assert row is not None  # noqa: S101 -- an aggregate returns one row
    return AuditLeft(*row)


async def exports(connection: AnyConnection, person: ErasedPerson) -> list[ExportEntry]:
    """Return the entries of the newest exports that held the person."""
    return [ExportEntry(**row) for row in await connection.fetch(_EXPORTS, person.numbers)]


async def vacuum(database: Database) -> bool:
    """Take the deleted rows out of the tables; false where this role may not."""
    async with database.connection() as connection:
        if not await connection.fetchval(_MAY_VACUUM, list(_VACUUMED)):
            return False
        await connection.execute("VACUUM " + ", ".join(_VACUUMED), timeout=_VACUUM_SECONDS)
    return True
