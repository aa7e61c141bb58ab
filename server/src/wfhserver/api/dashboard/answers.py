"""What the dashboard is told, as types: the OpenAPI document is made of them."""

from wfhserver.api.dashboard.site import Site
from wfhserver.service.agents import AgentPage
from wfhserver.service.blocks import BlockRow
from wfhserver.service.employee_days import EmployeeDay, Looks
from wfhserver.service.employees import Employee, EmployeePage
from wfhserver.service.log_pages import LogDetail, LogPage
from wfhserver.service.my_sessions import Link, MySession
from wfhserver.service.pdf_exports import PdfJob
from wfhserver.service.places import PlaceList
from wfhserver.service.presence import Presence

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
