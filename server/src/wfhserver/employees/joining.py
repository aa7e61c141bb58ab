"""Joins an employee who only has devices to the employee whose further username it is."""

from datetime import datetime
from typing import Final

import msgspec

from wfhserver.employees.profile_check import FURTHER
from wfhserver.errors import Code, Refusal
from wfhserver.models.directory import StoredProfile
from wfhserver.storage.postgres import joining
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.joining import Hindrance

_WHY: Final = {
    Hindrance.PROFILE: (
        "has a profile, teams or leave, so it is an employee of its own. Clear those first to join"
        " the data."
    ),
    Hindrance.BLOCK: "is blocked. Remove its blocks first, on the page Devices.",
    Hindrance.HOLD: (
        "is under a legal hold. Place one on this employee first, so that nothing is deleted."
    ),
}


class FormerEmployee(msgspec.Struct, frozen=True):
    """An employee whose username becomes a further one of another employee."""

    employee_id: int
    username: str


async def join(
    connection: AnyConnection, employee: StoredProfile, former: FormerEmployee, at: datetime
) -> None:
    """Give *employee* all that is recorded of *former*, who is no employee of their own then.

    Refusal `conflict` for an employee who has more than devices, and where less would be kept or
    refused afterwards. Needs the locks of directory and usernames.
    """
    hindrance = await joining.hindrance(connection, employee.employee_id, former.employee_id)
    if hindrance is not None:
        detail = f"“{former.username}” {_WHY[hindrance]}"
        raise Refusal(Code.CONFLICT, detail, field=FURTHER)
    await joining.join(connection, employee.employee_id, former.employee_id, former.username, at)
