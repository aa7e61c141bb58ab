"""What has arrived in the database since the demo began."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from wfhserver.storage.postgres.arrivals import (
    ArrivedHeartbeat,
    ArrivedLog,
    heartbeats_since,
    logs_since,
)
from wfhserver.storage.postgres.connection import Connection


@dataclass(kw_only=True, slots=True)
class Arrivals:
    """Remembers what was seen, so that each look tells what is new.

    *files* are the screenshot files, as they are on the disk.
    """

    since: datetime
    screenshots: Path
    heartbeats: set[tuple[str, datetime]] = field(default_factory=set)
    logs: set[tuple[str, datetime]] = field(default_factory=set)
    files: list[Path] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Tell whether a heartbeat and a detailed log with its screenshot have arrived."""
        return bool(self.heartbeats) and any(file.is_file() for file in self.files)

    async def read_new(self, connection: Connection) -> list[str]:
        """Return the lines for what has arrived since the last look."""
        lines = [
            _heartbeat_line(row)
            for row in await heartbeats_since(connection, self.since)
            if _is_new(row, self.heartbeats)
        ]
        for row in await logs_since(connection, self.since):
            if _is_new(row, self.logs):
                lines += self._log_lines(row)
        return lines

    def _log_lines(self, row: ArrivedLog) -> list[str]:
        saved_as = "no picture"
        if row.screenshot_path is not None:
            file = self.screenshots / row.screenshot_path
            self.files.append(file)
            saved_as = str(file)
        slot = f"log {row.slot} of 2" if row.slot else "test log"
        return [
            f"{slot:<10} {row.username} on {row.hostname}, local address {row.local_ip}",
            f"           public address {_or_reason(row.public_ip, row, 'public_ip')}",
            f"           location {_or_reason(row.location, row, 'location')}",
            f"           screenshot {row.screenshot_status}: {saved_as}",
        ]


def _is_new(row: ArrivedHeartbeat | ArrivedLog, seen: set[tuple[str, datetime]]) -> bool:
    key = (row.hostname, row.timestamp)
    new = key not in seen
    seen.add(key)
    return new


def _heartbeat_line(row: ArrivedHeartbeat) -> str:
    return (
        f"heartbeat  {row.username} on {row.hostname} is {row.status}"
        f"  {row.timestamp.astimezone():%H:%M:%S}"
    )


def _or_reason(value: str | None, row: ArrivedLog, fact: str) -> str:
    if value is not None:
        return value
    absent = json.loads(row.absent or "{}")
    return f"unknown: {absent.get(fact, 'no reason given')}"
