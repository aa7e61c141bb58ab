"""Which versions, systems and settings the devices have."""

from datetime import datetime
from enum import StrEnum

import msgspec


class System(StrEnum):
    """An operating system, by what the agent named at enrollment."""

    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"
    OTHER = "other"


class VersionState(StrEnum):
    """How old a version is: *too_old* is older than the minimum, *outdated* than the newest."""

    CURRENT = "current"
    OUTDATED = "outdated"
    TOO_OLD = "too_old"
    UNKNOWN = "unknown"


class FleetVersion(msgspec.Struct, frozen=True):
    """How many devices have a version of the agent; it is empty where none was reported."""

    version: str
    devices: int
    state: VersionState


class FleetSystem(msgspec.Struct, frozen=True):
    """How many devices have an operating system."""

    system: System
    devices: int


class Agreement(msgspec.Struct, frozen=True):
    """That settings were agreed on: what they are called, by whom and when they were marked."""

    label: str
    agreed_by: str
    agreed_at: datetime


class SettingsGroup(msgspec.Struct, frozen=True):
    """The devices with the same settings.

    *fingerprint* is null for those that report none. *versions* are those of their agents. An
    *agreement* may be there for settings that no device has.
    """

    fingerprint: str | None
    devices: int
    versions: list[str]
    agreement: Agreement | None


class Fleet(msgspec.Struct, frozen=True):
    """All devices that are not revoked, counted.

    *minimum_version* is that of the settings, *newest_version* that of the downloads. Versions are
    newest first, systems and settings by how many devices have them. *differing* counts the devices
    with settings that are not agreed on, while any are.
    """

    devices: int
    minimum_version: str | None
    newest_version: str | None
    versions: list[FleetVersion]
    systems: list[FleetSystem]
    settings: list[SettingsGroup]
    differing: int
