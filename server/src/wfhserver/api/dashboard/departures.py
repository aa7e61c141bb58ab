"""Employees who leave: one action, its undo, and the link to their own data."""

import msgspec
from fastapi import APIRouter

from wfhserver.api.dashboard.rights import Admin, AdminOrAuditor
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.employees.my_sessions import MyDataLink
from wfhserver.errors import Code
from wfhserver.inputs import Number
from wfhserver.leavers.departures import DepartureResult
from wfhserver.leavers.wanted import NewDeparture
from wfhserver.models.departures import Departure

router = APIRouter(
    prefix="/api/employees/{employee_id}/departure", tags=["dashboard"], route_class=DeclaredRoute
)


class FoundDeparture(msgspec.Struct, frozen=True):
    """The departure of an employee; null for somebody who did not leave."""

    departure: Departure | None


@router.get("")
async def departure(_: AdminOrAuditor, employee_id: Number, services: Dashboard) -> FoundDeparture:
    """What "Left the company" did for an employee, and until when it can be undone."""
    return FoundDeparture(await services.departures.of(employee_id))


@router.put("")
@refuses(Code.NOT_FOUND, Code.CONFLICT)
async def leave_company(
    admin: Admin, employee_id: Number, wanted: NewDeparture, services: Dashboard
) -> DepartureResult:
    """Let an employee leave: revoke devices, block the names, end teams and accounts; on record.

    For somebody who left, it changes what happens to the data. `erase_now` cannot be undone.
    """
    return await services.departures.leave(admin, employee_id, wanted)


@router.delete("", status_code=204)
@refuses(Code.NOT_FOUND, Code.CONFLICT)
async def undo_departure(admin: Admin, employee_id: Number, services: Dashboard) -> None:
    """Undo a departure within 24 hours, while nothing is erased; on record."""
    await services.departures.undo(admin, employee_id)


@router.post("/my-data-link", status_code=201)
@refuses(Code.CONFLICT)
async def my_data_link_of_leaver(
    admin: Admin, employee_id: Number, services: Dashboard
) -> MyDataLink:
    """Make a link to the employee's own data, valid as long as the departure allows; on record."""
    return await services.leaver_links.make(admin, employee_id)
