"""Transport `https`: protocol v1 over HTTPS, with the system's own trust."""

from typing import Any

from wfhagent.plugin import Transport, hookimpl
from wfhagent_https.transport import Https


@hookimpl
def register_transports() -> list[type[Transport[Any]]]:
    """Register the transport."""
    return [Https]
