"""Who works with the dashboard, as values."""

from enum import StrEnum

import msgspec


class Role(StrEnum):
    """What a user may do."""

    ADMIN = "admin"
    MANAGER = "manager"
    AUDITOR = "auditor"


class User(msgspec.Struct, frozen=True):
    """Somebody who may sign in. *teams* are the names of the teams that a manager manages."""

    user_id: int
    username: str
    role: Role
    teams: list[str] = []

    @property
    def sees_teams_of(self) -> int | None:
        """Return whose teams limit what this user may see; None for no limit.

        The value for the parameter of `storage.postgres.visibility.visible_to`.
        """
        return self.user_id if self.role is Role.MANAGER else None

    @property
    def actor(self) -> str:
        """Return how the audit names this user."""
        return f"user:{self.username}"
