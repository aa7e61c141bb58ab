"""Leave of employees, without its reason."""

from typing import Annotated

from fastapi import APIRouter, Query

from wfhserver.api.dashboard.rights import Admin, AdminOrAuditor, AdminOrManager, AnyUser
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.employees.leave_import import LeaveImportResult, NewLeaveImport
from wfhserver.errors import Code
from wfhserver.inputs import Number
from wfhserver.schedules.leave import LeaveDays, LeaveList, LeaveNumber, LeaveQuery, NewLeave
from wfhserver.schedules.leave_feeds import LeaveFeedList, LeaveFeedNumber, NewLeaveFeed

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


@router.get("/feeds")
async def leave_feeds(_: AdminOrAuditor, services: Dashboard) -> LeaveFeedList:
    """Calendars that leave is read from."""
    return await services.leave_feeds.list()


@router.post("/feeds", status_code=201)
@refuses(Code.CONFLICT)
async def add_leave_feed(admin: Admin, new: NewLeaveFeed, services: Dashboard) -> LeaveFeedNumber:
    """Add the address of an iCalendar file, which the server reads every hour; on record.

    Each whole day of an event is leave. Titles are not stored.
    """
    return await services.leave_feeds.add(admin, new)


@router.post("/feeds/{feed_id}/read", status_code=204)
async def read_leave_feed(_: Admin, feed_id: Number, services: Dashboard) -> None:
    """Read a calendar now; what went wrong is in the list of calendars."""
    await services.leave_feeds.read(feed_id)


@router.delete("/feeds/{feed_id}", status_code=204)
async def delete_leave_feed(admin: Admin, feed_id: Number, services: Dashboard) -> None:
    """Delete a calendar and the leave that was read from it; on record."""
    await services.leave_feeds.delete(admin, feed_id)


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
