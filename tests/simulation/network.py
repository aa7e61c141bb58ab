"""A network with all failures of real networks."""

from collections.abc import Callable

import httpx
from tests.simulation.receiver import ReceiverApp, Request
from tests.simulation.world import World

from wfhagent.plugin import Config, Delivery, Parcel, Server, Transport
from wfhagent_https.answer import understand
from wfhagent_https.request import arguments_of

URL = "https://wfh.example.com"


def _request_of(parcel: Parcel) -> Request:
    """Return what httpx would send. Anything but JSON is encoded by httpx itself."""
    arguments = arguments_of(parcel, "")
    if "files" not in arguments:
        content = arguments.get("content", b"")
        headers = {**arguments["headers"], "Content-Length": f"{len(content)}"}
        return Request(
            method=arguments["method"],
            path=arguments["url"],
            headers=[(name.lower().encode(), value.encode()) for name, value in headers.items()],
            content=content,
        )
    request = httpx.Request(**arguments_of(parcel, URL))
    return Request(
        method=request.method,
        path=request.url.path,
        headers=[(name.lower(), value) for name, value in request.headers.raw],
        content=request.read(),
    )


Fault = Callable[["FaultyTransport", Request], Delivery]


class FaultyTransport(Transport[Config]):
    """Delivers parcels to the receiver app, or fails."""

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
    (0.012, FaultyTransport.lost),
    (0.012, FaultyTransport.unacknowledged),
    (0.007, FaultyTransport.twice),
    (0.007, FaultyTransport.slow),
    (0.007, FaultyTransport.unavailable),
    (0.005, FaultyTransport.too_many),
    (0.005, FaultyTransport.portal),
    (0.0025, FaultyTransport.redirect),
    (0.001, FaultyTransport.crash_before),
    (0.001, FaultyTransport.crash_after),
)
"""The outcomes of a request and their frequencies."""
