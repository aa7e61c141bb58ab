"""What an administrator sees of enrollment: tokens, devices that wait, and blocks."""

from datetime import datetime
from uuid import UUID

import msgspec


class EnrollmentTokenRow(msgspec.Struct, frozen=True):
    """An enrollment token in a list, without itself: only its hash is kept.

    *agents* is how many agents enrolled with it.
    """

    token_id: int
    label: str
    uses: int
    use_limit: int | None
    needs_approval: bool
    agents: int
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class WaitingDevice(msgspec.Struct, frozen=True):
    """A device that came with a token that needs approval.

    Only administrators see *agent_uuid*: with it, another device could pose as this one.
    """

    agent_uuid: UUID | None
    token_id: int
    username: str
    hostname: str
    platform: str
    requested_at: datetime
    approved_at: datetime | None


class WaitingPage(msgspec.Struct, frozen=True):
    """A page of *waiting* devices, oldest first; *next_page* is null behind the last one."""

    requests: list[WaitingDevice]
    waiting: int
    next_page: str | None


class BlockRow(msgspec.Struct, frozen=True):
    """One block; *hostname* is null when it is against every device of the employee.

    *is_erased*: it is of an employee who was erased, and whose usernames are not kept.
    *employee_id* and *username* are then those of an employee who has one of these names by now,
    or null.
    """

    block_id: int
    employee_id: int | None
    username: str | None
    hostname: str | None
    blocked_at: datetime
    blocked_by: str
    is_erased: bool
