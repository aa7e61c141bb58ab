"""The employee's working hours, for an agent."""

from fastapi import APIRouter

from wfhserver.api.agents.services import Agents
from wfhserver.api.agents.token import CallingAgent
from wfhserver.api.declared import DeclaredRoute
from wfhserver.schedules.agent_calendar import AgentCalendar

router = APIRouter(prefix="/api/calendar", tags=["agents"], route_class=DeclaredRoute)


@router.get("")
async def agent_calendar(agent: CallingAgent, services: Agents) -> AgentCalendar:
    """When the employee at this device works, as far as the server knows."""
    return await services.calendars.of(agent)
