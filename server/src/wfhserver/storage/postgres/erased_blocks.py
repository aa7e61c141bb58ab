"""Blocks of employees who were erased, as rows: a keyed hash of each username, and no name."""

import asyncio
import hmac
import secrets
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from wfhserver.models.enrollment import BlockRow
from wfhserver.names import normalize_name
from wfhserver.storage.postgres.connection import AnyConnection

_KEY_BYTES: Final = 32
# Of two that make the key at once, one waits and then finds the other's.
_MAKE_KEY: Final = """
INSERT INTO username_hash_key (hash_key) VALUES ($1) ON CONFLICT (only_row) DO NOTHING
"""
_KEY: Final = "SELECT hash_key FROM username_hash_key"
# Locked: somebody who ends the block at this moment waits, and then ends the one that is kept.
_LOCK_BLOCK: Final = """
SELECT block_id FROM enrollment_blocks WHERE employee_id = $1 AND hostname IS NULL FOR UPDATE
"""
# A device may report a name that was this employee's and is somebody else's by now.
_OF_NOBODY_ELSE: Final = """
SELECT name FROM unnest($2::text[]) AS t (name)
 WHERE NOT EXISTS (SELECT FROM employees WHERE username = name AND employee_id <> $1)
   AND NOT EXISTS (SELECT FROM employee_usernames WHERE username = name AND employee_id <> $1)
"""
_ADD: Final = """
INSERT INTO erased_blocks (block_id, blocked_at, blocked_by, username_hashes)
SELECT block_id, blocked_at, blocked_by, $2 FROM enrollment_blocks WHERE block_id = $1
"""
_FIND: Final = """
SELECT block_id FROM erased_blocks WHERE username_hashes @> ARRAY[$1::bytea]
 ORDER BY block_id LIMIT 1
"""
_REMOVE: Final = "DELETE FROM erased_blocks WHERE block_id = $1 RETURNING block_id"
_LIST: Final = """
SELECT block_id, blocked_at, blocked_by, username_hashes FROM erased_blocks
 ORDER BY blocked_at, block_id
"""
_EVERYBODY: Final = """
SELECT username AS name, employee_id, username FROM employees
UNION ALL
SELECT f.username, employee_id, e.username
  FROM employee_usernames AS f JOIN employees AS e USING (employee_id)
 ORDER BY name
"""


class _NamedEmployee(NamedTuple):
    """One name of an employee, with number and username."""

    name: str
    employee_id: int
    username: str


async def keep(
    connection: AnyConnection, employee_id: int, usernames: Collection[str]
) -> int | None:
    """Keep the block of an employee who is being erased, without the names; return its number.

    None for somebody who is not blocked as a whole, or whose names are all somebody else's by now.
    Call it before the block is deleted.
    """
    block_id: int | None = await connection.fetchval(_LOCK_BLOCK, employee_id)
    if block_id is None:
        return None
    names = sorted({normalize_name(name) for name in usernames})
    rows = await connection.fetch(_OF_NOBODY_ELSE, employee_id, names)
    if not rows:
        return None
    await connection.execute(_MAKE_KEY, secrets.token_bytes(_KEY_BYTES))
    key: bytes = await connection.fetchval(_KEY)
    await connection.execute(_ADD, block_id, [_hash(key, row["name"]) for row in rows])
    return block_id


async def find(connection: AnyConnection, username: str) -> int | None:
    """Return the number of the block that keeps this username from enrolling; None without one."""
    key: bytes | None = await connection.fetchval(_KEY)
    if key is None:
        return None
    block_id: int | None = await connection.fetchval(_FIND, _hash(key, username))
    return block_id


async def remove(connection: AnyConnection, block_id: int) -> bool:
    """End a block, and delete its hashes; false when there is no such block."""
    return await connection.fetchval(_REMOVE, block_id) is not None


async def list_blocks(connection: AnyConnection) -> list[BlockRow]:
    """Return every block, oldest first, with an employee who has one of its names by now."""
    rows = await connection.fetch(_LIST)
    if not rows:
        return []
    key: bytes = await connection.fetchval(_KEY)
    everybody = [_NamedEmployee(*row) for row in await connection.fetch(_EVERYBODY)]
    wanted = {hashed for row in rows for hashed in row["username_hashes"]}
    # Of a hundred thousand names, that takes a moment.
    found = await asyncio.to_thread(_by_hash, key, everybody, wanted)
    blocks = []
    for row in rows:
        owners = [found[hashed] for hashed in row["username_hashes"] if hashed in found]
        owner = owners[0] if owners else None
        blocks.append(
            BlockRow(
                block_id=row["block_id"],
                employee_id=None if owner is None else owner.employee_id,
                username=None if owner is None else owner.username,
                hostname=None,
                blocked_at=row["blocked_at"],
                blocked_by=row["blocked_by"],
                is_erased=True,
            )
        )
    return blocks


def _by_hash(
    key: bytes, everybody: Iterable[_NamedEmployee], wanted: Collection[bytes]
) -> dict[bytes, _NamedEmployee]:
    hashed = ((_hash(key, each.name), each) for each in everybody)
    return {digest: each for digest, each in hashed if digest in wanted}


def _hash(key: bytes, username: str) -> bytes:
    # Names that look the same are the same, as those of employees are.
    return hmac.digest(key, normalize_name(username).encode(), "sha256")
