"""Is an agent its user's? With an enrollment token, one can enroll under a colleague's name."""

from wfhserver.errors import Code, Refusal
from wfhserver.models.agents import KnownAgent
from wfhserver.storage.postgres import agents
from wfhserver.storage.postgres.connection import AnyConnection


async def check_identity(connection: AnyConnection, agent: KnownAgent) -> None:
    """Refusal `identity_uncertain` if the agent may be another person's: it must see no data."""
    if not await agents.is_identity_certain(connection, agent.agent_id):
        raise Refusal(
            Code.IDENTITY_UNCERTAIN,
            f"More than one device is enrolled as {agent.username}, for example because the agent"
            " was installed again. So that nobody else can read your data, IT has to confirm this"
            f" one: a{agent.agent_id}, on the page Devices or with `wfhserver agents confirm"
            f" a{agent.agent_id}`.",
        )
