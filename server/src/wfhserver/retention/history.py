"""What retention has deleted lately."""

from wfhserver.models.retention import RetentionRun
from wfhserver.storage.postgres.connection import Database
from wfhserver.storage.postgres.retention import runs


class RetentionHistory:
    """The runs of the last month."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def runs(self) -> list[RetentionRun]:
        """Return them, newest first."""
        return await runs(self._database)
