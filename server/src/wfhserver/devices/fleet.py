"""Health of the fleet: versions, systems, and whose settings differ from those agreed on."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from wfhserver.agent_versions import Version, is_outdated, version_of
from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.models.fleet import (
    Agreement,
    Fleet,
    FleetSystem,
    FleetVersion,
    SettingsGroup,
    System,
    VersionState,
)
from wfhserver.models.users import User
from wfhserver.names import stored_name
from wfhserver.storage.postgres import fleet
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.fleet import DeviceCount

_NO_VERSION = Version(0, (), (0, 0), 0, 0)


class DeviceFleet:
    """Counts devices, and keeps which settings were agreed on.

    *newest* returns the version of the newest release that administrators offer.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        minimum: Version | None,
        newest: Callable[[], Version | None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._minimum = minimum
        self._newest = newest

    async def summary(self) -> Fleet:
        """Return all devices that are not revoked, counted."""
        newest = self._newest()
        async with self._database.connection() as connection:
            counted = await fleet.count(connection)
            agreed = await fleet.agreements(connection)
        groups = settings_groups(counted, agreed)
        return Fleet(
            devices=sum(row.devices for row in counted),
            minimum_version=None if self._minimum is None else str(self._minimum),
            newest_version=None if newest is None else str(newest),
            versions=[
                FleetVersion(version, devices, self._state(version, newest))
                for version, devices in _versions(counted)
            ],
            systems=[
                FleetSystem(System(system), devices)
                for system, devices in _sums((row.system, row.devices) for row in counted)
            ],
            settings=groups,
            differing=_differing(groups),
        )

    async def outdated(self, connection: AnyConnection) -> list[str]:
        """Return the versions of agents that are older than the minimum or the newest release."""
        newest = self._newest()
        stale = {VersionState.TOO_OLD, VersionState.OUTDATED}
        found = await fleet.versions(connection)
        return [version for version in found if self._state(version, newest) in stale]

    async def agree(self, admin: User, fingerprint: str, label: str) -> None:
        """Mark settings as agreed on; on record."""
        label = stored_name(label, field="label")
        async with self._database.connection() as connection, connection.transaction():
            at = self._clock.now()
            await fleet.agree(connection, fingerprint, label, by=admin.actor, at=at)
            await self._record(connection, admin, "settings.agree", fingerprint, label)

    async def withdraw(self, admin: User, fingerprint: str) -> None:
        """Remove the mark; Refusal when there is none."""
        async with self._database.connection() as connection, connection.transaction():
            label = await fleet.withdraw(connection, fingerprint)
            if label is None:
                raise Refusal(Code.NOT_FOUND, "These settings are not marked as agreed.")
            await self._record(connection, admin, "settings.withdraw", fingerprint, label)

    async def _record(
        self, connection: AnyConnection, admin: User, action: str, fingerprint: str, label: str
    ) -> None:
        details = {"fingerprint": fingerprint, "label": label}
        entry = Entry(actor=admin.actor, action=action, details=details)
        await record(connection, entry, self._clock.now())

    def _state(self, version: str, newest: Version | None) -> VersionState:
        if version_of(version) is None:
            return VersionState.UNKNOWN
        if is_outdated(version, self._minimum):
            return VersionState.TOO_OLD
        return VersionState.OUTDATED if is_outdated(version, newest) else VersionState.CURRENT


def settings_groups(
    counted: Iterable[DeviceCount], agreed: Mapping[str, Agreement]
) -> list[SettingsGroup]:
    """Return the devices by their settings, most devices first, then what only was agreed on."""
    versions: dict[str | None, Counter[str]] = {}
    for row in counted:
        versions.setdefault(row.settings, Counter())[row.version] += row.devices
    groups = [
        SettingsGroup(
            fingerprint=fingerprint,
            devices=found.total(),
            versions=sorted(found, key=_version, reverse=True),
            agreement=agreed.get(fingerprint or ""),
        )
        for fingerprint, found in versions.items()
    ]
    unused = [
        SettingsGroup(fingerprint=fingerprint, devices=0, versions=[], agreement=agreement)
        for fingerprint, agreement in agreed.items()
        if fingerprint not in versions
    ]
    return sorted([*groups, *unused], key=lambda one: (-one.devices, one.fingerprint or ""))


def _differing(groups: Iterable[SettingsGroup]) -> int:
    found = list(groups)
    if all(one.agreement is None for one in found):
        return 0
    return sum(
        one.devices for one in found if one.agreement is None and one.fingerprint is not None
    )


def _versions(counted: Iterable[DeviceCount]) -> list[tuple[str, int]]:
    found = _sums((row.version, row.devices) for row in counted)
    return sorted(found, key=lambda one: _version(one[0]), reverse=True)


def _sums(pairs: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    sums: Counter[str] = Counter()
    for name, number in pairs:
        sums[name] += number
    return sorted(sums.items(), key=lambda one: (-one[1], one[0]))


def _version(text: str) -> Version:
    return version_of(text) or _NO_VERSION
