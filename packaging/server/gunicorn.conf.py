"""Gunicorn's settings: /etc/wfhserver/gunicorn.conf.py. The server's own are in `environment`."""

import os
from typing import Any

from prometheus_client import multiprocess

# From wfhserver.socket when systemd starts it; this otherwise.
bind = "127.0.0.1:8000"
# Gunicorn lets modules be imported from its working directory.
chdir = "/"
wsgi_app = "wfhserver.app:create_app_from_environment()"
worker_class = "wfhserver.worker.Worker"
workers = int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count() or 1)

# A worker without a sign of life for this long is replaced. It gives one in half of this, but not
# while it ends, which takes 15 seconds at most.
timeout = 40
# How long an old worker may take to finish, after a reload too.
graceful_timeout = 40
# Longer than nginx keeps a connection that is not used: nginx ends it, never the worker.
keepalive = 75
backlog = 4096

# A worker's sign of life is a file that it touches; on a busy disk it would seem dead.
worker_tmp_dir = "/dev/shm"  # noqa: S108 -- a file without a name
# Signals are enough: systemctl reload.
control_socket_disable = True

accesslog = None
errorlog = "-"
_json = {"()": "wfhserver.logging_setup.JsonLines"}
_text = {"format": "%(levelname)s %(name)s: %(message)s"}
_line = _json if os.environ.get("WFHSERVER_LOG_FORMAT") == "json" else _text
logconfig_dict = {
    "root": {"level": "INFO", "handlers": ["error_console"]},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
        # It logs every step, already at its import.
        "alembic": {"level": "WARNING"},
        "gunicorn.access": {"level": "INFO", "handlers": [], "propagate": False},
    },
    "formatters": {"generic": _line},
}


def child_exit(_: Any, worker: Any) -> None:
    """Forget what a worker that is gone had to say of this moment; its counts stay."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
