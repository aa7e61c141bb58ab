"""What the dashboard sends; msgspec checks the bodies against these types."""

from typing import Annotated

import msgspec
from msgspec import Meta

from wfhserver.accounts.passwords import LEAST_CHARACTERS, MOST_CHARACTERS
from wfhserver.devices.blocks import BlockScope
from wfhserver.models.users import Role, Scope
from wfhserver.payload import Name

Password = Annotated[str, Meta(min_length=LEAST_CHARACTERS, max_length=MOST_CHARACTERS)]


AnyCode = Annotated[str, Meta(min_length=1, max_length=64)]


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name and password, and the code of the app or a recovery code where there is one."""

    username: Name
    password: Annotated[str, Meta(min_length=1, max_length=MOST_CHARACTERS)]
    code: AnyCode | None = None


class OneCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code of the app; to remove the second factor, a recovery code as well."""

    code: AnyCode


class NewUser(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who may sign in from now on."""

    username: Name
    password: Password
    role: Role


class UserChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays as it is."""

    role: Role | None = None
    password: Password | None = None
    disabled: bool | None = None


class NewTeam(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A team without managers and members."""

    name: Name


class TeamChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names of users and employees; what is left out stays as it is."""

    managers: Annotated[list[Name], Meta(max_length=1000)] | None = None
    members: Annotated[list[Name], Meta(max_length=20_000)] | None = None


class NewEnrolmentToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a token allows; without limits it enrols any number of machines for ever."""

    label: Name
    expires_days: Annotated[int, Meta(ge=1, le=36500)] | None = None
    use_limit: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None
    needs_approval: bool = False


class Revocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of a token is revoked."""

    with_agents: bool = False


class NewKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a program may do, and for how long."""

    label: Name
    scope: Scope
    expires_days: Annotated[int, Meta(ge=1, le=3650)] = 365


class NewBlock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is blocked: the device of an agent, or every device of its employee."""

    scope: BlockScope


class HoldReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the data of an employee must stay."""

    reason: Annotated[str, Meta(min_length=1, max_length=1000)]


BODIES = (
    SignIn,
    OneCode,
    NewUser,
    UserChange,
    NewTeam,
    TeamChange,
    NewEnrolmentToken,
    Revocation,
    NewKey,
    NewBlock,
    HoldReason,
)
