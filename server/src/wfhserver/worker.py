"""The worker that Gunicorn starts: uvicorn, with the settings of `wfhserver serve`.

Named by packaging/server/gunicorn.conf.py.
"""

import logging
from typing import Any, ClassVar

from uvicorn_worker import UvicornWorker

from wfhserver.api.agents.heartbeat_protocol import HeartbeatProtocol
from wfhserver.serving import UVICORN


class ProxiedProtocol(HeartbeatProtocol):
    """Leaves it to the proxy in front to close what is not used."""

    # Longer than packaging/server/nginx.conf keeps such a connection.
    last_request_seconds: ClassVar = 7.0


class Worker(UvicornWorker):  # type: ignore[misc]  # it publishes no types
    """One process of the deployment."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        **UvicornWorker.CONFIG_KWARGS,
        **UVICORN,
        "http": ProxiedProtocol,
    }

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # Into the one journal of the process, in its format.
        logging.getLogger("uvicorn.error").propagate = True
