"""Is an agent its user's? Whoever holds an enrolment token may enrol under a colleague's name."""

from wfhserver.errors import Code, Refusal
from wfhserver.storage.interface import KnownAgent
from wfhserver.storage.postgres import agents
from wfhserver.storage.postgres.connection import AnyConnection


async def require_certain(connection: AnyConnection, agent: KnownAgent) -> None:
    """Refusal `identity_uncertain` before anything of a person is shown to who may be another."""
    if not await agents.is_certain(connection, agent.agent_id):
        raise Refusal(
            Code.IDENTITY_UNCERTAIN,
            f"Several machines bear the name {agent.username}, and nobody has said yet that this"
            f" one is yours. Ask IT to confirm it: a{agent.agent_id}, on the page Agents.",
        )
