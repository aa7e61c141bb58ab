"""The worker that Gunicorn starts: uvicorn, with the settings of `wfhserver serve`.

Named by packaging/server/gunicorn.conf.py. It differs in how it ends: a proxy in front keeps its
connections, and may send a request on one in the very moment in which the worker closes it.
"""

import asyncio
import logging
import socket
from typing import Any, ClassVar, Final

from uvicorn.server import Server
from uvicorn_worker import UvicornWorker

from wfhserver.serving import UVICORN

log = logging.getLogger(__name__)

# Longer than packaging/server/nginx.conf keeps a connection that is not used.
_DRAIN_SECONDS: Final = 7.0
_LOOK_SECONDS: Final = 0.05


class DrainingServer(Server):
    """Takes no new connections at its end, and closes the old ones by its answers only."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002
        """Answer what still comes on kept connections, saying that each closes; then end."""
        log.info("Stopping: no new connections; each that is kept closes with its next answer")
        for listening in self.servers:
            # Closes its socket, too.
            listening.close()
        state = self.server_state
        state.default_headers = [*state.default_headers, (b"connection", b"close")]
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + _DRAIN_SECONDS
        while (  # noqa: ASYNC110 -- uvicorn tells nobody when a connection ends
            state.connections and not self.force_exit and loop.time() < ends_at
        ):
            await asyncio.sleep(_LOOK_SECONDS)
        if self.config.callback_notify is not None:
            # Gunicorn counts the silence of a worker from its last sign of life.
            await self.config.callback_notify()
        await super().shutdown()


class Worker(UvicornWorker):  # type: ignore[misc]  # it publishes no types
    """One process of the deployment."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {**UvicornWorker.CONFIG_KWARGS, **UVICORN}

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # Into the one journal of the process, in its format.
        logging.getLogger("uvicorn.error").propagate = True

    async def _serve(self) -> None:
        self.config.app = self.wsgi
        server = DrainingServer(config=self.config)
        self._install_sigquit_handler()
        await server.serve(sockets=self.sockets)
        if not server.started:
            # What Gunicorn takes for a worker that cannot start, and then ends by itself.
            raise SystemExit(3)
