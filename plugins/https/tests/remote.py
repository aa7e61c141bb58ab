"""A small server over real TLS with scripted answers."""

import sys
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from wfhagent.plugin import Config, Server
from wfhagent_https.transport import Https

# Wine matches a certificate's names, but not its IP addresses.
HOST, OTHER_HOST = "127.0.0.1", "localhost"
if sys.platform == "win32":
    HOST, OTHER_HOST = OTHER_HOST, HOST
OK = b'{"accepted": 1, "duplicates": 0, "server_time": "2026-11-23T09:00:00Z"}'


@dataclass
class Remote:
    """Answers every request with `status`, `headers` and `body`, and records the requests."""

    url: str
    authority: Path
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = OK
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)
    """Of each request that of its client: equal ones came over one connection."""
    hangs_up_on: set[int] = field(default_factory=set)
    """On the requests with these numbers, from 0, it hangs up without an answer."""

    def transport(self, **server: object) -> Https:
        settings = {"url": self.url, "ca_file": str(self.authority), **server}
        return Https(Config(), Server(**settings))  # type: ignore[arg-type]


def handler_of(remote: Remote) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            remote.ports.append(self.client_address[1])
            if len(remote.ports) - 1 in remote.hangs_up_on:
                self.close_connection = True
                return
            size = int(self.headers.get("content-length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            remote.requests.append((self.command, self.path, headers, self.rfile.read(size)))
            self.send_response(remote.status)
            for name, value in remote.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(remote.body)))
            self.end_headers()
            self.wfile.write(remote.body)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, template: str, *args: object) -> None:
            pass

    return Handler


class QuietServer(ThreadingHTTPServer):
    """Logs nothing about clients that hang up because they do not trust it."""

    def handle_error(self, request: object, client_address: object) -> None:
        pass
