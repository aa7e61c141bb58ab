"""What has arrived lately, as the views show it to anybody with SQL; oldest first."""

from datetime import datetime

import msgspec

from wfhserver.storage.postgres.connection import AnyConnection

_HEARTBEATS = """
SELECT username, hostname, status, "timestamp" FROM heartbeats_by_employee
 WHERE "timestamp" >= $1 ORDER BY "timestamp"
"""
_LOGS = """
SELECT username, hostname, "timestamp", slot, screenshot_status, screenshot_path,
       host(local_ip) AS local_ip, host(public_ip) AS public_ip, location, absent
  FROM logs_by_employee WHERE "timestamp" >= $1 ORDER BY "timestamp"
"""


class ArrivedHeartbeat(msgspec.Struct, frozen=True):
    """A heartbeat, and whose it is."""

    username: str
    hostname: str
    status: str
    timestamp: datetime


class ArrivedLog(msgspec.Struct, frozen=True):
    """A detailed log, and whose it is; *location* and *absent* are JSON."""

    username: str
    hostname: str
    timestamp: datetime
    slot: int
    screenshot_status: str | None
    screenshot_path: str | None
    local_ip: str | None
    public_ip: str | None
    location: str | None
    absent: str | None


async def heartbeats_since(connection: AnyConnection, moment: datetime) -> list[ArrivedHeartbeat]:
    """Return the heartbeats from *moment* on."""
    return [ArrivedHeartbeat(**row) for row in await connection.fetch(_HEARTBEATS, moment)]


async def logs_since(connection: AnyConnection, moment: datetime) -> list[ArrivedLog]:
    """Return the detailed logs from *moment* on."""
    return [ArrivedLog(**row) for row in await connection.fetch(_LOGS, moment)]
