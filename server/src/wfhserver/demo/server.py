"""The demo's server: a separate process, with TLS."""

import os
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from wfhserver.clock import Clock
from wfhserver.demo.certificate import Certificate
from wfhserver.demo.children import child
from wfhserver.errors import DemoError
from wfhserver.processes import own_python

_READY_SECONDS = 60.0


class DemoServer:
    """The server over that database, with everything else in *folder*.

    *settings* are variables of its environment.
    """

    def __init__(
        self, folder: Path, database_url: str, clock: Clock, settings: Mapping[str, str]
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._database_url = database_url
        self._clock = clock

    def start(self, stack: ExitStack, port: int, certificate: Certificate) -> None:
        """Start it, ended with *stack*, and wait until it is ready; DemoError when it is not."""
        command = own_python("wfhserver", "serve", "--port", str(port))
        command += ["--tls-cert", str(certificate.chain), "--tls-key", str(certificate.key)]
        environment = {
            **os.environ,
            **self._settings,
            "WFHSERVER_DATA_DIRECTORY": str(self._folder),
        }
        environment["WFHSERVER_DATABASE_URL"] = self._database_url
        journal = self._folder / "server.log"
        server = stack.enter_context(child(command, journal=journal, environment=environment))
        self._wait_until_ready(f"https://127.0.0.1:{port}/readyz", certificate, server, journal)

    def _wait_until_ready(
        self, url: str, certificate: Certificate, server: subprocess.Popen[bytes], journal: Path
    ) -> None:
        context = ssl.create_default_context(cafile=certificate.authority)
        deadline = self._clock.elapsed() + _READY_SECONDS
        while self._clock.elapsed() < deadline and server.poll() is None:
            try:
                with urllib.request.urlopen(url, context=context, timeout=5):  # noqa: S310 -- ours
                    return
            except (urllib.error.URLError, OSError):
                self._clock.pause(0.2)
        raise DemoError(f"The server did not become ready. See {journal}.")


def free_port(wanted: int) -> int:
    """Return *wanted*, or any free port when another program listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
