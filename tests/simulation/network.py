"""The real receiver app, and a network on which everything happens that does happen."""

import asyncio
import selectors
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
from tests.simulation.world import World

from wfhagent.plugin import Config, Delivery, Parcel, Server, Transport
from wfhagent_https.answer import understand
from wfhagent_https.request import arguments_of
from wfhserver.app import create_app
from wfhserver.clock import Clock
from wfhserver.payload import EnrolmentRequest
from wfhserver.settings import Settings
from wfhserver.storage.interface import HeartbeatChanges, LogRow
from wfhserver.storage.memory import Arrival, MemoryStorage
from wfhserver.tokens import hash_of, new_agent_token

URL = "https://wfh.example.com"
AUTH_TOKEN = "wfhe_simulation"


class Numbered(msgspec.Struct):
    """What is looked at of a heartbeat."""

    seq: int


BEATS = msgspec.json.Decoder(list[Numbered])


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


def _request_of(parcel: Parcel) -> Request:
    """Return what httpx would send; it is asked itself where there is more than JSON."""
    arguments = arguments_of(parcel, "")
    if "files" not in arguments:
        content = arguments.get("content", b"")
        said = {**arguments["headers"], "Content-Length": f"{len(content)}"}
        return Request(
            method=arguments["method"],
            path=arguments["url"],
            headers=[(name.lower().encode(), value.encode()) for name, value in said.items()],
            content=content,
        )
    request = httpx.Request(**arguments_of(parcel, URL))
    return Request(
        method=request.method,
        path=request.url.path,
        headers=[(name.lower(), value) for name, value in request.headers.raw],
        content=request.read(),
    )


class _Unhurried(selectors.DefaultSelector):
    """Looks at sockets when there is nothing else to do: the app has none, and each look costs."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return [] if timeout == 0 else super().select(timeout)


class ReceiverApp:
    """The server's own app over its memory storage; a crash ends the app, not the storage.

    Attributes:
        seqs: the `seq` of every heartbeat in a request that was answered with success.
        rows: how many heartbeats the storage holds.
        logs: the slots of each workday that the storage holds.
        missed: the missed slots that the storage was told of, by workday.
    """

    def __init__(self, folder: Path, world: World) -> None:
        self.seqs: set[int] = set()
        self.rows = 0
        self.logs: dict[str, list[int]] = {}
        self.missed: dict[str, dict[int, str]] = {}
        self.storage = MemoryStorage(on_arrival=self._arrived)
        self.storage.add_enrollment_token(AUTH_TOKEN)
        self._settings = replace(Settings(), data_directory=folder)
        self._clock = ServerClock(world)
        self._loop = asyncio.SelectorEventLoop(_Unhurried())
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
        """End the app in the middle of everything, and start it anew."""
        self._loop.run_until_complete(self._lifespan.__aexit__(None, None, None))
        self._start()

    def forget_token(self) -> None:
        """Lose the agents' tokens, as a restored backup does."""
        for agent in self.storage.agents:
            agent.token_hash = hash_of(new_agent_token())
            agent.previous_token_hash = None

    def set_revoked(self, *, revoked: bool) -> None:
        """Revoke all agents, or let them in again."""
        for agent in self.storage.agents:
            agent.revoked = revoked

    def ask(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of the answer to *request*."""
        status, headers, body = self._loop.run_until_complete(self._call(request))
        if status == 200 and request.path.endswith("/heartbeat"):
            self.seqs |= {beat.seq for beat in BEATS.decode(request.content)}
        return status, headers, body

    async def _call(self, request: Request) -> tuple[int, dict[str, str], bytes]:
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
        headers = {name.decode(): value.decode() for name, value in answers[0]["headers"]}
        return answers[0]["status"], headers, b"".join(a.get("body", b"") for a in answers[1:])

    def _arrived(self, arrival: Arrival) -> None:
        if isinstance(arrival, HeartbeatChanges):
            self.rows += len(arrival.timestamps)
            for missed in arrival.missed:
                # A log counts, whatever a laptop that lost its memory of it says.
                if missed.slot not in self.logs.get(f"{missed.workday}", ()):
                    self.missed.setdefault(f"{missed.workday}", {})[missed.slot] = missed.reason
        elif isinstance(arrival, LogRow):
            self.logs.setdefault(f"{arrival.workday}", []).append(arrival.slot)
        else:
            assert isinstance(arrival, EnrolmentRequest)


Fault = Callable[["FaultyTransport", Request], Delivery]


class FaultyTransport(Transport[Config]):
    """Carries parcels to the receiver app, or does not."""

    name = "https"
    world: World
    receiver: ReceiverApp

    def __init__(self, world: World, receiver: ReceiverApp) -> None:
        super().__init__(Config(), Server(url=URL))
        self.world = world
        self.receiver = receiver

    def send(self, parcel: Parcel) -> Delivery:
        self.world.step()
        if not self.world.network:
            self.world.let_pass(self.world.rng.choice((0.0, 0.1, 10.0)))
            return Delivery(status=None, detail="no network")
        request = _request_of(parcel)
        fault = self._fault()
        delivery = self._arrive(request) if fault is None else fault(self, request)
        self.world.step()
        return delivery

    def _fault(self) -> Fault | None:
        if not self.world.power_may_fail:
            return None
        at = self.world.rng.random()
        for probability, fault in FAULTS:
            at -= probability
            if at < 0:
                return fault
        return None

    def _arrive(self, request: Request) -> Delivery:
        self.world.let_pass(self.world.rng.uniform(0.02, 0.3))
        status, headers, body = self.receiver.ask(request)
        return understand(status, headers, body, url=URL)

    def lost(self, _request: Request) -> Delivery:
        self.world.let_pass(20.0)
        return Delivery(status=None, detail="timed out")

    def unacknowledged(self, request: Request) -> Delivery:
        self._arrive(request)
        return self.lost(request)

    def twice(self, request: Request) -> Delivery:
        self._arrive(request)
        return self._arrive(request)

    def slow(self, request: Request) -> Delivery:
        delivery = self._arrive(request)
        self.world.let_pass(self.world.rng.uniform(1.0, 19.0))
        return delivery

    def unavailable(self, _request: Request) -> Delivery:
        return understand(503, {}, b"<html>Bad gateway</html>", url=URL)

    def too_many(self, _request: Request) -> Delivery:
        wait = f"{self.world.rng.randint(1, 120)}"
        return understand(429, {"retry-after": wait}, b'{"code": "too_many_requests"}', url=URL)

    def portal(self, _request: Request) -> Delivery:
        return understand(200, {}, b"<html>Welcome to the hotel</html>", url=URL)

    def redirect(self, _request: Request) -> Delivery:
        return understand(302, {"location": "http://portal/"}, b"", url=URL)

    def crash_before(self, request: Request) -> Delivery:
        self.receiver.crash()
        return self.lost(request)

    def crash_after(self, request: Request) -> Delivery:
        self._arrive(request)
        self.receiver.crash()
        return self.lost(request)


FAULTS: tuple[tuple[float, Fault], ...] = (
    (0.005, FaultyTransport.lost),
    (0.005, FaultyTransport.unacknowledged),
    (0.003, FaultyTransport.twice),
    (0.003, FaultyTransport.slow),
    (0.003, FaultyTransport.unavailable),
    (0.002, FaultyTransport.too_many),
    (0.002, FaultyTransport.portal),
    (0.001, FaultyTransport.redirect),
    (0.0005, FaultyTransport.crash_before),
    (0.0005, FaultyTransport.crash_after),
)
"""What becomes of a request, and how often."""
