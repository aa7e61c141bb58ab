"""A server on this device that answers as docs/protocol.md says, for the tests of transports."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from wfhagent.plugin import ParcelKind, Server
from wfhagent.testing.stand_ins import NOW

_MOST_BYTES = 1 << 20
_UNAVAILABLE = 503
_PART = re.compile(rb'[; ]name="?(\w+)', re.IGNORECASE)
_CALLS: dict[tuple[str, str], tuple[ParcelKind, int, dict[str, Any]]] = {
    ("POST", "/api/enroll"): (
        ParcelKind.ENROLL,
        201,
        {"token": "wfha_scripted", "slots_taken": []},
    ),
    ("POST", "/api/heartbeat"): (ParcelKind.HEARTBEAT, 200, {}),
    ("POST", "/api/log"): (ParcelKind.LOG, 201, {"stored": True}),
    ("GET", "/api/whereami"): (ParcelKind.WHEREAMI, 200, {"public_ip": None, "location": None}),
    ("POST", "/api/my-data-link"): (
        ParcelKind.MY_DATA_LINK,
        201,
        {"url": "https://127.0.0.1/my-data"},
    ),
    ("POST", "/api/rename"): (ParcelKind.RENAME, 200, {"hostname": "laptop-8"}),
    ("GET", "/api/calendar"): (
        ParcelKind.CALENDAR,
        200,
        {
            "revision": 1,
            "covers_from": NOW.isoformat(),
            "covers_until": NOW.isoformat(),
            "working_hours": [],
        },
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request that the server got: *problem* is a sentence when the protocol has no such."""

    method: str
    path: str
    kind: ParcelKind | None
    status: int
    problem: str = ""


@dataclass(kw_only=True, slots=True)
class ScriptedServer:
    """What a transport needs to reach it, and what it got.

    Attributes:
        settings: the table `[server]` with its address.
        calls: all requests so far.
        available: while it is false every answer is a 503, as of a server without its database.
    """

    settings: Server
    calls: list[Call] = field(default_factory=list)
    available: bool = True

    def answer(self, method: str, path: str, token: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Take note of a request, and return status and body of the answer to it."""
        kind, status, fields = _CALLS.get((method, path), (None, 404, {}))
        problem = _problem(kind, f"{method} {path}", token, body)
        if not self.available:
            status = _UNAVAILABLE
            fields = {"code": "database_unavailable", "detail": "The database does not answer."}
        elif problem:
            status = 404 if kind is None else 400 if token else 401
            fields = {"code": "scripted_refusal", "detail": problem}
        self.calls.append(Call(method=method, path=path, kind=kind, status=status, problem=problem))
        return status, {**fields, "server_time": NOW.isoformat()}


def _problem(kind: ParcelKind | None, call: str, token: str, body: bytes) -> str:
    """Return what is wrong with a request, one sentence."""
    if kind is None:
        return f"The protocol has no call {call}."
    if not token.startswith("Bearer wfh"):
        return f"{call} needs the parcel's token in a header `Authorization: Bearer …`."
    if kind is ParcelKind.LOG:
        names = set(_PART.findall(body))
        return (
            ""
            if {b"log", b"screenshot"} <= names
            else f"{call} needs the parts `log` and `screenshot` of a form."
        )
    if kind in {ParcelKind.ENROLL, ParcelKind.HEARTBEAT, ParcelKind.RENAME}:
        try:
            json.loads(body)
        except ValueError:
            return f"{call} needs the parcel's body, which is JSON."
    return ""


@contextmanager
def scripted_server() -> Iterator[ScriptedServer]:
    """Give a server that runs on this device until the end of the `with` block.

    with scripted_server() as server:
        transport = Pigeon(Config(), server.settings)
        assert check_transport(transport) == []
    """
    scripted = ScriptedServer(settings=Server(url=""))
    listener = ThreadingHTTPServer(("127.0.0.1", 0), _handler(scripted.answer))
    # Connections that a transport has forgotten to close end with the process.
    listener.daemon_threads = True
    listener.block_on_close = False
    scripted.settings = Server(
        url=f"http://127.0.0.1:{listener.server_port}",
        allow_insecure_loopback=True,
        timeout_seconds=5.0,
    )
    thread = threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield scripted
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


Answerer = Callable[[str, str, str, bytes], tuple[int, dict[str, Any]]]


def _handler(answer: Answerer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), _MOST_BYTES)
            status, fields = answer(
                str(self.command),
                self.path,
                self.headers.get("Authorization", ""),
                self.rfile.read(length),
            )
            body = json.dumps(fields).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if status == _UNAVAILABLE:
                self.send_header("Retry-After", "60")
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 -- the names are those of http.server

        def log_message(self, *_arguments: Any) -> None:
            """Write nothing: the calls are kept."""

    return Handler
