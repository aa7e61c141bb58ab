"""Can this server store what comes in?"""

from datetime import datetime
from typing import Final

import msgspec

from wfhserver.days import RetentionCalendar
from wfhserver.errors import MissingPartitionError, WfhserverError
from wfhserver.geoip.lookup import GeoIp
from wfhserver.ingest.clock_check import ClockCheck, deletion_problem
from wfhserver.screenshots.store import ScreenshotStore
from wfhserver.storage.interface import ClockEvidence, IngestStorage

_SHOWN: Final = 3


class Report(msgspec.Struct, frozen=True):
    """What works; each member is "ok" or says what does not."""

    ready: bool
    database: str
    screenshots: str
    geoip: str
    clock: str = "ok"
    retention: str = "ok"


class Readiness:
    """Asks each part that storing needs; of GeoIP and retention it only tells."""

    def __init__(
        self,
        storage: IngestStorage,
        store: ScreenshotStore,
        geoip: GeoIp,
        calendar: RetentionCalendar,
        clock_check: ClockCheck,
    ) -> None:
        self._storage = storage
        self._store = store
        self._geoip = geoip
        self._calendar = calendar
        self._clock_check = clock_check

    async def report(self) -> Report:
        """Return what works at this moment."""
        evidence = await self._clock_check.refresh()
        clock = self._clock_check.problem or "ok"
        database, screenshots = await self._database(), await self._screenshots()
        return Report(
            ready=database == screenshots == clock == "ok",
            database=database,
            screenshots=screenshots,
            geoip=self._geoip.problem() or "ok",
            clock=clock,
            retention=retention_problem(self._calendar.clock.now(), evidence) or "ok",
        )

    async def _database(self) -> str:
        today = self._calendar.clock.now().date()
        try:
            try:
                await self._storage.check(today)
            except MissingPartitionError:
                if self._clock_check.problem is not None:
                    return "ok"  # But for the day, which nobody knows.
                await self._storage.make_partitions(self._calendar.partition_days())
                await self._storage.check(today)
        except WfhserverError as error:
            return str(error)
        return "ok"

    async def _screenshots(self) -> str:
        try:
            await self._store.check()
        except WfhserverError as error:
            return str(error)
        return "ok"


def retention_problem(now: datetime, evidence: ClockEvidence) -> str | None:
    """Return why retention does not run, or what its last run could not do; None for neither."""
    problem = deletion_problem(now, evidence)
    if problem is not None:
        return f"Nothing is deleted. {problem}"
    failed = [f"{name}: {why}" for name, why in sorted(evidence.failures.items())]
    if not failed:
        return None
    more = f" And {len(failed) - _SHOWN} more." if len(failed) > _SHOWN else ""
    return f"The last run could not do everything. {' '.join(failed[:_SHOWN])}{more}"
