"""What backups ask of a database: its schema, whether it is empty, and its screenshots."""

from collections.abc import AsyncIterator
from typing import Final

from wfhserver.storage.postgres.connection import Connection

VERSIONS: Final = "SELECT current_setting('server_version_num'), version_num FROM alembic_version"
_SERVER_VERSION: Final = "SHOW server_version_num"
_TABLES: Final = """
SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname NOT LIKE 'pg\\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')
"""
_SCREENSHOTS: Final = """
SELECT screenshot_path, screenshot_sha256 FROM employee_logs WHERE screenshot_path IS NOT NULL
"""


async def is_empty(connection: Connection) -> bool:
    """Tell whether the database has no table, view or sequence but those of extensions."""
    count: int = await connection.fetchval(_TABLES)
    return count == 0


async def major_version(connection: Connection) -> int:
    """Return the major version of PostgreSQL."""
    return int(await connection.fetchval(_SERVER_VERSION)) // 10_000


async def named_screenshots(connection: Connection) -> AsyncIterator[tuple[str, bytes]]:
    """Yield the key and the SHA-256 of each screenshot that a log names; memory stays flat."""
    async with connection.transaction():
        async for row in connection.cursor(_SCREENSHOTS):
            yield row["screenshot_path"], row["screenshot_sha256"]
