"""Asks one server for heartbeats as fast as it answers: `load.py PORT CONNECTIONS SECONDS EACH`.

The agents' tokens come in on standard input, one per line; the results go out as JSON. It is
a separate process with a bare loop over sockets, so that the load takes little of the machine that
is measured. EACH is the number of heartbeats in a POST; every POST is of another agent.
"""

import itertools
import json
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

Requests = Iterator[bytes]

_ANSWER_LIMIT_BYTES = 65536
_SEQ = "SEQ"


class Load:
    """Kept connections: each asks, waits for the whole answer, asks again."""

    def __init__(self, requests: Requests, port: int, connections: int) -> None:
        self._requests = requests
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self._parts: dict[int, bytes] = {}
        self._sent_at: dict[int, float] = {}
        self.seconds: list[float] = []
        self.errors = 0
        for _ in range(connections):
            each = socket.create_connection(("127.0.0.1", port))
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets[each.fileno()] = each
            self._poll.register(each, select.EPOLLIN)

    def run(self, seconds: float) -> None:
        """Ask for *seconds*, then wait for the answers that are owed."""
        until = time.perf_counter() + seconds
        for number in self._sockets:
            self._ask(number)
        while self._sockets:
            for number, _ in self._poll.poll(10):
                if self._has_answer(number):
                    self._next(number, until)

    def _ask(self, number: int) -> None:
        self._sent_at[number] = time.perf_counter()
        self._sockets[number].sendall(next(self._requests))

    def _has_answer(self, number: int) -> bool:
        data = self._sockets[number].recv(_ANSWER_LIMIT_BYTES)
        if not data:
            raise ConnectionError("The server closed a connection.")
        answer = self._parts.pop(number, b"") + data
        head, found, body = answer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            self._parts[number] = answer
            return False
        self.errors += not head.startswith(b"HTTP/1.1 200")
        return True

    def _next(self, number: int, until: float) -> None:
        now = time.perf_counter()
        self.seconds.append(now - self._sent_at[number])
        if now < until:
            self._ask(number)
        else:
            self._poll.unregister(number)
            self._sockets.pop(number).close()


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0])


def requests(tokens: list[str], each: int) -> Requests:
    """Yield requests for ever, of each agent in turn, with a `seq` that grows."""
    now = datetime.now(UTC)
    heartbeats = [
        {
            "username": "bench",
            "hostname": "bench",
            "status": "online",
            "timestamp": (now - timedelta(minutes=5 * number)).isoformat(),
            "seq": _SEQ,
        }
        for number in range(each)
    ]
    # Of one length always: above that of any run before.
    first = time.time_ns() // 1000
    body = json.dumps(heartbeats[0] if each == 1 else heartbeats).encode()
    body = body.replace(b"%", b"%%").replace(b'"%b"' % _SEQ.encode(), b"%d")
    length = len(body % tuple(range(first, first + each)))
    heads = [
        b"POST /api/heartbeat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Authorization: Bearer %b\r\nContent-Length: %d\r\n\r\n" % (token.encode(), length)
        for token in tokens
    ]
    for number, head in enumerate(itertools.cycle(heads)):
        seq = first + number * each
        yield head + body % tuple(range(seq, seq + each))


def measure(port: int, connections: int, seconds: float, each: int) -> dict[str, float]:
    """Return heartbeats per second, errors, and the 50 and 99 % latencies in ms."""
    load = Load(requests(sys.stdin.read().split(), each), port, connections)
    began = time.perf_counter()
    load.run(seconds)
    lasted = time.perf_counter() - began
    times = sorted(load.seconds)
    return {
        "rate": len(times) * each / lasted,
        "errors": load.errors,
        "p50": times[len(times) // 2] * 1000,
        "p99": times[len(times) * 99 // 100] * 1000,
    }


def run_apart(
    port: int, tokens: str, connections: int, seconds: float, each: int
) -> dict[str, float]:
    """Return what `measure` does in a process of its own; *tokens* one per line."""
    numbers = (str(number) for number in (port, connections, seconds, each))
    done = subprocess.run(
        [sys.executable, __file__, *numbers],
        input=tokens,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def run_accepted(
    port: int, tokens: str, connections: int, seconds: float, each: int
) -> dict[str, float]:
    """Return the same; RuntimeError when a heartbeat was refused."""
    found = run_apart(port, tokens, connections, seconds, each)
    if found["errors"]:
        raise RuntimeError(f"{found['errors']} heartbeats were refused")
    return found


if __name__ == "__main__":
    port, connections, seconds, each = sys.argv[1:]
    print(json.dumps(measure(int(port), int(connections), float(seconds), int(each))))  # noqa: T201
