"""Who works with the dashboard, as values."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Role(StrEnum):
    """What a user may do."""

    ADMIN = "admin"
    MANAGER = "manager"
    AUDITOR = "auditor"


class Scope(StrEnum):
    """What a program may do with its key."""

    EXPORT = "export"
    AUDIT = "audit"
    FACTS = "facts"
    ALERTS = "alerts"
    PRESENCE = "presence"
    EMPLOYEES = "employees"
    ATTENDANCE = "attendance"
    LOGS = "logs"
    SCIM = "scim"


class User(msgspec.Struct, frozen=True):
    """Somebody who may sign in. *teams* are the names of the teams that a manager manages.

    *key* is the label of the key with which a program acts for the user; None for a person.
    """

    user_id: int
    username: str
    role: Role
    teams: list[str] = []
    key: str | None = None

    @property
    def sees_teams_of(self) -> int | None:
        """Return whose teams limit what this user may see; None for no limit.

        The value for the parameter of `storage.postgres.visibility.visible_to`.
        """
        return self.user_id if self.role is Role.MANAGER else None

    @property
    def sees_test_logs(self) -> bool:
        """Whether test logs are shown: they check an installation, not a person."""
        return self.role is not Role.MANAGER

    @property
    def actor(self) -> str:
        """Return how the audit names this user."""
        who = f"user:{self.username}"
        return who if self.key is None else f"{who} key:{self.key}"


class LinkKind(StrEnum):
    """What a link is for with which somebody sets their own password."""

    INVITATION = "invitation"
    RESET = "reset"


class UserAccount(msgspec.Struct, frozen=True):
    """A user in a list; *teams* are the names of the teams that a manager manages.

    *is_invited*: no password has been set yet. *is_company*: signs in with the account of an OpenID
    provider. *link_expires_at* is when a link ends that sets the password, null without one; only
    lists of users have it.
    """

    user_id: int
    username: str
    role: Role
    teams: list[str]
    disabled: bool
    created_at: datetime
    is_invited: bool
    is_company: bool
    link_expires_at: datetime | None = None


class SessionInfo(msgspec.Struct, frozen=True):
    """A session in a list.

    *browser* names kind and system, such as `Firefox on Windows`. Null is what older sessions do
    not know.
    """

    session_id: str
    browser: str | None
    created_at: datetime | None
    last_used_at: datetime | None
    expires_at: datetime
    is_current: bool


class ApiKey(msgspec.Struct, frozen=True):
    """A key with which a program acts for the user *username*; the key itself is kept nowhere."""

    key_id: int
    label: str
    scope: Scope
    username: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class MySession(msgspec.Struct, frozen=True):
    """The session of an employee who views their own data."""

    employee_id: int
    username: str
    expires_at: datetime

    @property
    def actor(self) -> str:
        """Return how the audit names this employee: by number, for a name could not be erased."""
        return f"employee:{self.employee_id}"
