"""Brings the schema up to date: Alembic orders the steps, asyncpg runs their SQL.

The steps are SQL, so Alembic only renders them. One transaction holds a lock, reads the revision
and runs the rest: two upgrades at once do it once, and a broken one changes nothing. Alembic is
imported when there is something to render: no worker needs it, nor most commands.
"""

import io
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from wfhserver.storage.postgres.connection import connect, translated
from wfhserver.storage.postgres.partitions import make_partitions

_LOCK = "SELECT pg_advisory_xact_lock(x'77666802'::bigint)"
_HAS_VERSION_TABLE = "SELECT to_regclass('alembic_version') IS NOT NULL"
CURRENT_REVISION = "SELECT version_num FROM alembic_version"
_MIGRATIONS = Path(__file__).parent / "migrations"


async def upgrade(url: str, partition_days: Sequence[date]) -> tuple[str | None, str]:
    """Bring the schema to the newest revision and make the partitions of *partition_days*.

    Returns the revision before (None for an empty database) and after.
    """
    with translated():
        connection = await connect(url)
        try:
            async with connection.transaction():
                await connection.execute(_LOCK)
                before = None
                if await connection.fetchval(_HAS_VERSION_TABLE):
                    before = await connection.fetchval(CURRENT_REVISION)
                script = rendered_sql(before)
                if script.strip():
                    # Rewriting a big table takes as long as it takes.
                    await connection.execute(script, timeout=None)
            await make_partitions(connection, partition_days)
        finally:
            await connection.close()
    return before, newest_revision()


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
