"""The checklist: each step is judged by what is really there, and none is ticked off by hand."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from wfhserver.alerts.backup_check import BackupCheck
from wfhserver.alerts.server_checks import CertificateCheck
from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.geoip.lookup import GeoIp
from wfhserver.messages import _
from wfhserver.models.checklist import Checklist, Step, StepState
from wfhserver.models.users import User
from wfhserver.settings import Settings
from wfhserver.storage.postgres import checklist
from wfhserver.storage.postgres.connection import AnyConnection, Database

_HTTPS = "https://"


class GettingStarted:
    """Says what a new server still needs, and keeps which steps nobody wants to see."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: Settings,
        geoip: GeoIp,
        certificate: CertificateCheck,
        backup: BackupCheck,
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._geoip = geoip
        self._certificate = certificate
        self._backup = backup

    async def state(self) -> Checklist:
        """Return every step in its order, with what is missing, and the state of backups."""
        async with self._database.connection() as connection:
            dismissed = await checklist.dismissed(connection)
            found = {step: await look(connection) for step, look in self._in_database().items()}
        found |= {step: await look() for step, look in self._elsewhere().items()}
        return Checklist(
            [StepState(step, found[step], step in dismissed) for step in Step],
            await self._backup.state(),
        )

    async def dismiss(self, admin: User, steps: Sequence[Step], *, dismissed: bool) -> None:
        """Hide steps, or show them again; on record where that changes something."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            if dismissed:
                changed = await checklist.dismiss(connection, steps, admin.actor, now)
            else:
                changed = await checklist.restore(connection, steps)
            if changed:
                action = "checklist.dismiss" if dismissed else "checklist.restore"
                details = {"steps": sorted(set(steps))}
                await record(connection, Entry(admin.actor, action, details=details), now)

    def _in_database(self) -> dict[Step, Callable[[AnyConnection], Awaitable[str | None]]]:
        return {
            Step.NOTICE: _missing_notice,
            Step.ALERTS: self._missing_alerts,
            Step.TOKEN: self._missing_token,
            Step.DEVICE: _missing_device,
            Step.SECOND_FACTOR: _missing_second_factor,
        }

    def _elsewhere(self) -> dict[Step, Callable[[], Awaitable[str | None]]]:
        return {
            Step.ADDRESS: self._missing_address,
            Step.BACKUP: self._missing_backup,
            Step.GEOIP: self._missing_geoip,
        }

    async def _missing_address(self) -> str | None:
        url = self._settings.public_url
        if url is None:
            return _("WFHSERVER_PUBLIC_URL is not set.")
        if not url.startswith(_HTTPS):
            return _("WFHSERVER_PUBLIC_URL does not begin with https://.")
        return await self._certificate.problem()

    async def _missing_backup(self) -> str | None:
        if self._settings.backup_directory is None:
            return _("No backup is known. WFHSERVER_BACKUP_DIRECTORY is not set.")
        return await self._backup.problem()

    async def _missing_geoip(self) -> str | None:
        problem = await asyncio.to_thread(self._geoip.problem)
        return None if problem is None else problem[0].upper() + problem[1:] + "."

    async def _missing_alerts(self, connection: AnyConnection) -> str | None:
        mail = self._settings.smtp_host is not None
        if await checklist.has_channel(connection, mail=mail):
            return None
        if mail:
            return _("Alerts are not sent to anybody yet.")
        return _("No mail server is set (WFHSERVER_SMTP_HOST), and no chat or webhook gets alerts.")

    async def _missing_token(self, connection: AnyConnection) -> str | None:
        # Where devices have enrolled, a token that has ended since is none that is missing.
        if await checklist.has_device(connection):
            return None
        if await checklist.has_token(connection, self._clock.now()):
            return None
        return _("No enrollment token can be used.")


async def _missing_notice(connection: AnyConnection) -> str | None:
    if await checklist.has_notice(connection):
        return None
    return _("No device shows a notice of your company yet.")


async def _missing_device(connection: AnyConnection) -> str | None:
    if await checklist.has_device(connection):
        return None
    return _("No heartbeat of a device has arrived yet.")


async def _missing_second_factor(connection: AnyConnection) -> str | None:
    names = await checklist.without_second_factor(connection)
    if not names:
        return None
    text = _("Administrators who sign in with a password alone: {names}.")
    return text.format(names=", ".join(names))
