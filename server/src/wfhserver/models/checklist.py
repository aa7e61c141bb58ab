"""The checklist "Getting started", as values."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Step(StrEnum):
    """What a new server needs, in the order of the list."""

    ADDRESS = "address"
    TOKEN = "enrollment_token"  # noqa: S105 -- a step, not a secret
    NOTICE = "notice"
    DEVICE = "device"
    ALERTS = "alerts"
    BACKUP = "backup"
    GEOIP = "geoip"
    SECOND_FACTOR = "second_factor"


class StepState(msgspec.Struct, frozen=True):
    """One step; *problem* says what is missing, and is null for one that is done."""

    step: Step
    problem: str | None
    is_dismissed: bool


class BackupVerification(msgspec.Struct, frozen=True):
    """What `wfhserver backup verify` found last; *problem* is null when the backup was good."""

    backup_made_at: datetime
    verified_at: datetime
    problem: str | None


class BackupState(msgspec.Struct, frozen=True):
    """When the newest good backup was made, and the newest verification of any."""

    made_at: datetime | None
    verification: BackupVerification | None


class Checklist(msgspec.Struct, frozen=True):
    """All steps in their order; *backup* is null while no folder of backups can be read."""

    steps: list[StepState]
    backup: BackupState | None
