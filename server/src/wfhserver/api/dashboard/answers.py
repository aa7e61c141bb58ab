"""What the dashboard is told, as types: the OpenAPI document is made of them."""

from wfhserver.api.dashboard.site import Site
from wfhserver.devices.agents import AgentPage
from wfhserver.employees.days import EmployeeDay, Looks
from wfhserver.employees.directory import Employee, EmployeePage
from wfhserver.employees.my_sessions import Link
from wfhserver.exports.pdf_exports import PdfJob
from wfhserver.logs.pages import LogDetail, LogPage
from wfhserver.logs.places import PlaceList
from wfhserver.models.enrollment import BlockRow
from wfhserver.models.users import MySession
from wfhserver.presence.rows import Presence

ANSWERS = (
    Site,
    Presence,
    LogPage,
    LogDetail,
    PlaceList,
    EmployeePage,
    Employee,
    EmployeeDay,
    AgentPage,
    BlockRow,
    PdfJob,
    Looks,
    Link,
    MySession,
)
