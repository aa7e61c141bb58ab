"""Brings the schema up to date: Alembic orders the steps, asyncpg runs their SQL.

The steps are SQL, so Alembic only renders them. One transaction holds a lock, reads the revision
and runs the rest: two upgrades at once do it once, and a broken one changes nothing. Alembic is
imported when there is something to render: no worker needs it, nor most commands.
"""

import io
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from functools import cache
from pathlib import Path

from wfhserver.errors import SchemaError
from wfhserver.storage.postgres.connection import Connection, connect
from wfhserver.storage.postgres.distribution import SEQUENTIAL
from wfhserver.storage.postgres.partitions import make_partitions
from wfhserver.storage.postgres.statements import split_statements
from wfhserver.storage.postgres.translation import translated

_LOCK = "SELECT pg_advisory_xact_lock(x'77666802'::bigint)"
_HAS_VERSION_TABLE = "SELECT to_regclass('alembic_version') IS NOT NULL"
ENCODING = "SELECT current_setting('server_encoding')"
CURRENT_REVISION = "SELECT version_num FROM alembic_version"
_MIGRATIONS = Path(__file__).parent / "migrations"


async def upgrade(url: str, partition_days: Sequence[date]) -> tuple[str | None, str]:
    """Bring the schema to the newest revision and make the partitions of *partition_days*.

    Returns the revision before (None for an empty database) and after. Raises SchemaError when
    the database is no place for it.
    """
    # Rewriting a big table takes as long as it takes.
    async with _connected(url) as connection:
        async with connection.transaction():
            await connection.execute(_LOCK)
            before = await _checked_revision(connection)
            await connection.execute(SEQUENTIAL)
            # One by one: Citus refuses several commands at once on a distributed table.
            for statement in split_statements(rendered_sql(before)):
                await connection.execute(statement)
        await make_partitions(connection, partition_days)
    return before, newest_revision()


async def check(url: str) -> tuple[str | None, str]:
    """Return what `upgrade` would, and change nothing. Raises SchemaError as it does."""
    async with _connected(url) as connection:
        return await _checked_revision(connection), newest_revision()


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Connection]:
    with translated():
        connection = await connect(url, command_seconds=None)
        try:
            yield connection
        finally:
            await connection.close()


async def _checked_revision(connection: Connection) -> str | None:
    """Return the revision of the database; SchemaError when it cannot be upgraded."""
    problem = encoding_problem(await connection.fetchval(ENCODING))
    if problem is not None:
        raise SchemaError(problem)
    if not await connection.fetchval(_HAS_VERSION_TABLE):
        return None
    revision: str | None = await connection.fetchval(CURRENT_REVISION)
    if revision is not None and revision > newest_revision():
        raise SchemaError(
            f"The database has schema {revision}, which is newer than this version's"
            f" {newest_revision()}. Nothing was changed. Install the newer version again."
        )
    return revision


def encoding_problem(encoding: str) -> str | None:
    """Return why a database of *encoding* cannot hold every name; None when it can."""
    if encoding == "UTF8":
        return None
    return (
        f"The database has the encoding {encoding}, which cannot hold every name. Make one with"
        " CREATE DATABASE ... ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0, move the rows"
        " there with pg_dump, and name it in WFHSERVER_DATABASE_URL."
    )


def rendered_sql(revision: str | None) -> str:
    """Return the SQL that leads from *revision* (None: nothing) to the newest."""
    if revision == newest_revision():
        return ""
    import alembic.command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    out = io.StringIO()
    config = Config(output_buffer=out)
    config.set_main_option("script_location", str(_MIGRATIONS))
    alembic.command.upgrade(config, f"{revision or 'base'}:head", sql=True)
    return out.getvalue()


@cache
def newest_revision() -> str:
    """Return the revision this server needs: the number of the last file of the migrations."""
    names = [file.name for file in (_MIGRATIONS / "versions").glob("[0-9]*_*.py")]
    if not names:
        raise RuntimeError("The package holds no migrations: it was built wrongly.")
    return max(names).partition("_")[0]
