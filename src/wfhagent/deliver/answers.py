"""From an answer to what the agent does next. Pure; docs/protocol.md has the table."""

from enum import StrEnum

from wfhagent.plugin import Delivery


class Action(StrEnum):
    """What to do with the entries that an answer is about."""

    DONE = "done"
    """The server holds them."""
    KEEP = "keep"
    """Keep them and try again later."""
    SPLIT = "split"
    """Send them in smaller batches; set a single one aside."""
    SET_ASIDE = "set_aside"
    """The server will never take at least one of them; find it as for SPLIT."""
    ENROLL = "enroll"
    """Keep them and exchange the enrollment token for a new token."""
    WAIT = "wait"
    """Keep them, and come again in an hour: an administrator has blocked this device."""
    NEW_IDENTITY = "new_identity"
    """Keep them and enroll as a new agent: another machine has this identity."""


_BY_CODE = {
    "identity_conflict": Action.NEW_IDENTITY,
    "agent_blocked": Action.WAIT,
}
_ACTIONS = {
    400: Action.SET_ASIDE,
    401: Action.ENROLL,
    413: Action.SPLIT,
    415: Action.SET_ASIDE,
    422: Action.SET_ASIDE,
}


def decide(delivery: Delivery) -> Action:
    """Return what to do after *delivery*; whatever is not known is kept and tried again."""
    if delivery.status is None:
        return Action.KEEP
    if 200 <= delivery.status < 300:  # noqa: PLR2004 -- success, in HTTP's words
        return Action.DONE
    if delivery.code in _BY_CODE:
        return _BY_CODE[delivery.code]
    return _ACTIONS.get(delivery.status, Action.KEEP)
