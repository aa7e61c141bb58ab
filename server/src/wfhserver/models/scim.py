"""Employees and teams as an identity provider sees them."""

from datetime import datetime

import msgspec

from wfhserver.models.directory import EmployeeStatus


class ScimUser(msgspec.Struct, frozen=True):
    """An employee; *manager_id* is a number, *removed* after the identity provider deleted it."""

    employee_id: int
    username: str
    external_id: str | None
    display_name: str | None
    email: str | None
    manager_id: int | None
    time_zone: str | None
    country: str | None
    region: str | None
    status: EmployeeStatus
    created_at: datetime
    removed: bool


class ScimGroup(msgspec.Struct, frozen=True):
    """A team; *members* are numbers of employees, without those who were removed."""

    team_id: int
    name: str
    external_id: str | None
    created_at: datetime
    members: list[int]
