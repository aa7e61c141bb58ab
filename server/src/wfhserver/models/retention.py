"""What was deleted, and what a legal hold keeps."""

from datetime import datetime
from typing import NamedTuple

import msgspec


class RetentionRun(NamedTuple):
    """One run of retention, and what it counted."""

    started_at: datetime
    ended_at: datetime
    counts: dict[str, int]


class LegalHold(msgspec.Struct, frozen=True):
    """An employee whose data retention leaves alone."""

    employee_id: int
    username: str
    held_since: datetime
    held_by: str
    reason: str
