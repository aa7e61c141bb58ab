"""The parts of a laptop that the real agent stands on: clock, disk, screen, keyring."""

import io
import sqlite3
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from PIL import Image
from tests.simulation.world import World

from wfhagent.clock import SystemClock
from wfhagent.collect.reading import Reading, read
from wfhagent.collect.runner import AnyCollector, Observer
from wfhagent.deliver.identity import Identity
from wfhagent.os_session.watch import Ending, NoWatch
from wfhagent.plugin import (
    Attachment,
    Collector,
    Config,
    Context,
    Fact,
    Facts,
    Occasion,
    Whereami,
)


def _picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(stream, "WEBP")
    return stream.getvalue()


WEBP = _picture()


class MachineClock(SystemClock):
    """The agent's own clock, on a laptop whose time is the world's, or wrong."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        # Counts from a moment of its own, as after every start of a machine.
        self._booted_at = world.now - timedelta(seconds=world.rng.uniform(5, 60))

    def elapsed(self) -> float:
        return (self._world.now - self._booted_at).total_seconds()

    def laptop_time(self) -> datetime:
        return self._world.now + self._world.laptop_is_ahead

    def wait(self, wakeup: threading.Event, seconds: float) -> bool:
        self._world.let_pass(seconds)
        return wakeup.is_set()


class Disk:
    """A connection to SQLite over a disk that may be full, and a machine that may go off."""

    def __init__(self, connection: sqlite3.Connection, world: World) -> None:
        self.connection = connection
        self._world = world

    @property
    def in_transaction(self) -> bool:
        return self.connection.in_transaction

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        self._before(sql)
        cursor = self.connection.execute(sql, parameters)
        self._world.step()
        return cursor

    def executemany(self, sql: str, parameters: Iterable[Any]) -> sqlite3.Cursor:
        self._before(sql)
        return self.connection.executemany(sql, parameters)

    def executescript(self, sql: str) -> sqlite3.Cursor:
        return self.connection.executescript(sql)

    def close(self) -> None:
        self.connection.close()

    def _before(self, sql: str) -> None:
        self._world.step()
        writes = sql.startswith(("INSERT", "UPDATE", "DELETE")) and "temp." not in sql
        if self._world.disk_is_full and writes:
            full = sqlite3.OperationalError("database or disk is full")
            full.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise full


class Keeper:
    """Keeps the identity as a keyring does: whole, or as it was before."""

    where = "simulation"

    def __init__(self, world: World) -> None:
        self.identity: Identity | None = None
        self._world = world

    def load(self) -> Identity | None:
        self._world.step()
        return self.identity

    def save(self, identity: Identity) -> None:
        self._world.step()
        self.identity = identity
        self._world.step()


class Everything(Collector[Config]):
    """Gives all facts; now and then it fails, as collectors do."""

    name = "everything"
    facts = (
        Fact("username", "User", "Presence"),
        Fact("hostname", "Host", "Presence"),
        Fact("screenshot", "Screen", "Presence"),
        Fact("public_ip", "Address", "Presence"),
    )
    occasions = frozenset(Occasion)

    def collect(self, context: Context) -> Facts:
        names = {"username": "alice", "hostname": "laptop-7"}
        if context.occasion is Occasion.HEARTBEAT:
            return names
        context.attach(Attachment(name="screenshot", media_type="image/webp", data=WEBP))
        return {**names, "screenshot": {"status": "taken", "width": 4, "height": 4}}


class SimulatedObserver(Observer):
    """Asks the collectors in the agent's own process: a child would be on another clock."""

    world: World
    beats: list[datetime]

    def _in_thread(self, collector: type[Collector[Any]]) -> Reading:
        self.beats.append(self.world.now)
        return self._ask(collector, Occasion.HEARTBEAT)

    def _in_child(self, collector: AnyCollector) -> Reading:
        # A picture takes its time, and now and then all of its time.
        self.world.let_pass(self.world.rng.choice((0.5, 1.0, 2.0, 5.0, 30.0)))
        if self.world.chance(0.02):
            return Reading(failure="gave nothing within 30 s")
        return self._ask(collector, Occasion.DETAILED_LOG)

    def _ask(self, collector: AnyCollector, occasion: Occasion) -> Reading:
        self.world.step()
        assert isinstance(collector, type)
        context = self._context(collector.name)
        context.occasion = occasion
        context._ask_whereami = Whereami
        return read(collector(Config()), context)


class Session(NoWatch):
    """The operating system's announcements."""

    def __init__(self) -> None:
        self.announced: Ending | None = None

    def ending(self) -> Ending | None:
        return self.announced

    def done(self) -> None:
        self.announced = None
