"""Sends logs, one after the other, until it is ended: `log_sender.py PORT PICTURE`.

The agents' tokens come in on standard input, one per line; each sends one log. When they are used
up or after SIGTERM it writes the seconds of each log, as JSON.
"""

import json
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import httpx

from wfhserver.testing import log_request


def main() -> None:
    """Send the first log of today of each agent."""
    port, path = sys.argv[1:]
    image, tokens = Path(path).read_bytes(), sys.stdin.read().split()
    seconds: list[float] = []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        while tokens and not _ended:
            now = datetime.now(UTC)
            fields = {"username": "bench", "hostname": "bench", "slot": 1}
            moment = {"timestamp": now.isoformat(), "workday": now.date().isoformat()}
            began = time.perf_counter()
            answer = client.post("/api/log", **log_request(tokens.pop(), image, **fields, **moment))
            answer.raise_for_status()
            if not seconds:
                print("stored", flush=True)  # noqa: T201 -- its caller waits for the first
            seconds.append(time.perf_counter() - began)
    print(json.dumps(seconds), flush=True)  # noqa: T201


_ended: list[int] = []


def _end(number: int, _: FrameType | None) -> None:
    _ended.append(number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    main()
