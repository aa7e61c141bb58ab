"""Leave of employees, without its reason."""

from typing import Annotated

from fastapi import APIRouter, Query

from wfhserver.api.dashboard.rights import AdminOrManager, AnyUser
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.employees.leave_import import LeaveImportResult, NewLeaveImport
from wfhserver.errors import Code
from wfhserver.inputs import Number
from wfhserver.schedules.leave import LeaveDays, LeaveList, LeaveNumber, LeaveQuery, NewLeave

router = APIRouter(prefix="/api/leave", tags=["dashboard"], route_class=DeclaredRoute)


@router.get("")
async def leave(
    user: AnyUser, query: Annotated[LeaveQuery, Query()], services: Dashboard
) -> LeaveList:
    """Leave of employees, by its first day; a manager sees only their own teams."""
    return await services.leave.list(user, query)


@router.post("", status_code=201)
async def add_leave(user: AdminOrManager, new: NewLeave, services: Dashboard) -> LeaveNumber:
    """Enter leave of an employee; on record. No reason is stored."""
    return await services.leave.add(user, new)


@router.post("/import")
async def import_leave(
    user: AdminOrManager, new: NewLeaveImport, services: Dashboard
) -> LeaveImportResult:
    """Import leave from a CSV file as a whole, or not at all; on record.

    Columns are username, first_day and last_day. Leave that is stored already stays. A dry run
    answers with the errors, by line and column; an import with errors is refused.
    """
    return await services.leave_import.run(user, new)


@router.patch("/{leave_id}", status_code=204)
@refuses(Code.CONFLICT)
async def change_leave(
    user: AdminOrManager, leave_id: Number, days: LeaveDays, services: Dashboard
) -> None:
    """Change the days of leave that somebody entered; on record."""
    await services.leave.change(user, leave_id, days)


@router.delete("/{leave_id}", status_code=204)
@refuses(Code.CONFLICT)
async def delete_leave(user: AdminOrManager, leave_id: Number, services: Dashboard) -> None:
    """Delete leave that somebody entered; on record."""
    await services.leave.delete(user, leave_id)
