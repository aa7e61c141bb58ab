"""The parts of a laptop that the real agent needs: clock, disk, screen, keyring."""

import io
import sqlite3
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from PIL import Image
from tests.simulation.world import World

from wfhagent.clock import SystemClock
from wfhagent.collect.reading import Reading, read
from wfhagent.collect.runner import CollectorRunner
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
    Personal,
    Whereami,
)
from wfhagent.plugins.declared import AnyCollector


def _screenshot() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(stream, "WEBP")
    return stream.getvalue()


WEBP = _screenshot()


class MachineClock(SystemClock):
    """The agent's own clock, on a laptop whose time is the world's, or wrong."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        # Counts from an arbitrary moment, as after every boot.
        self._booted_at = world.now - timedelta(seconds=world.rng.uniform(5, 60))

    def elapsed(self) -> float:
        return (self._world.now - self._booted_at).total_seconds()

    def laptop_time(self) -> datetime:
        return self._world.now + self._world.laptop_is_ahead

    def wait(self, wakeup: threading.Event, seconds: float) -> bool:
        self._world.let_pass(seconds)
        return wakeup.is_set()


class Disk:
    """A connection to SQLite on a disk that may be full, on a device that may lose power."""

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
        if self._world.disk_is_full and _writes(sql):
            full = sqlite3.OperationalError("database or disk is full")
            full.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise full


def _writes(sql: str) -> bool:
    return sql.startswith(("INSERT", "UPDATE", "DELETE")) and "temp." not in sql


class Keeper:
    """Stores the identity as a keyring does: completely or not at all."""

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


class EverythingConfig(Config, frozen=True, kw_only=True):
    """The table `[plugins.everything]`."""

    time_zone: bool = True


class Everything(Collector[EverythingConfig]):
    """Returns all facts, and sometimes fails, as collectors do."""

    name = "everything"
    facts = (
        Fact("username", "User", "Presence", Personal.DIRECT),
        Fact("hostname", "Host", "Presence", Personal.DIRECT),
        Fact("time_zone", "Zone", "Presence", Personal.DIRECT),
        Fact("screenshot", "Screen", "Presence", Personal.DIRECT),
        Fact("public_ip", "Address", "Presence", Personal.DIRECT),
    )
    occasions = frozenset(Occasion)

    def collect(self, context: Context) -> Facts:
        names = {"username": "alice", "hostname": "laptop-7"}
        if self.config.time_zone:
            names["time_zone"] = context.time_zone()
        if context.occasion is Occasion.HEARTBEAT:
            return names
        context.attach(Attachment(name="screenshot", media_type="image/webp", data=WEBP))
        return {**names, "screenshot": {"status": "taken", "width": 4, "height": 4}}


class SimulatedObserver(CollectorRunner):
    """Runs the collectors in the agent's own process. A child would have another clock."""

    world: World
    heartbeats: list[datetime]
    takes_log: Callable[[datetime], None]

    def _in_thread(self, collector: type[Collector[Any]]) -> Reading:
        self.heartbeats.append(self.world.now)
        return self._ask(collector, Occasion.HEARTBEAT)

    def _in_child(self, collector: AnyCollector) -> Reading:
        self.takes_log(self._clock.now())
        # A screenshot takes a while, and sometimes until the limit.
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
        return read(collector(self._assembly.configs[collector.name]), context)


class Session(NoWatch):
    """The operating system's announcements."""

    def __init__(self) -> None:
        self.announced: Ending | None = None

    def ending(self) -> Ending | None:
        return self.announced

    def done(self) -> None:
        self.announced = None
