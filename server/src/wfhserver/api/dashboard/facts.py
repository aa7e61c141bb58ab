"""Facts of plugins: which there are, the newest of each device, distributions, and histories."""

from typing import Annotated

from fastapi import APIRouter, Query

from wfhserver.api.dashboard.logs import ReasonQuery
from wfhserver.api.dashboard.rights import ReadingFacts
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.errors import Code
from wfhserver.facts.pages import PluginList
from wfhserver.facts.queries import FactQuery
from wfhserver.inputs import Number, Page, Text, WholeNumber
from wfhserver.models.facts import FactDistribution, FactHistory, FactTable

router = APIRouter(prefix="/api/facts", tags=["dashboard"], route_class=DeclaredRoute)

_DEVICE_LIMIT = 500


class FactPageQuery(FactQuery):
    """Which page of the devices; *reason* goes on record."""

    page: Page | None = None
    limit: Annotated[int, WholeNumber(_DEVICE_LIMIT)] = 100
    reason: Text | None = None


class FactDistributionQuery(FactQuery):
    """The devices that are counted, without *plugin* and *fact*; *reason* goes on record."""

    reason: Text | None = None


@router.get("")
async def plugins(user: ReadingFacts, services: Dashboard) -> PluginList:
    """Plugins of all devices, their versions, and the facts that they declare."""
    return await services.facts.plugins(user)


@router.get("/devices")
@refuses(Code.NOT_FOUND)
async def fact_table(
    user: ReadingFacts, query: Annotated[FactPageQuery, Query()], services: Dashboard
) -> FactTable:
    """Devices with the newest value of each fact; on record if one of them is personal."""
    return await services.facts.table(user, query, query.page, query.limit, query.reason)


@router.get("/distribution/{fact}")
async def fact_distribution(
    user: ReadingFacts,
    fact: Text,
    query: Annotated[FactDistributionQuery, Query()],
    services: Dashboard,
) -> FactDistribution:
    """How a fact is distributed over all devices; on record if it is personal."""
    return await services.facts.distribution(user, fact, query, query.reason)


@router.get("/devices/{agent_id}/{fact}")
async def fact_history(
    user: ReadingFacts,
    agent_id: Number,
    fact: Text,
    query: Annotated[ReasonQuery, Query()],
    services: Dashboard,
) -> FactHistory:
    """One fact of one device in its detailed logs; on record if it is personal."""
    return await services.facts.history(user, agent_id, fact, query.reason)
