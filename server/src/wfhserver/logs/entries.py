"""A detailed log or a missed slot, as lists show it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from wfhserver.logs.ids import log_id_of
from wfhserver.models.urls import LogUrls
from wfhserver.payload import Location
from wfhserver.storage.postgres.log_pages import StoredLog, StoredMissedSlot

StoredRow = StoredLog | StoredMissedSlot
_ABSENT = msgspec.json.Decoder(dict[str, str])
_FACTS = msgspec.json.Decoder(dict[str, Any])
_LOCATION = msgspec.json.Decoder(Location | None)


class LogKind(StrEnum):
    """A log, or a slot that stayed empty."""

    LOG = "log"
    MISSED = "missed"


class LogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A detailed log in a list, or a missed slot, which has a reason and nothing else but when the
    device was awake on that day: from *awake_from* to *awake_until*, where the agent says so.

    *slot* 0 is a test log. *held* is true while a legal hold keeps the employee's data.
    *screenshot* is what the agent reports about the screenshot. *absent* has a reason for each
    known fact that is null; *time_zone* needs none. *facts* are those of plugins that were asked
    for, `plugin.fact` each, as far as the log has them. The address of the thumbnail holds the row
    of audit under which the list was shown.
    """

    kind: LogKind
    log_id: str | None
    workday: date
    slot: int
    timestamp: datetime | None
    received_at: datetime | None
    time_zone: str | None
    agent_id: int
    employee_id: int
    username: str
    hostname: str
    local_ip: str | None
    public_ip: str | None
    location: Location | None
    screenshot: dict[str, Any]
    screenshot_status: str | None
    screenshot_url: str | None
    thumbnail_url: str | None
    absent: dict[str, str]
    facts: dict[str, Any]
    reason: str | None
    awake_from: datetime | None
    awake_until: datetime | None
    held: bool


def entry_of(
    row: StoredRow,
    urls: LogUrls,
    audit_id: int | None = None,
    facts: dict[str, Any] | None = None,
) -> LogEntry:
    """Return a row of either kind as it is shown under that entry of the audit log."""
    if isinstance(row, StoredLog):
        return log_entry(row, urls, audit_id, facts)
    return LogEntry(
        kind=LogKind.MISSED,
        log_id=None,
        workday=row.workday,
        slot=row.slot,
        timestamp=None,
        received_at=None,
        time_zone=None,
        agent_id=row.agent_id,
        employee_id=row.employee_id,
        username=row.username,
        hostname=row.hostname,
        local_ip=None,
        public_ip=None,
        location=None,
        screenshot={},
        screenshot_status=None,
        screenshot_url=None,
        thumbnail_url=None,
        absent={},
        facts={},
        reason=row.reason,
        awake_from=row.awake_from,
        awake_until=row.awake_until,
        held=row.held,
    )


def log_entry(
    row: StoredLog, urls: LogUrls, audit_id: int | None, facts: dict[str, Any] | None = None
) -> LogEntry:
    """Return a log as it is shown under that entry of the audit log."""
    log_id = log_id_of(row.key)
    has_screenshot = row.screenshot_path is not None
    return LogEntry(
        kind=LogKind.LOG,
        log_id=log_id,
        workday=row.workday,
        slot=row.slot,
        timestamp=row.timestamp,
        received_at=row.received_at,
        time_zone=row.time_zone,
        agent_id=row.agent_id,
        employee_id=row.employee_id,
        username=row.username,
        hostname=row.hostname,
        local_ip=row.local_ip,
        public_ip=row.public_ip,
        location=None if row.location is None else _LOCATION.decode(row.location),
        screenshot=_FACTS.decode(row.screenshot),
        screenshot_status=row.screenshot_status,
        screenshot_url=urls.screenshot(log_id) if has_screenshot else None,
        thumbnail_url=urls.thumbnail(log_id, audit_id) if has_screenshot else None,
        absent=_ABSENT.decode(row.absent),
        facts=facts or {},
        reason=None,
        awake_from=None,
        awake_until=None,
        held=row.held,
    )
