"""The names of employees: the username, and further ones under which their devices report."""

from collections.abc import Collection
from typing import Final

from wfhserver.storage.postgres.connection import AnyConnection

# Enrollments do not wait for each other.
_HOLD: Final = "SELECT pg_advisory_xact_lock_shared(hashtextextended('wfhserver usernames', 0))"
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('wfhserver usernames', 0))"
_ALL: Final = "SELECT username, employee_id FROM employee_usernames"
_REMOVE: Final = """
DELETE FROM employee_usernames
 WHERE employee_id = ANY ($1::int[])
   AND (employee_id, username) NOT IN (SELECT * FROM unnest($2::int[], $3::text[]))
"""
_ADD: Final = """
INSERT INTO employee_usernames (employee_id, username)
SELECT * FROM unnest($1::int[], $2::text[])
ON CONFLICT (username) DO UPDATE SET employee_id = excluded.employee_id
"""


def employee_named(name: str) -> str:
    """Return the expression for the number of the employee with that username or further username.

    *name* is written into the SQL, as with `visible_to`.
    """
    return f"""(
  SELECT employee_id FROM employees WHERE username = {name}
   UNION ALL SELECT employee_id FROM employee_usernames WHERE username = {name} LIMIT 1)"""  # noqa: S608 -- see above


def has_further(employee_id: str, condition: str) -> str:
    """Return the condition that a further username `f.username` fulfills *condition*.

    Both are written into the SQL.
    """
    return f"""EXISTS (SELECT FROM employee_usernames AS f
                        WHERE f.employee_id = {employee_id} AND {condition})"""


def numbers_of(employee_id: str) -> str:
    """Return the expression for all numbers that the audit log has of one employee."""
    return f"""(ARRAY[{employee_id}::int] || ARRAY(
  SELECT former_id FROM joined_employees WHERE employee_id = {employee_id}::int))"""  # noqa: S608


FURTHER: Final = """ARRAY (SELECT f.username FROM employee_usernames AS f
         WHERE f.employee_id = e.employee_id ORDER BY f.username)"""
"""The further usernames of the employee *e*."""


async def hold(connection: AnyConnection) -> None:
    """Let no further username come or go until the transaction ends."""
    await connection.execute(_HOLD)


async def lock(connection: AnyConnection) -> None:
    """Let nobody enroll, and no further username come or go, until the transaction ends.

    Before employees are locked or added: whoever enrolls waits for those with `hold`.
    """
    await connection.execute(_LOCK)


async def further(connection: AnyConnection) -> dict[str, int]:
    """Return every further username with the number of its employee."""
    return {row["username"]: row["employee_id"] for row in await connection.fetch(_ALL)}


async def replace(
    connection: AnyConnection, employee_ids: Collection[int], names: Collection[tuple[int, str]]
) -> None:
    """Give *employee_ids* these further usernames and no others; pairs of number and name.

    No employee may have one of *names* as username. Needs `lock`.
    """
    pairs = ([number for number, _ in names], [name for _, name in names])
    await connection.execute(_REMOVE, list(employee_ids), *pairs)
    await connection.execute(_ADD, *pairs)
