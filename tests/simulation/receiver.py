"""The server's own app over its memory storage, as a laptop of the simulation asks it."""

import asyncio
import selectors
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from tests.simulation.company import Company
from tests.simulation.world import World

from wfhserver.api.agents.heartbeat import HEARTBEAT_PATH, RawHeaders, headers_of
from wfhserver.app import create_app
from wfhserver.clock import Clock
from wfhserver.ingest.decide import Accepted, Outcome
from wfhserver.payload import EnrollmentRequest
from wfhserver.settings import Settings
from wfhserver.storage.interface import HeartbeatChanges, LogRow
from wfhserver.storage.memory import MemoryStorage
from wfhserver.storage.memory_tables import Arrival
from wfhserver.tokens import hash_of, new_agent_token

AUTH_TOKEN = "wfhe_simulation"


class Numbered(msgspec.Struct):
    """The fields of a heartbeat that are checked."""

    seq: int


HEARTBEATS = msgspec.json.Decoder(list[Numbered])


Answer = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""


class ServerClock(Clock):
    """The server's clock is right."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        return self._world.now

    def elapsed(self) -> float:
        return self._world.now.timestamp()

    async def sleep(self, seconds: float) -> None:
        await asyncio.Event().wait()

    def pause(self, seconds: float) -> None:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A request as an ASGI server hands it to the app."""

    method: str
    path: str
    headers: list[tuple[bytes, bytes]]
    content: bytes

    @property
    def is_encoded(self) -> bool:
        return any(name == b"content-encoding" for name, _ in self.headers)


def _decoded(headers: RawHeaders) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in headers}


class _Unhurried(selectors.DefaultSelector):
    """Polls no sockets: the app has none, and each poll takes time."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return [] if timeout == 0 else super().select(timeout)


class _Loop(asyncio.SelectorEventLoop):
    """Does at once what the app gives to threads: one laptop asks, and nothing else waits."""

    def run_in_executor(  # type: ignore[override]
        self, _executor: object, function: Callable[..., Any], *arguments: Any
    ) -> asyncio.Future[Any]:
        future = self.create_future()
        try:
            future.set_result(function(*arguments))
        except Exception as error:  # noqa: BLE001 -- whoever waits gets it
            future.set_exception(error)
        return future


class ReceiverApp:
    """The server's own app over its memory storage; a crash ends the app, not the storage.

    Attributes:
        seqs: the `seq` of every heartbeat in a request that was answered with success.
        rows: how many heartbeats the storage holds.
        logs: the slots of each workday that the storage holds.
        missed: the missed slots that were reported to the storage, by workday.
        company: what the server knows of the employee's working hours, in some lives.
    """

    def __init__(self, folder: Path, world: World) -> None:
        self.seqs: set[int] = set()
        self.rows = 0
        self.company: Company | None = None
        self.logs: dict[str, list[int]] = {}
        self.missed: dict[str, dict[int, str]] = {}
        self.storage = MemoryStorage(on_arrival=self._arrived)
        self.storage.add_enrollment_token(AUTH_TOKEN)
        self._settings = replace(Settings(), data_directory=folder)
        self._clock = ServerClock(world)
        self._loop = _Loop(_Unhurried())
        self._start()

    def _start(self) -> None:
        self._app = create_app(self._settings, clock=self._clock, storage=self.storage)
        self._lifespan = self._app.router.lifespan_context(self._app)
        self._loop.run_until_complete(self._lifespan.__aenter__())

    def close(self) -> None:
        """End the app and its loop."""
        self._loop.run_until_complete(self._lifespan.__aexit__(None, None, None))
        self._loop.close()

    def crash(self) -> None:
        """End the app in the middle of everything, and start it again."""
        self._loop.run_until_complete(self._lifespan.__aexit__(None, None, None))
        self._start()

    def forget_token(self) -> None:
        """Lose the device tokens, as a restored backup does."""
        for agent in self.storage.agents:
            agent.token_hash = hash_of(new_agent_token())
            agent.previous_token_hash = None

    def set_revoked(self, *, revoked: bool) -> None:
        """Revoke all agents, or let them in again."""
        for agent in self.storage.agents:
            agent.revoked = revoked

    def ask(self, request: Request) -> Answer:
        """Return status, headers and body of the answer to *request*."""
        if self.company is not None:
            for agent in self.storage.agents:
                agent.calendar_revision = self.company.revision
            if request.path == "/api/calendar":
                # The calendars of employees are in PostgreSQL alone.
                return 200, {}, msgspec.json.encode(self.company.answer())
        if request.path == HEARTBEAT_PATH and not request.is_encoded:
            status, headers, body = self._ask_heartbeat(request)
        else:
            status, headers, body = self._loop.run_until_complete(self._call(request))
        if status == 200 and request.path.endswith("/heartbeat"):
            self.seqs |= {heartbeat.seq for heartbeat in HEARTBEATS.decode(request.content)}
        return status, headers, body

    def _ask_heartbeat(self, request: Request) -> Answer:
        """Ask the endpoint as HeartbeatProtocol does, which is how a real server is asked."""
        outcomes: list[Accepted | Exception] = []

        def answer(outcome: Outcome) -> None:
            outcomes.append(outcome)
            self._loop.stop()

        endpoint = self._app.heartbeat
        try:
            endpoint.begin(headers_of(request.headers), request.content, answer)
        except Exception as error:  # noqa: BLE001 -- the border of a request
            outcomes.append(error)
        else:
            self._loop.run_forever()
        reply = endpoint.reply_to(*outcomes)
        return reply.status, _decoded(reply.headers), reply.body

    async def _call(self, request: Request) -> Answer:
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": request.method,
            "scheme": "https",
            "path": request.path,
            "raw_path": request.path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": request.headers,
            "client": ("203.0.113.7", 50_000),
            "server": ("wfh.example.com", 443),
        }
        answers: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": request.content, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            answers.append(message)

        await self._app(scope, receive, send)  # type: ignore[arg-type]
        body = b"".join(answer.get("body", b"") for answer in answers[1:])
        return answers[0]["status"], _decoded(answers[0]["headers"]), body

    def _arrived(self, arrival: Arrival) -> None:
        if isinstance(arrival, HeartbeatChanges):
            self.rows += len(arrival.timestamps)
            for missed in arrival.missed:
                # A stored log counts, even if a laptop with a lost outbox reports it as missed.
                if missed.slot not in self.logs.get(f"{missed.workday}", ()):
                    self.missed.setdefault(f"{missed.workday}", {})[missed.slot] = missed.reason
        elif isinstance(arrival, LogRow):
            self.logs.setdefault(f"{arrival.workday}", []).append(arrival.slot)
        else:
            assert isinstance(arrival, EnrollmentRequest)
