"""Pure: may this token say this?"""

from wfhserver.errors import Code, Refusal
from wfhserver.models.agents import KnownAgent
from wfhserver.names import is_same_name
from wfhserver.payload import DetailedLog, Heartbeat


def check_agent(agent: KnownAgent | None) -> KnownAgent:
    """Return the agent of a request's token; Refusal when there is none, or it may not report."""
    if agent is None:
        raise Refusal(Code.TOKEN_UNKNOWN, "This token belongs to no agent. Enroll again.")
    if agent.blocked:
        raise blocked()
    if agent.revoked:
        raise Refusal(Code.TOKEN_REVOKED, "This agent was revoked by its administrator.")
    return agent


def blocked() -> Refusal:
    """Return the refusal for a blocked agent."""
    return Refusal(
        Code.AGENT_BLOCKED,
        "An administrator has blocked this device or its user. It keeps what it recorded; ask IT.",
    )


def check_identity(
    agent: KnownAgent, claim: Heartbeat | DetailedLog, index: int | None = None
) -> None:
    """Refuse a claim under another name than the enrolled one: a cloned image, for example.

    *index* is the claim's place in the array that it came in.
    """
    if claim.username == agent.username and claim.hostname == agent.hostname:
        return
    prefix = "" if index is None else f"[{index}]."
    for name in ("username", "hostname"):
        if not is_same_name(getattr(claim, name), getattr(agent, name)):
            raise Refusal(
                Code.IDENTITY_CONFLICT,
                f"The agent of this token is enrolled with another {name}. Enroll again.",
                field=prefix + name,
            )
