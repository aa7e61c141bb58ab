"""Asks one server for heartbeats as fast as it answers: `load.py PORT CONNECTIONS SECONDS EACH`.

The agents' tokens come in on standard input, one per line; what came of it goes out as JSON. A
process of its own, so that its work is not counted as the server's. EACH is the number of
heartbeats in a POST; every POST is of another agent.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import cast

Requests = Iterator[bytes]


class Connection(asyncio.Protocol):
    """One kept connection: asks, waits for the whole answer, asks again."""

    def __init__(self, requests: Requests, until: float, seconds: list[float]) -> None:
        self.done = asyncio.get_running_loop().create_future()
        self.errors = 0
        self._requests = requests
        self._until = until
        self._seconds = seconds
        self._answer = b""
        self._asked_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask the first time."""
        self._transport = cast(asyncio.Transport, transport)
        self._ask()

    def _ask(self) -> None:
        self._asked_at = time.perf_counter()
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        """Count an answer that is whole."""
        self._answer += data
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        now = time.perf_counter()
        self._seconds.append(now - self._asked_at)
        self.errors += not head.startswith(b"HTTP/1.1 200")
        self._answer = b""
        if now < self._until:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, _error: Exception | None) -> None:
        """End."""
        self.done.set_result(None)


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0])


def requests(tokens: list[str], each: int) -> Requests:
    """Yield requests for ever, of each agent in turn."""
    now = datetime.now(UTC)
    beats = [
        {
            "username": "bench",
            "hostname": "bench",
            "status": "online",
            "timestamp": (now - timedelta(minutes=5 * number)).isoformat(),
        }
        for number in range(each)
    ]
    body = json.dumps(beats[0] if each == 1 else beats).encode()
    made = [
        b"POST /api/heartbeat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Authorization: Bearer %b\r\nContent-Length: %d\r\n\r\n%b"
        % (token.encode(), len(body), body)
        for token in tokens
    ]
    return itertools.cycle(made)


async def load(port: int, connections: int, seconds: float, each: int) -> dict[str, float]:
    """Return heartbeats per second, errors, and the 50 and 99 % latencies in ms."""
    asked = requests(sys.stdin.read().split(), each)
    loop, times = asyncio.get_running_loop(), list[float]()
    began = time.perf_counter()
    made = [
        (
            await loop.create_connection(
                lambda: Connection(asked, began + seconds, times), "127.0.0.1", port
            )
        )[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(connection.done for connection in made))
    lasted = time.perf_counter() - began
    times.sort()
    return {
        "rate": len(times) * each / lasted,
        "errors": sum(connection.errors for connection in made),
        "p50": times[len(times) // 2] * 1000,
        "p99": times[len(times) * 99 // 100] * 1000,
    }


if __name__ == "__main__":
    port, connections, seconds, each = sys.argv[1:]
    print(json.dumps(asyncio.run(load(int(port), int(connections), float(seconds), int(each)))))  # noqa: T201
