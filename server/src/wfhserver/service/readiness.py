"""Can this server store what comes in?"""

import msgspec

from wfhserver.errors import DatabaseUnavailableError, WfhserverError
from wfhserver.screenshots.store import ScreenshotStore
from wfhserver.service.whereabouts import GeoIp
from wfhserver.storage.interface import IngestStorage


class Report(msgspec.Struct, frozen=True):
    """What works; each member is "ok" or says what does not."""

    ready: bool
    database: str
    screenshots: str
    geoip: str


class Readiness:
    """Asks each part that storing needs; GeoIP is told, but storing does not need it."""

    def __init__(self, storage: IngestStorage, store: ScreenshotStore, geoip: GeoIp) -> None:
        self._storage = storage
        self._store = store
        self._geoip = geoip

    async def report(self) -> Report:
        """Return what works at this moment."""
        database, screenshots = await self._database(), await self._screenshots()
        return Report(
            ready=database == screenshots == "ok",
            database=database,
            screenshots=screenshots,
            geoip=self._geoip.problem() or "ok",
        )

    async def _database(self) -> str:
        try:
            await self._storage.check()
        except DatabaseUnavailableError as error:
            return str(error)
        return "ok"

    async def _screenshots(self) -> str:
        try:
            await self._store.check()
        except WfhserverError as error:
            return str(error)
        return "ok"
