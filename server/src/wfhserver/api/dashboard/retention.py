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
from wfhserver.retention.holds import Holds
from wfhserver.retention.run import Retention, counts_of
from wfhserver.storage.postgres import holds
from wfhserver.storage.postgres.connection import Database
from wfhserver.storage.postgres.retention import Run, runs
from wfhserver.users import Role

_BODY_LIMIT_BYTES = 16 * 1024
_REASON = msgspec.json.Decoder(HoldReason)


class RetentionEndpoint:
    """What is forgotten, and whose data stays."""

    def __init__(
        self, database: Database, guard: Guard, calendar: RetentionCalendar, retention: Retention
    ) -> None:
        self._database = database
        self._guard = guard
        self._calendar = calendar
        self._retention = retention

    async def get(self, request: Request) -> Response:
        """Tell the settings, what was forgotten, the holds, and what would be forgotten now."""
        await self._guard.user(request, Role.ADMIN)
        found = await runs(self._database)
        async with self._database.connection() as connection:
            held = await holds.list_holds(connection)
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
            "holds": [dict(row) for row in held],
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
        async with self._database.connection() as connection:
            changes = Holds(connection, actor=admin.actor, at=self._calendar.clock.now())
            await changes.place(employee_id, reason)
        return Response(status_code=204)

    async def delete(self, request: Request) -> Response:
        """End a hold."""
        admin = await self._guard.user(request, Role.ADMIN)
        employee_id = query.path_number(request, "employee_id")
        async with self._database.connection() as connection:
            changes = Holds(connection, actor=admin.actor, at=self._calendar.clock.now())
            await changes.release(employee_id)
        return Response(status_code=204)


def _shown(run: Run) -> dict[str, Any]:
    return {"started_at": run.started_at, "ended_at": run.ended_at, "counts": run.counts}


def _total(found: list[Run]) -> Counter[str]:
    total: Counter[str] = Counter()
    for run in found:
        total.update(run.counts)
    return total
