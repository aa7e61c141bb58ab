"""Looks at every rule now and then: raises alerts, resolves them, and makes their messages."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo
from typing import Final, Protocol

from wfhserver.alerts.announce import Announcer
from wfhserver.alerts.conditions import (
    LOOK_BACK,
    devices_missing_logs,
    missing_employees,
    silent_devices,
)
from wfhserver.alerts.digest import add_digests
from wfhserver.alerts.hours import Hours
from wfhserver.alerts.receivers import Receivers
from wfhserver.alerts.rules import read_rules
from wfhserver.clock import Clock
from wfhserver.days import ONE_DAY
from wfhserver.errors import WfhserverError
from wfhserver.models.alerts import AlertKind, AlertRule, Holding
from wfhserver.notifications.event_feed import add_events
from wfhserver.storage.postgres import alert_subjects, alerts, channels, subscriptions
from wfhserver.storage.postgres.connection import AnyConnection, Database

PERIOD_SECONDS: Final = 120.0
# After an outage of the server, devices report within some minutes what they have kept.
GRACE: Final = timedelta(minutes=20)
# Rules that would take the server's own silence for that of devices.
_NEED_HEARTBEATS: Final = frozenset({AlertKind.DEVICE_SILENT, AlertKind.EMPLOYEE_NOT_SEEN})
_GAP: Final = timedelta(seconds=3 * PERIOD_SECONDS)


class Checks(Protocol):
    """What is wrong with the server; see ServerChecks."""

    async def problems(self) -> dict[str, Holding]:
        """Return what is wrong, by part."""

    async def full_disk(self, percent: int) -> dict[str, Holding]:
        """Return an entry when the disk is fuller than that."""


class AlertWatch:
    """Looks; *url* is the address of the dashboard, *zone* the server's."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        checks: Checks,
        *,
        zone: tzinfo,
        url: str | None,
        grace: timedelta = GRACE,
    ) -> None:
        self._database = database
        self._clock = clock
        self._checks = checks
        self._zone = zone
        self._url = url
        self._grace = grace
        self._looked_at: datetime | None = None
        self._working_since = clock.now()

    async def run(self) -> None:
        """Look every two minutes, until canceled."""
        while True:
            await self._clock.sleep(PERIOD_SECONDS)
            # A database that is away shows in readiness.
            with suppress(WfhserverError):
                await self.look()

    async def look(self) -> None:
        """Look once, unless another worker is at it."""
        now = self._clock.now()
        problems = await self._checks.problems()
        async with self._database.transaction() as connection:
            # Also of a worker that does not look: the next time it may be the one that does.
            self._note_look(now)
            if not await alerts.try_lock(connection):
                return
            rules = await read_rules(connection)
            devices = await alert_subjects.devices(connection)
            hours = Hours(devices, now, self._zone)
            await hours.read(connection)
            is_open = await alerts.open_subjects(connection)
            look = _Look(connection, rules, devices, hours, now, is_open)
            for kind, rule in rules.items():
                if not rule.enabled:
                    await alerts.silence(connection, kind, now)
                elif kind is AlertKind.SERVER:
                    await alerts.update(connection, kind, problems, (), now)
                elif kind is AlertKind.SCREENSHOTS_FULL:
                    full = await self._checks.full_disk(rule.threshold)
                    await alerts.update(connection, kind, full, (), now)
                elif kind not in _NEED_HEARTBEATS or self._hears(now):
                    await alerts.update(connection, kind, await look.holding(rule), (), now)
            await self._announce(connection, rules, hours, now)

    async def _announce(
        self,
        connection: AnyConnection,
        rules: dict[AlertKind, AlertRule],
        hours: Hours,
        now: datetime,
    ) -> None:
        subscribers = await subscriptions.subscribers(connection)
        listed = await channels.channels(connection)
        people = await alerts.unannounced_employees(connection)
        own = [each.employee_id for each in subscribers if each.employee_id is not None]
        await hours.read_of(connection, [*people, *own])
        receivers = Receivers(listed, subscribers, hours.of_employee, now)
        await Announcer(rules, receivers, now, self._url, hours.device_count).announce(connection)
        await add_digests(connection, subscribers, hours, now, self._url)
        await add_events(connection, listed, now)

    def _note_look(self, now: datetime) -> None:
        if self._looked_at is not None and now - self._looked_at > _GAP:
            self._working_since = now
        self._looked_at = now

    def _hears(self, now: datetime) -> bool:
        return now - self._working_since >= self._grace


class _Look:
    """The rules on devices and employees at one moment."""

    def __init__(
        self,
        connection: AnyConnection,
        rules: dict[AlertKind, AlertRule],
        devices: list[alert_subjects.WatchedDevice],
        hours: Hours,
        now: datetime,
        is_open: dict[AlertKind, set[str]],
    ) -> None:
        self._is_open = is_open
        self._connection = connection
        self._rules = rules
        self._devices = devices
        self._hours = hours
        self._now = now

    async def holding(self, rule: AlertRule) -> dict[str, Holding]:
        """Return for what *rule* holds."""
        match rule.kind:
            case AlertKind.DEVICE_SILENT:
                return await asyncio.to_thread(self._silent, rule)
            case AlertKind.EMPLOYEE_NOT_SEEN:
                return await asyncio.to_thread(self._missing)
            case AlertKind.LOGS_MISSED:
                return await self._missing_logs(rule)
            case AlertKind.APPROVAL_PENDING:
                until = self._now - timedelta(hours=rule.threshold)
                found = await alert_subjects.waiting_requests(self._connection, until)
            case _:
                found = await alert_subjects.raised_facts(self._connection)
        return {each.subject: each for each in found}

    def _silent(self, rule: AlertRule) -> dict[str, Holding]:
        hours, without = self._hours.by_device, self._of_missing()
        return silent_devices(self._devices, hours, self._now, rule.threshold, without)

    def _of_missing(self) -> set[str]:
        """Return the devices of missing employees, whose alert says enough, but for open ones."""
        if not self._rules[AlertKind.EMPLOYEE_NOT_SEEN].enabled:
            return set()
        missing = {each.employee_id for each in self._missing().values()}
        subjects = {f"agent:{x.agent_id}" for x in self._devices if x.employee_id in missing}
        return subjects - self._is_open[AlertKind.DEVICE_SILENT]

    def _missing(self) -> dict[str, Holding]:
        rule = self._rules[AlertKind.EMPLOYEE_NOT_SEEN]
        return missing_employees(self._devices, self._hours.by_device, self._now, rule.threshold)

    async def _missing_logs(self, rule: AlertRule) -> dict[str, Holding]:
        today = self._hours.today
        # Days that have ended everywhere.
        first, before = today - LOOK_BACK, today
        missed = await alert_subjects.missed_days(self._connection, first, before)
        taken = await alert_subjects.days_with_logs(self._connection, list(missed), first, before)
        off = await self._hours.days_off(self._connection, first, before - ONE_DAY)
        return devices_missing_logs(self._devices, missed, taken, off, rule.threshold)
