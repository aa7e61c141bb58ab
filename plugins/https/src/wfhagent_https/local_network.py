"""Why a Mac finds no route to a server that others reach: the privacy of the local network."""

import errno

from wfhagent.plugin import N_, _
from wfhagent_https.causes import causes

ADVICE = N_(
    "If the server is in this network, macOS 15 and newer require a permission for it: System "
    "Settings, Privacy & Security, Local Network, wfhagent"
)


def advice_for(error: BaseException, platform: str) -> str:
    """Return what to do about *error* on *platform*, as `sys.platform` names it; else nothing."""
    is_unreachable = any(
        isinstance(cause, OSError) and cause.errno == errno.EHOSTUNREACH for cause in causes(error)
    )
    return _(ADVICE) if platform == "darwin" and is_unreachable else ""
