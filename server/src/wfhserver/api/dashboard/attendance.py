"""Device activity of employees by day: a page, and exports."""

from typing import Annotated

from fastapi import APIRouter, Query

from wfhserver.api.dashboard.rights import ReadingAttendance
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.attendance.pages import Attendance
from wfhserver.attendance.query import AttendancePageQuery
from wfhserver.errors import Code

router = APIRouter(prefix="/api", tags=["dashboard"], route_class=DeclaredRoute)


@router.get("/attendance")
@refuses(Code.NOT_FOUND, Code.OUTSIDE_RETENTION)
async def attendance(
    user: ReadingAttendance, query: Annotated[AttendancePageQuery, Query()], services: Dashboard
) -> Attendance:
    """Device activity by day with sums of weeks and months; on record. No record of working time.

    `employee` is a name or a number, `team` a number. Without them it is everybody the user sees.
    """
    return await services.attendance.page(user, query)
