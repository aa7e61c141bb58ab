"""The sample company's channel, who gets e-mails, and the alert of a device that is silent."""

from datetime import UTC, datetime, timedelta
from typing import Final

from wfhserver.alerts.announce import Announcer
from wfhserver.alerts.hours import Hours
from wfhserver.alerts.receivers import Receivers
from wfhserver.alerts.rules import read_rules
from wfhserver.models.alerts import (
    AlertKind,
    ChannelKind,
    Digest,
    Holding,
    Subscription,
    Topic,
)
from wfhserver.storage.postgres import alert_subjects, alerts, channels, subscriptions, users
from wfhserver.storage.postgres.channels import NewChannelRow
from wfhserver.storage.postgres.connection import AnyConnection

_RAISED_AGO: Final = timedelta(hours=1)
_ACTOR: Final = "user:admin"


async def add_channel(connection: AnyConnection, now: datetime) -> None:
    """Add a channel to the IT department, where there is none yet."""
    channel = NewChannelRow(
        name="IT",
        kind=ChannelKind.EMAIL,
        address="it@example.com",
        secret=None,
        shown="it@example.com",
        topics=[Topic.ALERTS],
        team_id=None,
        working_hours_only=False,
    )
    await channels.add(connection, channel, _ACTOR, now)


async def add_silent_device(
    connection: AnyConnection, hostname: str, manager: str, now: datetime
) -> None:
    """Raise the alert of a device, with messages to IT, to *manager* and to the employee."""
    devices = await alert_subjects.devices(connection)
    device = await alert_subjects.device_named(connection, hostname)
    if device is None:
        return
    await add_channel(connection, now)
    user = await users.find(connection, manager)
    if user is not None:
        wanted = Subscription(email=f"{manager}@example.com", alerts=True, digest=Digest.DAILY)
        await subscriptions.put(connection, user.user.user_id, wanted, now)
    subject = f"agent:{device.agent_id}"
    holding = Holding(subject=subject, employee_id=device.employee_id, agent_id=device.agent_id)
    kind = AlertKind.DEVICE_SILENT
    await alerts.update(connection, kind, {subject: holding}, (), now - _RAISED_AGO)
    hours = Hours(devices, now, UTC)
    await hours.read(connection)
    listed = await channels.channels(connection)
    subscribers = await subscriptions.subscribers(connection)
    receivers = Receivers(listed, subscribers, hours.of_employee, now)
    rules = await read_rules(connection)
    await Announcer(rules, receivers, now, None, hours.device_count).announce(connection)
