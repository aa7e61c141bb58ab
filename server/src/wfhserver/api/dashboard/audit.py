"""The audit log for auditors, and for the person concerned."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query
from pydantic import Field

from wfhserver.api.agents.token import CallingAgent
from wfhserver.api.dashboard.rights import Auditing
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.audit.log import NAMES_LIMIT, PAGE_LIMIT
from wfhserver.errors import Code
from wfhserver.inputs import Input, LargeNumber, Number, Text, Whole
from wfhserver.models.audit import AuditEntry, AuditFilter
from wfhserver.models.users import Role

router = APIRouter(prefix="/api/audit", tags=["dashboard"], route_class=DeclaredRoute)
agent_router = APIRouter(prefix="/api/audit", tags=["agents"], route_class=DeclaredRoute)

_DETAILS = msgspec.json.Decoder(dict[str, Any])


class Part(StrEnum):
    """What a person has to do with an entry: did it, or it was their data."""

    VIEWER = "viewer"
    VIEWED = "viewed"


class EntriesQuery(Input):
    """Which page of the entries: those older than *before*."""

    before: LargeNumber | None = None
    limit: Annotated[int, Whole(PAGE_LIMIT)] = 50


class AuditQuery(EntriesQuery):
    """Which entries; *as* says what *person* has to do with them."""

    employee_id: Number | None = None
    actor: Text | None = None
    action: Text | None = None
    person: Text | None = None
    part: Part | None = Field(default=None, validation_alias="as")


class OwnEntry(msgspec.Struct, frozen=True):
    """What of an entry concerns one person: nothing of the others in it."""

    audit_id: int
    at: datetime
    actor: str
    action: str
    reason: str | None


class NamedEmployee(msgspec.Struct, frozen=True):
    """An employee; the name is null when it was erased."""

    employee_id: int
    username: str | None


class AuditRow(OwnEntry, frozen=True):
    """Who did what, when, and why; *employees* are the first of those whose data it was."""

    details: dict[str, Any]
    employee_count: int
    employees: list[NamedEmployee]


class AuditPage(msgspec.Struct, frozen=True):
    """A page, newest first; *next_before* is `before` of the next page, null on the last one."""

    rows: list[AuditRow]
    next_before: int | None


class OwnEntryPage(msgspec.Struct, frozen=True):
    """A page, newest first; *next_before* is `before` of the next page, null on the last one."""

    rows: list[OwnEntry]
    next_before: int | None


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
        is_viewer=query.part is not Part.VIEWED,
        is_viewed=query.part is not Part.VIEWER,
    )
    shows_all = user.role is Role.ADMIN and user.key is None
    links, names = await services.audit.page(wanted, query.limit)
    rows = [_entry(link, names, shows_all=shows_all) for link in links]
    return AuditPage(rows, _next_before(links, query))


@agent_router.get("/mine")
@refuses(Code.IDENTITY_UNCERTAIN)
async def my_audit(
    agent: CallingAgent, query: Annotated[EntriesQuery, Query()], services: Dashboard
) -> OwnEntryPage:
    """Who looked at my data? Asked with the agent's token; newest first."""
    links = await services.audit.about(agent, query.before, query.limit)
    rows = [
        OwnEntry(each.audit_id, each.at, each.actor, each.action, each.reason) for each in links
    ]
    return OwnEntryPage(rows, _next_before(links, query))


def _next_before(links: list[AuditEntry], query: EntriesQuery) -> int | None:
    return links[-1].audit_id if len(links) == query.limit else None


def _entry(link: AuditEntry, names: dict[int, str], *, shows_all: bool) -> AuditRow:
    details = _DETAILS.decode(link.details)
    if not shows_all and isinstance(details.get("agent"), str):
        # The number that a device gave itself, as older entries have it.
        del details["agent"]
    shown = link.employee_ids[:NAMES_LIMIT]
    return AuditRow(
        link.audit_id,
        link.at,
        link.actor,
        link.action,
        link.reason,
        details,
        len(link.employee_ids),
        [NamedEmployee(number, names.get(number)) for number in shown],
    )
