"""Alerts, their rules, and which e-mails a user gets."""

from typing import Annotated

from fastapi import APIRouter, Query

from wfhserver.alerts.pages import AlertPage, AlertPageQuery, NewSubscription
from wfhserver.alerts.rules import RuleChange, RuleList
from wfhserver.api.dashboard.rights import Admin, AdminOrAuditor, AnyUser, ReadingAlerts
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute
from wfhserver.models.alerts import AlertKind, AlertRule, Subscription

router = APIRouter(prefix="/api", tags=["dashboard"], route_class=DeclaredRoute)


@router.get("/alerts")
async def alerts(
    user: ReadingAlerts, query: Annotated[AlertPageQuery, Query()], services: Dashboard
) -> AlertPage:
    """Alerts, newest first; a manager sees only those of their own teams."""
    return await services.alerts.page(user, query)


@router.get("/alert-rules")
async def alert_rules(_: AdminOrAuditor, services: Dashboard) -> RuleList:
    """List the rules of alerts."""
    return await services.alert_rules.list()


@router.patch("/alert-rules/{kind}")
async def change_alert_rule(
    admin: Admin, kind: AlertKind, change: RuleChange, services: Dashboard
) -> AlertRule:
    """Change a rule of alerts; on record."""
    return await services.alert_rules.change(admin, kind, change)


@router.get("/subscription")
async def subscription(user: AnyUser, services: Dashboard) -> Subscription:
    """Which e-mails do I get about alerts?"""
    return await services.subscriptions.of(user)


@router.put("/subscription")
async def change_subscription(
    user: AnyUser, new: NewSubscription, services: Dashboard
) -> Subscription:
    """Change which e-mails I get about alerts; on record."""
    return await services.subscriptions.change(user, new)
