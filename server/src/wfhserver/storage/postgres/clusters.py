"""Databases of an embedded PostgreSQL: made, listed and compared, before the server uses one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg

from wfhserver.errors import EmbeddedError
from wfhserver.storage.postgres.connection import Connection

_CONNECT_SECONDS: Final = 10
_DATABASES: Final = """
SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'
"""
_TABLES: Final = """
SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND n.nspname NOT IN ('pg_catalog', 'information_schema')
 ORDER BY 1
"""
_HAS_DATABASE: Final = "SELECT 1 FROM pg_database WHERE datname = 'wfhserver'"


async def ensure_database(url: str) -> None:
    """Make the server's database where it is missing, and let PostgreSQL read its settings."""
    async with _connected(url, "postgres") as connection:
        await connection.execute("SELECT pg_reload_conf()")
        if not await connection.fetchval(_HAS_DATABASE):
            await connection.execute("CREATE DATABASE wfhserver")


async def make_databases_of(url: str, *, old_port: int, new_port: int) -> list[str]:
    """Make the databases of the old cluster in the new one, empty; return their names."""
    async with _connected(url, "postgres", old_port) as old:
        names = [row[0] for row in await old.fetch(_DATABASES)]
        async with _connected(url, "postgres", new_port) as new:
            for name in names:
                quoted = name.replace('"', '""')
                await new.execute(f'CREATE DATABASE "{quoted}"')
    return names


async def count_rows(url: str, database: str, port: int) -> dict[str, int]:
    """Return how many rows each table has."""
    async with _connected(url, database, port) as connection:
        tables = [row[0] for row in await connection.fetch(_TABLES)]
        return {each: await connection.fetchval(f"SELECT count(*) FROM {each}") for each in tables}  # noqa: S608 -- names that PostgreSQL has quoted


async def analyze(url: str, database: str, port: int) -> None:
    """Gather the statistics that the planner needs."""
    async with _connected(url, database, port) as connection:
        await connection.execute("ANALYZE")


@asynccontextmanager
async def _connected(url: str, database: str, port: int | None = None) -> AsyncIterator[Connection]:
    try:
        connection = await asyncpg.connect(
            url, database=database, port=port, timeout=_CONNECT_SECONDS
        )
        try:
            yield connection
        finally:
            await connection.close()
    except asyncpg.PostgresError as error:
        raise EmbeddedError(str(error)) from error
