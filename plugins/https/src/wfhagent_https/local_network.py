"""Why a Mac finds no route to a server that others reach: the privacy of the local network."""

import errno

ADVICE = (
    "If the server is in this network, macOS 15 and newer want a permission for it: System "
    "Settings, Privacy & Security, Local Network, wfhagent"
)


def advice_for(error: BaseException, platform: str) -> str:
    """Return what to do about *error* on *platform*, as `sys.platform` names it; else nothing."""
    if platform != "darwin":
        return ""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno == errno.EHOSTUNREACH:
            return ADVICE
        cause = cause.__cause__ or cause.__context__
    return ""
