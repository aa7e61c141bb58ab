"""Statuses of an agent for tests of the icon."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from wfhagent.status import Status, write_status

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def status(now: datetime = NOW, **changed: Any) -> Status:
    """Return the status of a healthy agent with the fields in *changed*."""
    return Status(
        **{
            "pid": 1,
            "version": "0.1.0",
            "server": "https://wfh.example.com",
            "updated_at": now,
            "next_heartbeat_in_seconds": 180.0,
            "username": "alice",
            "hostname": "laptop-7",
            "enrolled": True,
            "token_kept_in": "file",
            "delivered_at": now - timedelta(minutes=2),
            "problem": "",
            "problem_code": "",
            "workday": date(2026, 11, 23),
            "slots_today": (1,),
            "queued_heartbeats": 0,
            "queued_logs": 0,
            "refused": 0,
            "dropped_heartbeats": 0,
            "dropped_logs": 0,
            "clock_skew_seconds": 0.0,
            "failing": {},
            **changed,
        }
    )


def write(folder: Path, now: datetime, **changed: Any) -> None:
    """Be an agent that wrote its status just now."""
    folder.mkdir(parents=True, exist_ok=True)
    write_status(folder / "status.json", status(now, **changed))
