"""What is wrong with the server itself: readiness, certificate, backup, disk."""

import asyncio
import shutil
import socket
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from wfhserver.alerts.backup_check import BackupCheck
from wfhserver.clock import Clock
from wfhserver.geoip.lookup import GeoIp
from wfhserver.messages import _
from wfhserver.models.alerts import Holding
from wfhserver.monitoring.readiness import Report
from wfhserver.settings import Settings

_EXPIRES_SOON: Final = timedelta(days=14)
_CONNECT_SECONDS: Final = 5.0
_CERTIFICATE_EVERY_SECONDS: Final = 3600.0


class CertificateCheck:
    """Looks at the certificate of the public address each hour; what was found holds until then."""

    def __init__(self, url: str | None, clock: Clock) -> None:
        self._url = url
        self._clock = clock
        self._problem: str | None = None
        self._checked_at: float | None = None

    async def problem(self) -> str | None:
        """Return what is wrong with it; None too without an address of https."""
        url, elapsed, last = self._url, self._clock.elapsed(), self._checked_at
        if url is None or not url.startswith("https://"):
            return None
        if last is None or elapsed - last >= _CERTIFICATE_EVERY_SECONDS:
            self._checked_at = elapsed
            self._problem = await asyncio.to_thread(certificate_problem, url, self._clock.now())
        return self._problem


class ServerChecks:
    """Looks at the parts of the server; *report* asks for its readiness."""

    def __init__(
        self,
        settings: Settings,
        report: Callable[[], Awaitable[Report]],
        geoip: GeoIp,
        certificate: CertificateCheck,
        backup: BackupCheck,
    ) -> None:
        self._settings = settings
        self._report = report
        self._geoip = geoip
        self._certificate = certificate
        self._backup = backup

    async def problems(self) -> dict[str, Holding]:
        """Return what is wrong, by `server:` and the part."""
        report = await self._report()
        found = {
            "database": None if report.database == "ok" else report.database,
            "screenshots": None if report.screenshots == "ok" else report.screenshots,
            "clock": None if report.clock == "ok" else report.clock,
            "retention": None if report.retention == "ok" else report.retention,
            "geoip": self._geoip_problem(),
            "certificate": await self._certificate.problem(),
            "backup": await self._backup.problem(),
        }
        return {
            f"server:{part}": Holding(subject=f"server:{part}", detail=problem)
            for part, problem in found.items()
            if problem is not None
        }

    async def full_disk(self, percent: int) -> dict[str, Holding]:
        """Return one entry when the disk of the screenshots is more than *percent* full."""
        place = self._settings.screenshots_place
        if not isinstance(place, Path):
            return {}
        try:
            usage = await asyncio.to_thread(shutil.disk_usage, place)
        except OSError:
            # Readiness says so.
            return {}
        if usage.used * 100 <= percent * (usage.used + usage.free):
            return {}
        return {"screenshots": Holding(subject="screenshots")}

    def _geoip_problem(self) -> str | None:
        # Without a database nobody expects places.
        if not self._settings.geoip_file.exists():
            return None
        problem = self._geoip.problem()
        return None if problem is None else problem[0].upper() + problem[1:] + "."


def certificate_problem(url: str, now: datetime) -> str | None:
    """Return what is wrong with the certificate at *url*; None too where nobody answers."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    context = ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, parts.port or 443), _CONNECT_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as connection,
        ):
            certificate = connection.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        text = _("The certificate of {host} is not valid: {why}.")
        return text.format(host=host, why=error.verify_message)
    except OSError:
        # Not every server can reach its own public address.
        return None
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    if ends - now > _EXPIRES_SOON:
        return None
    return _("The certificate of {host} expires on {day}.").format(
        host=host, day=f"{ends:%Y-%m-%d}"
    )
