"""Changes of the directory: employees one by one, imports of many, and their undo."""

from fastapi import APIRouter

from wfhserver.api.dashboard.rights import Admin, AdminOrAuditor
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.employees.csv_import import ImportResult, LastImport, NewImport, UndoResult
from wfhserver.employees.profiles import EmployeeChange, EmployeeNumber, NewEmployee
from wfhserver.errors import Code
from wfhserver.inputs import Number

router = APIRouter(prefix="/api/employees", tags=["dashboard"], route_class=DeclaredRoute)


@router.post("", status_code=201)
@refuses(Code.CONFLICT)
async def add_employee(admin: Admin, new: NewEmployee, services: Dashboard) -> EmployeeNumber:
    """Add an employee, who needs no device yet; on record."""
    return await services.profiles.add(admin, new)


@router.get("/import")
async def last_import(_: AdminOrAuditor, services: Dashboard) -> LastImport:
    """The last import of employees, which can be undone for as long as data is kept."""
    return await services.employee_imports.last()


@router.post("/import")
async def import_employees(admin: Admin, new: NewImport, services: Dashboard) -> ImportResult:
    """Import employees as a whole, or not at all; on record.

    A column that the file does not have stays as it is, an empty cell clears the field. A dry run
    answers with the errors, by line and column; an import with errors is refused.
    """
    return await services.employee_imports.run(admin, new)


@router.post("/import/undo")
@refuses(Code.NOT_FOUND)
async def undo_import(admin: Admin, services: Dashboard) -> UndoResult:
    """Undo the last import; on record.

    Employees who were changed since, or have a device, stay as they are.
    """
    return await services.employee_imports.undo(admin)


@router.patch("/{employee_id}", status_code=204)
@refuses(Code.CONFLICT)
async def change_employee(
    admin: Admin, employee_id: Number, change: EmployeeChange, services: Dashboard
) -> None:
    """Change what is known of an employee; on record.

    With `join_data`, employees who have one of the further usernames, and nothing but devices,
    become this employee. That cannot be undone.
    """
    await services.profiles.change(admin, employee_id, change)
