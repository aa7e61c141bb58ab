"""Sends logs, one after the other, until it is ended: `log_sender.py PORT TOKEN PICTURE`."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx

from wfhserver.testing import log_request


def main() -> None:
    """Send test logs, which a day may have any number of."""
    port, token, picture = sys.argv[1:]
    image = Path(picture).read_bytes()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        while True:
            now = datetime.now(UTC)
            said = {"username": "bench", "hostname": "bench", "slot": 0}
            moment = {"timestamp": now.isoformat(), "workday": now.date().isoformat()}
            answer = client.post("/api/log", **log_request(token, image, **said, **moment))
            answer.raise_for_status()
            print("stored", flush=True)  # noqa: T201 -- its caller waits for the first


if __name__ == "__main__":
    main()
