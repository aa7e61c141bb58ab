"""Laptops that make heartbeats and logs, and send each until the server says that it has it.

They come again sooner than agents do, within a second, so that a test is over within a minute.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, NamedTuple
from uuid import uuid4

import httpx

from wfhserver.clock import SystemClock
from wfhserver.simulate.agent import TRY_AGAIN
from wfhserver.testing import bearer, log_request, screenshot_bytes

LAPTOPS = 12
BETWEEN_HEARTBEATS = 0.1
HEARTBEATS_PER_LOG = 8
LONGEST_PAUSE = 1.0
LIMIT_SECONDS = 50.0
_CLOCK = SystemClock()
_IMAGE = screenshot_bytes(size=(640, 360))


class Made(NamedTuple):
    """One heartbeat, or one log, of a laptop."""

    hostname: str
    at: datetime


@dataclass
class Laptops:
    """All of them, in a thread.

    Attributes:
        heartbeats: those that the server has acknowledged.
        logs: the same.
        made: heartbeats and logs that were made.
        errors: what came instead of an acknowledgement, and how often.
    """

    url: str
    enrollment_token: str
    heartbeats: set[Made] = field(default_factory=set)
    logs: set[Made] = field(default_factory=set)
    made: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _stopping: bool = False

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let them work for this context, and then until all that was made is acknowledged."""
        failures: list[BaseException] = []

        def work() -> None:
            try:
                asyncio.run(self._work())
            except BaseException as error:  # noqa: BLE001 -- for whoever waits
                failures.append(error)
            with self._changed:
                self._stopping = True
                self._changed.notify_all()

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopping = True
            thread.join(LIMIT_SECONDS)
        assert not failures, failures
        assert not thread.is_alive(), f"not sent within {LIMIT_SECONDS} s: {self.errors}"

    def wait_for(self, *, heartbeats: int = 0, logs: int = 0, errors: int = 0) -> None:
        """Wait until so many more are acknowledged, and so many more errors have come."""
        wanted = (
            len(self.heartbeats) + heartbeats,
            len(self.logs) + logs,
            self.errors.total() + errors,
        )

        def is_done() -> bool:
            there = (len(self.heartbeats), len(self.logs), self.errors.total())
            return self._stopping or all(a >= b for a, b in zip(there, wanted, strict=True))

        with self._changed:
            assert self._changed.wait_for(is_done, LIMIT_SECONDS), (wanted, self.errors)
        assert not self._stopping

    async def _work(self) -> None:
        limits = httpx.Limits(max_keepalive_connections=0)
        async with (
            httpx.AsyncClient(base_url=self.url, limits=limits, timeout=20) as client,
            asyncio.TaskGroup() as group,
        ):
            for number in range(LAPTOPS):
                group.create_task(self._live(client, f"laptop-{number}"))

    async def _live(self, client: httpx.AsyncClient, hostname: str) -> None:
        names = {"username": hostname, "hostname": hostname}
        about = {"agent_id": str(uuid4()), "platform": "test", "agent_version": "1"}
        answer = await self._until_taken(
            client, "/api/enroll", json={**names, **about}, headers=bearer(self.enrollment_token)
        )
        token, logs = answer["token"], _logs(names)
        async with asyncio.TaskGroup() as group:
            for number in count(1):
                if self._stopping:
                    return
                now = _CLOCK.now()
                heartbeat = {**names, "status": "online", "timestamp": now.isoformat()}
                heartbeat["seq"] = int(now.timestamp() * 1000)
                self.made["heartbeat"] += 1
                await self._until_taken(
                    client, "/api/heartbeat", json=heartbeat, headers=bearer(token)
                )
                self._note(self.heartbeats, Made(hostname, now))
                if number % HEARTBEATS_PER_LOG == 0 and (log := next(logs, None)) is not None:
                    self.made["log"] += 1
                    # As in the agent, heartbeats do not wait for a log.
                    group.create_task(self._send_log(client, token, hostname, log))
                await _CLOCK.sleep(BETWEEN_HEARTBEATS)

    async def _send_log(
        self, client: httpx.AsyncClient, token: str, hostname: str, log: dict[str, Any]
    ) -> None:
        await self._until_taken(client, "/api/log", **log_request(token, _IMAGE, **log))
        self._note(self.logs, Made(hostname, datetime.fromisoformat(log["timestamp"])))

    async def _until_taken(
        self, client: httpx.AsyncClient, path: str, **request: Any
    ) -> dict[str, Any]:
        while True:
            pause = LONGEST_PAUSE
            try:
                answer = await client.post(path, **request)
            except httpx.TransportError as error:
                problem = f"{path} {type(error).__name__}"
            else:
                if answer.status_code not in TRY_AGAIN:
                    assert answer.is_success, answer.text
                    taken: dict[str, Any] = answer.json()
                    return taken
                problem = f"{path} {answer.status_code}"
                pause = min(pause, float(answer.headers.get("retry-after", pause)))
            with self._changed:
                self.errors[problem] += 1
                self._changed.notify_all()
            await _CLOCK.sleep(pause)

    def _note(self, taken: set[Made], made: Made) -> None:
        with self._changed:
            taken.add(made)
            self._changed.notify_all()


def _logs(names: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the logs of a laptop: two a day, of days that the server keeps."""
    today = _CLOCK.now().replace(hour=12, minute=0, second=0, microsecond=0)
    for days in range(1, 28):
        for slot in (1, 2):
            at = today - timedelta(days=days, hours=slot)
            yield {
                **names,
                "timestamp": at.isoformat(),
                "workday": f"{at:%Y-%m-%d}",
                "slot": slot,
            }
