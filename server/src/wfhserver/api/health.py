"""For supervisors and load balancers: alive, and able to store."""

import msgspec
from fastapi import APIRouter
from starlette.requests import Request

from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.errors import Code, Refusal
from wfhserver.monitoring.readiness import Readiness, Report

router = APIRouter(tags=["operations"], route_class=DeclaredRoute)


class Alive(msgspec.Struct, frozen=True):
    """Alive."""

    alive: bool


@router.get("/healthz")
async def healthz() -> Alive:
    """Alive?"""
    return Alive(alive=True)


@router.get("/readyz")
@refuses(Code.DATABASE_UNAVAILABLE, Code.CLOCK_IMPLAUSIBLE, Code.SCREENSHOT_STORAGE_UNAVAILABLE)
async def readyz(request: Request) -> Report:
    """Able to store heartbeats and logs at this moment?"""
    readiness: Readiness = request.app.state.readiness
    report = await readiness.report()
    if not report.ready:
        parts = {
            Code.DATABASE_UNAVAILABLE: report.database,
            Code.CLOCK_IMPLAUSIBLE: report.clock,
            Code.SCREENSHOT_STORAGE_UNAVAILABLE: report.screenshots,
        }
        wrong = {code: each for code, each in parts.items() if each != "ok"}
        raise Refusal(next(iter(wrong)), " ".join(wrong.values()))
    return report
