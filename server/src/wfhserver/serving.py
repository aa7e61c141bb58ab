"""How HTTP is spoken, whoever starts the workers: `wfhserver serve` or Gunicorn."""

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
