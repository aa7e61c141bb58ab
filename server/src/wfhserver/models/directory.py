"""What the directory knows of an employee besides the username."""

from datetime import datetime
from enum import StrEnum

import msgspec


class EmployeeStatus(StrEnum):
    """Whether somebody works there now."""

    ACTIVE = "active"
    ON_LEAVE = "on_leave"
    LEFT = "left"


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What administrators enter; *manager* is a username, *teams* are names in their order.

    *time_zone* is an IANA name, *country* an ISO 3166-1 code of two letters, *region* the part
    behind the country in ISO 3166-2. *further_usernames* are other names under which devices of
    the employee report, in their order.
    """

    display_name: str | None = None
    email: str | None = None
    teams: list[str] = []
    manager: str | None = None
    time_zone: str | None = None
    country: str | None = None
    region: str | None = None
    status: EmployeeStatus = EmployeeStatus.ACTIVE
    further_usernames: list[str] = []


class StoredProfile(msgspec.Struct, frozen=True):
    """An employee with the profile."""

    employee_id: int
    username: str
    profile: Profile


class ImportSummary(msgspec.Struct, frozen=True):
    """The last import; *imported_by* is the actor of the audit log."""

    imported_at: datetime
    imported_by: str
    added: int
    changed: int
