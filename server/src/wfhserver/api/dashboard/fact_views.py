"""Saved views of facts; each user has their own."""

from fastapi import APIRouter

from wfhserver.api.dashboard.rights import AnyUser
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.errors import Code
from wfhserver.facts.views import FactViewList, NewFactView
from wfhserver.inputs import Number
from wfhserver.models.facts import FactView

router = APIRouter(prefix="/api/fact-views", tags=["dashboard"], route_class=DeclaredRoute)


@router.get("")
async def fact_views(user: AnyUser, services: Dashboard) -> FactViewList:
    """The user's saved views."""
    return await services.fact_views.list(user)


@router.post("", status_code=201)
@refuses(Code.CONFLICT, Code.NOT_FOUND)
async def save_fact_view(user: AnyUser, new: NewFactView, services: Dashboard) -> FactView:
    """Save columns and filters under a name; the same name again replaces them."""
    return await services.fact_views.save(user, new)


@router.delete("/{view_id}", status_code=204)
async def delete_fact_view(user: AnyUser, view_id: Number, services: Dashboard) -> None:
    """Delete a saved view."""
    await services.fact_views.delete(user, view_id)
