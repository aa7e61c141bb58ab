"""Where the server's journal goes: standard error, which systemd and containers collect."""

import json
import logging
import traceback
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """One JSON object per line, for programs that read journals."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if record.exc_info is not None:
            line["exception"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(line)


def log_to_stderr(log_format: str = "text") -> None:
    """Write every line to standard error; each worker process has to say so for itself.

    *log_format* is `text` or `json`; what was set up before is replaced.
    """
    handler = logging.StreamHandler()
    text = logging.Formatter("%(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonLines() if log_format == "json" else text)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # It tells of every step it does not take.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # It writes addresses, and those of webhooks are secrets.
    logging.getLogger("httpx").setLevel(logging.WARNING)
