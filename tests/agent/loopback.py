"""A server that accepts everything, collectors with fixed facts, and a clock that does not wait."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from wfhagent.agent.agent import Agent
from wfhagent.plugin import Delivery, Parcel, ParcelKind
from wfhagent.testing import FakeTransport, StaticClock

WHO = """
from wfhagent.plugin import *

class Identity(Collector[Config]):
    name = "who"
    facts = (
        Fact("username", "User", "Presence", Personal.DIRECT),
        Fact("hostname", "Host", "Presence", Personal.NO),
    )
    occasions = frozenset({Occasion.HEARTBEAT})

    def collect(self, context):
        return {"username": "alice", "hostname": "laptop-7"}

@hookimpl
def register_collectors():
    return [Identity]
"""
"""Built in: for a heartbeat it runs in a thread, like the program's own plugins."""

SCREENSHOT_DROP_IN = """
from wfhagent.plugin import *

class Picture(Collector[Config]):
    name = "picture"
    facts = (Fact("screenshot", "Screen", "Presence", Personal.DIRECT),)

    def collect(self, context):
        print("a plugin may print")
        context.attach(Attachment(name="screenshot", media_type="image/webp", data=b"RIFF"))
        return {"screenshot": {"status": "taken", "width": 1, "height": 1}}

@hookimpl
def register_collectors():
    return [Picture]
"""
"""A drop-in: for a detailed log it runs in a child process."""

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


MakeAgent = Callable[..., Agent]


class LoopbackServer:
    """Takes everything, as the server does; `down` makes it unreachable.

    What it `says` is in the answers to heartbeats, and `says_to_logs` in those to logs. It has
    the `calendar` of the employee, where it is not None.
    """

    def __init__(self, clock: StaticClock) -> None:
        self.clock = clock
        self.down = False
        self.sets_clock_to: datetime | None = None
        self.heartbeats: list[dict[str, Any]] = []
        self.logs: list[dict[str, Any]] = []
        self.says: dict[str, Any] = {}
        self.says_to_logs: dict[str, Any] = {}
        self.calendar: dict[str, Any] | None = None
        self.calls: list[tuple[datetime, ParcelKind]] = []
        self.transport = FakeTransport(self.answer)

    def answer(self, parcel: Parcel) -> Delivery:
        self.calls.append((self.clock.now(), parcel.kind))
        if self.down:
            return Delivery(status=None, detail="connection refused")
        if parcel.kind is ParcelKind.ENROLL:
            return Delivery(status=201, body={"token": "wfha_1", "slots_taken": []})
        if parcel.kind is ParcelKind.CALENDAR:
            return self._calendar()
        if parcel.kind is ParcelKind.HEARTBEAT:
            self.heartbeats += msgspec.json.decode(parcel.body)
            if self.calendar is not None and (
                self.heartbeats[-1].get("calendar", 0) != self.calendar["revision"]
            ):
                body = {**self.says, "calendar": self.calendar["revision"]}
                return Delivery(status=200, server_time=self.clock.now(), body=body)
        if parcel.kind is ParcelKind.LOG:
            self.logs.append(msgspec.json.decode(parcel.body))
        time, self.sets_clock_to = self.sets_clock_to, None
        says = self.says_to_logs if parcel.kind is ParcelKind.LOG else self.says
        return Delivery(status=200, server_time=time or self.clock.now(), body=says)

    def _calendar(self) -> Delivery:
        if self.calendar is None:
            return Delivery(status=404, detail="not found")
        return Delivery(status=200, server_time=self.clock.now(), body=self.calendar)

    def plan(
        self, *spans: tuple[datetime, datetime], revision: int = 1, only: bool = False
    ) -> None:
        """Have a calendar of the working hours *spans* from now on."""
        self.calendar = {
            "revision": revision,
            "covers_from": (self.clock.now() - timedelta(days=31)).isoformat(),
            "covers_until": (self.clock.now() + timedelta(days=60)).isoformat(),
            "working_hours": [
                {"start": start.isoformat(), "end": end.isoformat()} for start, end in spans
            ],
            "only_in_working_hours": only,
        }


def let_pass(agent: Agent, clock: StaticClock, *, until: datetime) -> None:
    """Run the loop as it runs, until the clock shows *until*."""
    never = threading.Event()
    while clock.now() < until:
        agent.tick()
        clock.wait(never, agent.pause_seconds())
