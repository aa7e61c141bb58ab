"""Where the server's journal goes: standard error, which systemd and containers collect."""

import logging


def log_to_stderr() -> None:
    """Write every line to standard error; each worker process has to say so for itself."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # It tells of every step it does not take.
    logging.getLogger("alembic").setLevel(logging.WARNING)
