"""The settings of HTTP, the same for workers of `wfhserver serve` and of Gunicorn."""

import asyncio
import ssl
import sys
from collections.abc import Callable
from typing import Any, Final

# Arguments of uvicorn's Config.
UVICORN: Final[dict[str, Any]] = {
    # The server has its own, stricter idea of which proxies to believe.
    "proxy_headers": False,
    "server_header": False,
    # A line per heartbeat would be the largest file of the server.
    "access_log": False,
    # Longer than any transaction; then connections that still hang are cut.
    "timeout_graceful_shutdown": 15,
    # A new worker on a busy machine takes its time, and the old ones go on meanwhile.
    "timeout_worker_healthcheck": 60,
    "log_config": None,
    # uvicorn's own with a shorter way for heartbeats; by name: only workers load it.
    "http": "wfhserver.api.agents.heartbeat_protocol:HeartbeatProtocol",
}
# As in packaging/server/nginx.conf. For TLS 1.2: forward secrecy and authenticated encryption only.
TLS_CIPHERS: Final = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-GCM-SHA384"
    ":ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES256-GCM-SHA384"
)
STRICT_TRANSPORT: Final = ("Strict-Transport-Security", "max-age=63072000")


_HANDSHAKE_SECONDS = 15.0

if sys.platform == "win32":
    _Loop = asyncio.ProactorEventLoop
else:
    import uvloop

    _Loop = uvloop.Loop


class _PromptLoop(_Loop):
    """uvicorn has no setting for the time that a TLS handshake may take, which is a minute."""

    async def create_server(  # type: ignore[override]  # what is handed on has many shapes
        self, *arguments: Any, **named: Any
    ) -> asyncio.AbstractServer:
        if named.get("ssl") is not None:
            named["ssl_handshake_timeout"] = _HANDSHAKE_SECONDS
        return await super().create_server(*arguments, **named)


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return the loop of a server that people reach directly."""
    return _PromptLoop()


def tls_context(_: Any, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Return the settings of TLS for a server that people reach directly."""
    context = default()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(TLS_CIPHERS)
    context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_RENEGOTIATION
    return context
