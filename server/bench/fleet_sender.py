"""Laptops that send when it is time, whether the server keeps up or not: `fleet_sender.py PORT CA`.

Standard input has the phases, a `Phase` in JSON on each line. Of each phase that has ended, a
`Result` in JSON goes to standard output.
"""

import asyncio
import json
import ssl
import sys
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any

import uvloop
from bench_scale import DOMAIN, heartbeats, logs

# nginx counts requests by address, and laptops have many.
_ADDRESSES = 200
_LONGEST_SECONDS = 60.0
AGENTS = 100_000


@dataclass(frozen=True, kw_only=True)
class Phase:
    """So many requests a second, over new connections or in turn over so many that are kept."""

    seconds: float
    heartbeats: float
    logs: float = 0.0
    kept: int = 0


@dataclass
class Result:
    """When each heartbeat was due, in seconds of the phase, and after how many it was answered."""

    due: list[float] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)
    logs: int = 0
    refused: list[str] = field(default_factory=list)


Work = Callable[[Result, float, float], Coroutine[Any, Any, None]]


class _Connection(asyncio.Protocol):
    """Sends one request at a time."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[str] | None = None
        self._received = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        # Every answer is a JSON object.
        if self._answer is not None and self._received.endswith(b"}"):
            self._settle(self._received.split(b" ", 2)[1].decode())

    def connection_lost(self, exc: Exception | None) -> None:
        self._settle(f"closed: {exc}")

    async def send(self, request: bytes) -> str:
        """Return the status of the answer."""
        answer = self._answer = asyncio.get_running_loop().create_future()
        self._received = b""
        self._transport.write(request)
        status: str = await answer
        return status

    def close(self) -> None:
        self._transport.close()

    def _settle(self, status: str) -> None:
        if self._answer is not None:
            self._answer.set_result(status)
            self._answer = None


class Fleet:
    """All laptops. No two heartbeats are of the same one."""

    def __init__(self, port: int, authority: str) -> None:
        self._port = port
        self._trust = ssl.create_default_context(cafile=authority)
        self._addresses = count()
        self._numbers = count(1)
        self._heartbeats = (
            heartbeats(self._numbers, 1, agents=AGENTS, first=first)[0] for first in count()
        )
        self._logs = logs(1), count()
        self._kept: asyncio.Queue[_Connection] = asyncio.Queue()

    async def run(self, phase: Phase) -> Result:
        """Send what is due in *phase*, and wait for its answers."""
        while self._kept.qsize() < phase.kept:
            self._kept.put_nowait(await self._connect())
        loop, result = asyncio.get_running_loop(), Result()
        tasks = list[asyncio.Task[None]]()
        began = loop.time()
        heartbeat = self._heartbeat_kept if phase.kept else self._heartbeat
        for due, work in _plan(phase, heartbeat, self._log):
            await asyncio.sleep(began + due - loop.time())
            tasks.append(asyncio.create_task(work(result, began, due)))
        _, late = await asyncio.wait(tasks, timeout=_LONGEST_SECONDS)
        result.refused += ["no answer"] * len(late)
        return result

    async def _heartbeat(self, result: Result, began: float, due: float) -> None:
        request = _wire("/api/heartbeat", *next(self._heartbeats))
        try:
            connection = await self._connect()
        except OSError as error:
            result.refused.append(repr(error))
            return
        await _exchange(connection, request, result, began, due)
        connection.close()

    async def _heartbeat_kept(self, result: Result, began: float, due: float) -> None:
        request = _wire("/api/heartbeat", *next(self._heartbeats))
        connection = await self._kept.get()
        await _exchange(connection, request, result, began, due)
        self._kept.put_nowait(connection)

    async def _log(self, result: Result, _: float, __: float) -> None:
        made, numbers = self._logs
        headers, body = made[0]
        agent = f"user-{next(numbers) + 1}".encode()
        headers = {**headers, "Authorization": f"Bearer wfha_{agent.decode()}"}
        connection = await self._connect()
        status = await connection.send(_wire("/api/log", headers, body.replace(b"user-1", agent)))
        connection.close()
        result.logs += 1
        if status != "201":
            result.refused.append(f"log: {status}")

    async def _connect(self) -> _Connection:
        number = next(self._addresses) % _ADDRESSES
        _, connection = await asyncio.get_running_loop().create_connection(
            _Connection, "127.0.0.1", self._port, ssl=self._trust, server_hostname=DOMAIN,
            local_addr=(f"127.0.1.{number + 1}", 0),
        )  # fmt: skip
        return connection


async def _exchange(
    connection: _Connection, request: bytes, result: Result, began: float, due: float
) -> None:
    status = await connection.send(request)
    result.due.append(due)
    result.taken.append(asyncio.get_running_loop().time() - began - due)
    if status != "200":
        result.refused.append(status)


def _plan(phase: Phase, heartbeat: Work, log: Work) -> Iterator[tuple[float, Work]]:
    """Yield when each request is due, evenly spread, as those of thousands of laptops are."""
    planned = [
        (number / rate, work)
        for rate, work in ((phase.heartbeats, heartbeat), (phase.logs, log))
        for number in range(round(phase.seconds * rate))
    ]
    return iter(sorted(planned, key=lambda each: each[0]))


def _wire(path: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"POST {path} HTTP/1.1", f"Host: {DOMAIN}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def main() -> None:
    """Send the phases of standard input."""
    fleet = Fleet(int(sys.argv[1]), sys.argv[2])
    phases = [Phase(**json.loads(line)) for line in sys.stdin]
    for phase in phases:
        sys.stdout.write(json.dumps(asdict(await fleet.run(phase))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(main())
