"""The framework's application, with a shorter way for heartbeats."""

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from wfhserver.api.agents.heartbeat import HeartbeatEndpoint, is_heartbeat
from wfhserver.api.connections import Connections
from wfhserver.api.security_headers import with_security_headers


class Server(FastAPI):
    """The framework's application, with heartbeats handed to their endpoint in front of it."""

    heartbeat: HeartbeatEndpoint
    connections: Connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the endpoint, or the framework for everything else."""
        if is_heartbeat(scope):
            await self.heartbeat(scope, receive, send)
        else:
            await super().__call__(scope, receive, with_security_headers(send))
