"""The reference receiver: the server's own app over a storage that forgets when it ends.

For authors of plugins and transports: `python server_stub/receiver.py` prints the token to put
into `agent.toml` and then each arrival on one line. It defines no route of its own.
"""

import argparse
import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import uvicorn

from wfhserver.app import create_app
from wfhserver.payload import EnrollmentRequest
from wfhserver.settings import Settings
from wfhserver.storage.interface import LogRow
from wfhserver.storage.memory import MemoryStorage
from wfhserver.storage.memory_tables import Arrival
from wfhserver.tokens import new_enrollment_token


def line_of(arrival: Arrival) -> str:
    """Return *arrival* as one line of text, whatever it contains."""
    if isinstance(arrival, EnrollmentRequest):
        return f"enrolled {arrival.username!a} on {arrival.hostname!a}: agent {arrival.agent_id}"
    if isinstance(arrival, LogRow):
        slot = "test" if arrival.slot == 0 else f"slot {arrival.slot}"
        return (
            f"log of agent {arrival.agent_id}, {arrival.workday} {slot}:"
            f" local_ip={arrival.local_ip} public_ip={arrival.public_ip}"
            f" screenshot={arrival.screenshot} extra={arrival.extra} absent={arrival.absent}"
        )
    agents = sorted(set(arrival.agent_ids))
    return f"{len(arrival.timestamps)} heartbeats of agents {agents}: {arrival.statuses}"


def main() -> None:
    """Serve until interrupted."""
    options = _options()
    # uvicorn raises the signal again when it is done, which would skip our cleanup.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    token = options.accept_token or new_enrollment_token()
    storage = MemoryStorage(on_arrival=lambda arrival: _say(line_of(arrival)))
    storage.add_enrollment_token(token)
    with tempfile.TemporaryDirectory(prefix="wfhserver-stub-") as folder:
        settings = replace(Settings(), data_directory=Path(folder))
        _say(f"auth_token = {token}")
        _say(f"screenshots are in {settings.screenshots_folder} until the end")
        uvicorn.run(
            create_app(settings, storage=storage),
            port=options.port,
            ssl_certfile=options.tls_cert,
            ssl_keyfile=options.tls_key,
            proxy_headers=False,
            access_log=False,
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Take in what agents send, and print it.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--tls-cert", help="certificate chain (PEM)")
    parser.add_argument("--tls-key", help="key of the certificate (PEM)")
    parser.add_argument("--accept-token", help="the enrollment token; otherwise a new one")
    return parser.parse_args()


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 -- printing is what it is for


if __name__ == "__main__":
    main()
