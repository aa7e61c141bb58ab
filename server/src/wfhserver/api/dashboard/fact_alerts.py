"""Rules that raise alerts on facts, and the alerts."""

from typing import Annotated

from fastapi import APIRouter, Query

from wfhserver.api.dashboard.rights import Admin, ReadingFacts
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.errors import Code
from wfhserver.facts.alerts import FactAlertList, FactRuleList, NewFactRule
from wfhserver.inputs import Input, Number
from wfhserver.models.facts import FactRule

router = APIRouter(prefix="/api", tags=["dashboard"], route_class=DeclaredRoute)


class AlertQuery(Input):
    """Whether resolved alerts are listed as well."""

    resolved: bool = False


@router.get("/fact-alerts")
async def fact_alerts(
    user: ReadingFacts, query: Annotated[AlertQuery, Query()], services: Dashboard
) -> FactAlertList:
    """Alerts on facts, newest first; on record if a fact is personal."""
    return await services.fact_alerts.alerts(user, with_resolved=query.resolved)


@router.get("/fact-rules")
async def fact_rules(user: ReadingFacts, services: Dashboard) -> FactRuleList:
    """Rules that raise alerts on facts."""
    return await services.fact_alerts.rules(user)


@router.post("/fact-rules", status_code=201)
@refuses(Code.CONFLICT)
async def add_fact_rule(admin: Admin, new: NewFactRule, services: Dashboard) -> FactRule:
    """Add a rule; on record."""
    return await services.fact_alerts.add(admin, new)


@router.delete("/fact-rules/{rule_id}", status_code=204)
async def delete_fact_rule(admin: Admin, rule_id: Number, services: Dashboard) -> None:
    """Delete a rule and its alerts; on record."""
    await services.fact_alerts.delete(admin, rule_id)
