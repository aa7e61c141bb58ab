"""The routers of the dashboard, one of each resource."""

from typing import Final

from wfhserver.api.dashboard import (
    api_keys,
    audit,
    blocks,
    employees,
    enrollment,
    exports,
    fact_alerts,
    fact_views,
    facts,
    logs,
    my_data,
    oidc,
    presence,
    retention,
    second_factor,
    sessions,
    site,
    teams,
    users,
)

ROUTERS: Final = (
    sessions.router,
    oidc.router,
    second_factor.router,
    audit.router,
    audit.agent_router,
    users.router,
    teams.router,
    enrollment.router,
    blocks.router,
    api_keys.router,
    site.router,
    presence.router,
    logs.router,
    employees.router,
    exports.router,
    facts.router,
    fact_views.router,
    fact_alerts.router,
    my_data.agent_router,
    my_data.router,
    retention.router,
)
