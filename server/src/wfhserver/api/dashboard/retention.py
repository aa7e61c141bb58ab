"""GET /api/retention; PUT and DELETE /api/employees/{employee_id}/hold."""

from collections import Counter
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.body import read_body, require_json
from wfhserver.api.dashboard import query
from wfhserver.api.dashboard.bodies import HoldReason
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.decode import decode
from wfhserver.api.problem import answer
from wfhserver.days import RetentionCalendar
from wfhserver.errors import ClockError
from wfhserver.models.retention import RetentionRun
from wfhserver.models.users import Role
from wfhserver.retention.run import Retention, counts_of
from wfhserver.services import Services

_BODY_LIMIT_BYTES = 16 * 1024
_REASON = msgspec.json.Decoder(HoldReason)


class RetentionEndpoint:
    """What is forgotten, and whose data stays."""

    def __init__(
        self, services: Services, guard: Guard, calendar: RetentionCalendar, retention: Retention
    ) -> None:
        self._services = services
        self._guard = guard
        self._calendar = calendar
        self._retention = retention

    async def get(self, request: Request) -> Response:
        """Tell the settings, what was forgotten, the holds, and what would be forgotten now."""
        await self._guard.user(request, Role.ADMIN)
        found = await self._services.retention_history.runs()
        preview = problem = None
        if query.choice(request, "preview", query.Preview) is not None:
            # Without the sweep: that would list every file while somebody waits.
            try:
                would = await self._retention.run(dry_run=True, sweep=frozenset())
            except ClockError as error:
                problem = str(error)
            else:
                # Null while a run is under way.
                preview = counts_of(would) if would.done else None
        shown = {
            "retention_days": self._calendar.retention_days,
            "audit_retention_days": self._retention.audit_days,
            "oldest_kept": self._calendar.oldest_kept(),
            "last_run": None if not found else _shown(found[0]),
            "last_month": dict(_total(found)),
            "holds": await self._services.holds.list(),
            "preview": preview,
            "problem": problem,
        }
        return answer(self._calendar.clock, 200, shown)

    async def put(self, request: Request) -> Response:
        """Place a hold, or give it another reason."""
        admin = await self._guard.user(request, Role.ADMIN)
        employee_id = query.path_number(request, "employee_id")
        require_json(request.headers)
        body = await read_body(request.receive, request.headers, limit_bytes=_BODY_LIMIT_BYTES)
        reason = decode(_REASON, body).reason
        async with self._services.holds.changes_by(admin) as changes:
            await changes.place(employee_id, reason)
        return Response(status_code=204)

    async def delete(self, request: Request) -> Response:
        """End a hold."""
        admin = await self._guard.user(request, Role.ADMIN)
        employee_id = query.path_number(request, "employee_id")
        async with self._services.holds.changes_by(admin) as changes:
            await changes.release(employee_id)
        return Response(status_code=204)


def _shown(run: RetentionRun) -> dict[str, Any]:
    return {"started_at": run.started_at, "ended_at": run.ended_at, "counts": run.counts}


def _total(found: list[RetentionRun]) -> Counter[str]:
    total: Counter[str] = Counter()
    for run in found:
        total.update(run.counts)
    return total
