"""GET /api/audit for auditors, and GET /api/audit/mine for the person concerned."""

from enum import StrEnum
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.body import bearer_token
from wfhserver.api.dashboard import query
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.problem import answer
from wfhserver.audit.log import NAMES_LIMIT, PAGE_LIMIT, Audit
from wfhserver.clock import Clock
from wfhserver.devices.agent_auth import AgentAuth
from wfhserver.models.audit import AuditEntry, AuditFilter
from wfhserver.models.users import Role, Scope

_BIGINT = 2**63 - 1
_INT = 2**31 - 1


class Part(StrEnum):
    """What a person has to do with a row: did it, or it was their data."""

    VIEWER = "viewer"
    VIEWED = "viewed"


class AuditEndpoint:
    """Who looked at what."""

    def __init__(self, audit: Audit, guard: Guard, agent_auth: AgentAuth, clock: Clock) -> None:
        self._audit = audit
        self._guard = guard
        self._agent_auth = agent_auth
        self._clock = clock

    async def get(self, request: Request) -> Response:
        """Return a page of the audit, newest first."""
        user = await self._guard.user(request, Role.ADMIN, Role.AUDITOR, scope=Scope.AUDIT)
        shows_all = user.role is Role.ADMIN and user.key is None
        part = query.choice(request, "as", Part)
        wanted = AuditFilter(
            employee_id=query.number(request, "employee_id", highest=_INT),
            before=query.number(request, "before", highest=_BIGINT),
            actor=query.text(request, "actor"),
            action=query.text(request, "action"),
            person=query.text(request, "person"),
            is_viewer=part is not Part.VIEWED,
            is_viewed=part is not Part.VIEWER,
        )
        limit = _limit(request)
        links, names = await self._audit.page(wanted, limit)
        return self._page([_row(link, names, shows_all=shows_all) for link in links], limit)

    async def mine(self, request: Request) -> Response:
        """Return who looked at the data of the person whose agent asks, newest first."""
        agent = await self._agent_auth.agent_of(bearer_token(request.headers))
        before, limit = query.number(request, "before", highest=_BIGINT), _limit(request)
        links = await self._audit.about(agent, before, limit)
        return self._page([_row_of_one(link) for link in links], limit)

    def _page(self, rows: list[dict[str, Any]], limit: int) -> Response:
        following = rows[-1]["audit_id"] if len(rows) == limit else None
        return answer(self._clock, 200, {"rows": rows, "next_before": following})


def _limit(request: Request) -> int:
    return query.number(request, "limit", highest=PAGE_LIMIT, default=50) or 50


def _row(link: AuditEntry, names: dict[int, str], *, shows_all: bool) -> dict[str, Any]:
    details = msgspec.Raw(link.details.encode())
    return {
        **_row_of_one(link),
        "details": details if shows_all else _without_agent_uuid(link),
        "employee_count": len(link.employee_ids),
        "employees": [
            {"employee_id": number, "username": names.get(number)}
            for number in link.employee_ids[:NAMES_LIMIT]
        ],
    }


def _without_agent_uuid(link: AuditEntry) -> dict[str, Any]:
    """Return the details without the number that a device gave itself, as older entries have it."""
    details: dict[str, Any] = msgspec.json.decode(link.details)
    return {
        name: value
        for name, value in details.items()
        if not (name == "agent" and isinstance(value, str))
    }


def _row_of_one(link: AuditEntry) -> dict[str, Any]:
    """Return what concerns one person: nothing of the others in the same row."""
    return {
        "audit_id": link.audit_id,
        "at": link.at,
        "actor": link.actor,
        "action": link.action,
        "reason": link.reason,
    }
