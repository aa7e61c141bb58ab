"""The checklist "Getting started", as values."""

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


class Checklist(msgspec.Struct, frozen=True):
    """All steps in their order."""

    steps: list[StepState]
