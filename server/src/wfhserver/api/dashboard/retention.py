"""Retention: what is deleted when, and legal holds, which keep data longer."""

from collections import Counter
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query
from pydantic import StringConstraints

from wfhserver.api.dashboard.rights import Admin
from wfhserver.api.dashboard.services import Dashboard, Deletion, ServerCalendar
from wfhserver.api.declared import DeclaredRoute
from wfhserver.errors import ClockError
from wfhserver.inputs import Input, Number
from wfhserver.models.retention import LegalHold
from wfhserver.retention.run import Retention, counts_of

router = APIRouter(prefix="/api", tags=["dashboard"], route_class=DeclaredRoute)


class Preview(StrEnum):
    """Asks for what would be deleted."""

    YES = "yes"


class RetentionQuery(Input):
    """Whether to say what a run would delete now."""

    preview: Preview | None = None


class HoldReason(Input):
    """Why the data of an employee must stay."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class PastRun(msgspec.Struct, frozen=True):
    """A run of retention, and what it deleted."""

    started_at: datetime
    ended_at: datetime
    counts: dict[str, int]


class RetentionState(msgspec.Struct, frozen=True, kw_only=True):
    """Settings, last run, counts of the last month, and holds.

    *preview* is what a run would delete now, if requested, and null while one is under way;
    *problem* says why none can run.
    """

    retention_days: int
    audit_retention_days: int
    oldest_kept: date
    last_run: PastRun | None
    last_month: dict[str, int]
    holds: list[LegalHold]
    preview: dict[str, int] | None
    problem: str | None


@router.get("/retention")
async def retention(
    _: Admin,
    query: Annotated[RetentionQuery, Query()],
    services: Dashboard,
    calendar: ServerCalendar,
    deletion: Deletion,
) -> RetentionState:
    """Settings, last run, counts of the last month, holds, and what would be deleted now."""
    found = await services.retention_history.runs()
    preview = problem = None
    if query.preview is not None:
        preview, problem = await _preview(deletion)
    last_month: Counter[str] = Counter()
    for run in found:
        last_month.update(run.counts)
    return RetentionState(
        retention_days=calendar.retention_days,
        audit_retention_days=deletion.audit_days,
        oldest_kept=calendar.oldest_kept(),
        last_run=PastRun(*found[0]) if found else None,
        last_month=dict(last_month),
        holds=await services.holds.list(),
        preview=preview,
        problem=problem,
    )


async def _preview(deletion: Retention) -> tuple[dict[str, int] | None, str | None]:
    try:
        # Without the sweep: that would list every file while somebody waits.
        would = await deletion.run(dry_run=True, sweep=frozenset())
    except ClockError as error:
        return None, str(error)
    return counts_of(would) if would.done else None, None


@router.put("/employees/{employee_id}/hold", status_code=204)
async def place_hold(
    admin: Admin, employee_id: Number, given: HoldReason, services: Dashboard
) -> None:
    """Keep everything of an employee through retention, or change the reason."""
    async with services.holds.changes_by(admin) as changes:
        await changes.place(employee_id, given.reason)


@router.delete("/employees/{employee_id}/hold", status_code=204)
async def release_hold(admin: Admin, employee_id: Number, services: Dashboard) -> None:
    """End a legal hold."""
    async with services.holds.changes_by(admin) as changes:
        await changes.release(employee_id)
