"""Is an agent its user's? Whoever holds an enrollment token may enroll under a colleague's name."""

from wfhserver.errors import Code, Refusal
from wfhserver.models.agents import KnownAgent
from wfhserver.storage.postgres import agents
from wfhserver.storage.postgres.connection import AnyConnection


async def check_identity(connection: AnyConnection, agent: KnownAgent) -> None:
    """Refusal `identity_uncertain` before anything of a person is shown to who may be another."""
    if not await agents.is_identity_certain(connection, agent.agent_id):
        raise Refusal(
            Code.IDENTITY_UNCERTAIN,
            f"More than one device is enrolled as {agent.username}, for example because the agent"
            " was installed again. So that nobody else can read your data, IT has to confirm this"
            f" one: a{agent.agent_id}, on the page Agents or with `wfhserver keys confirm"
            f" a{agent.agent_id}`.",
        )
