"""The audit log for auditors, and for the person concerned."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from wfhserver.api.agents.token import CallingAgent
from wfhserver.api.dashboard.files import file_answer
from wfhserver.api.dashboard.rights import Auditing
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.api.problem import NO_STORE
from wfhserver.audit.pages import EXPORT_LIMIT, PAGE_LIMIT, AuditPage, OwnEntryPage
from wfhserver.errors import Code
from wfhserver.inputs import Input, LargeNumber, Number, Text, WholeNumber
from wfhserver.models.audit import AuditFilter

router = APIRouter(prefix="/api/audit", tags=["dashboard"], route_class=DeclaredRoute)
agent_router = APIRouter(prefix="/api/audit", tags=["agents"], route_class=DeclaredRoute)


class Involvement(StrEnum):
    """What a person has to do with an entry: did it, or it was their data."""

    VIEWER = "viewer"
    VIEWED = "viewed"


class EntriesQuery(Input):
    """Which page of the entries: those older than *before*."""

    before: LargeNumber | None = None
    limit: Annotated[int, WholeNumber(PAGE_LIMIT)] = 50


class AuditQuery(EntriesQuery):
    """Which entries; *as* says what *person* has to do with them."""

    employee_id: Number | None = None
    actor: Text | None = None
    action: Text | None = None
    person: Text | None = None
    part: Involvement | None = Field(default=None, validation_alias="as")


@router.get("")
async def audit(
    user: Auditing, query: Annotated[AuditQuery, Query()], services: Dashboard
) -> AuditPage:
    """Who did what, when, whose data, and why; newest first."""
    wanted = AuditFilter(
        employee_id=query.employee_id,
        before=query.before,
        actor=query.actor,
        action=query.action,
        person=query.person,
        is_viewer=query.part is not Involvement.VIEWED,
        is_viewed=query.part is not Involvement.VIEWER,
    )
    return await services.audit.page(user, wanted, query.limit)


class ExportQuery(Input):
    """Which entries: those behind *after*, which is 0 or the number of the last one you have."""

    after: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    limit: Annotated[int, WholeNumber(EXPORT_LIMIT)] = EXPORT_LIMIT


@router.get("/export.jsonl", responses=file_answer("One entry a line", "application/x-ndjson"))
async def audit_export(
    _: Auditing, query: Annotated[ExportQuery, Query()], services: Dashboard
) -> Response:
    """Entries as JSON lines, oldest first: ask again with the number of the last one as `after`."""
    lines = await services.audit.lines(query.after, query.limit)
    return Response(lines, headers=NO_STORE, media_type="application/x-ndjson")


@agent_router.get("/mine")
@refuses(Code.IDENTITY_UNCERTAIN)
async def my_audit(
    agent: CallingAgent, query: Annotated[EntriesQuery, Query()], services: Dashboard
) -> OwnEntryPage:
    """Who looked at my data? Asked with the agent's token; newest first."""
    return await services.audit.about_agent(agent, query.before, query.limit)
