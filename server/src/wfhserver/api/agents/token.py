"""Which agent calls: the token in the header of its request."""

from typing import Annotated

from fastapi import Depends
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from starlette.requests import Request

from wfhserver.api.agents.services import Agents
from wfhserver.api.body import bearer_token
from wfhserver.api.declared import refuses
from wfhserver.errors import Code
from wfhserver.models.agents import KnownAgent


class _Token(SecurityBase):
    """Any token; whether it is good for anything is looked at elsewhere."""

    model = HTTPBearer()
    scheme_name = "token"
    codes = (Code.TOKEN_MISSING, Code.TOKEN_REVOKED, Code.AGENT_BLOCKED, Code.CLOCK_IMPLAUSIBLE)

    async def __call__(self, request: Request) -> str:
        """Return the token."""
        return bearer_token(request.headers)


AGENT_CODES = (
    *_Token.codes,
    Code.TOKEN_UNKNOWN,
    Code.RATE_LIMITED,
    Code.DATABASE_UNAVAILABLE,
)
Token = Annotated[str, Depends(_Token())]


@refuses(*AGENT_CODES)
async def _calling_agent(token: Token, services: Agents) -> KnownAgent:
    return await services.agent_auth.agent_of(token)


CallingAgent = Annotated[KnownAgent, Depends(_calling_agent)]
