"""Whether the data are a sample company's."""

from datetime import datetime

from wfhserver.storage.postgres.connection import AnyConnection

_IS_SAMPLE = "SELECT EXISTS (SELECT FROM sample)"
_MARK = """
INSERT INTO sample (seed, made_at) VALUES ($1, $2)
ON CONFLICT (only_row) DO UPDATE SET seed = excluded.seed, made_at = excluded.made_at
"""


async def is_sample(connection: AnyConnection) -> bool:
    """Tell whether what is on record was made up."""
    return bool(await connection.fetchval(_IS_SAMPLE))


async def mark(connection: AnyConnection, seed: int, at: datetime) -> None:
    """Say from now on that what is on record was made up."""
    await connection.execute(_MARK, seed, at)
