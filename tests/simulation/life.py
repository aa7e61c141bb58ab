"""One laptop's life: the real agent, from its first start to an empty outbox."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
from tests.schedule.laptop_days import Awake, life
from tests.schedule.local_days import moment_of
from tests.simulation.company import Company
from tests.simulation.laws import Ledger
from tests.simulation.machine import (
    Disk,
    Everything,
    EverythingConfig,
    Keeper,
    MachineClock,
    Session,
    SimulatedObserver,
)
from tests.simulation.network import URL, FaultyTransport
from tests.simulation.receiver import AUTH_TOKEN, ReceiverApp
from tests.simulation.story import ZONES, Story, configuration_of
from tests.simulation.world import PowerCut, World

from wfhagent import assembly
from wfhagent.agent import working_time
from wfhagent.agent.agent import Agent
from wfhagent.assembly import Assembly
from wfhagent.deliver.company_calendar import StoredCalendar
from wfhagent.notice.announce import StartAnnouncement
from wfhagent.notice.person import Person
from wfhagent.notice.policy import current_notice
from wfhagent.notice.register import Register
from wfhagent.os_session.watch import Ending
from wfhagent.outbox import schema, spilling_file, store
from wfhagent.outbox.damage import Opened
from wfhagent.plugin import Config
from wfhagent.plugins.catalog import Catalog
from wfhagent.settings import parse_settings
from wfhagent.system import user_agents, zone
from wfhagent.system.paths import DataPaths

LOOK_SECONDS = 600.0
"""The simulated loop sleeps through to what comes next; the real one looks every 30 s as well."""


@dataclass
class Troubles:
    """Failures that last longer than one request."""

    world: World
    receiver: ReceiverApp
    outage_until: datetime = field(init=False)
    full_until: datetime = field(init=False)
    revoked_until: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.outage_until = self.full_until = self.revoked_until = self.world.now

    def befall(self) -> None:
        """Begin troubles at the start of a stretch, and end those that are over."""
        world, chance = self.world, self.world.chance
        if chance(0.004):
            self.outage_until = world.now + timedelta(hours=world.rng.uniform(1, 120))
        if chance(0.002):
            self.full_until = world.now + timedelta(hours=world.rng.uniform(0.5, 8))
        if chance(0.002):
            self.revoked_until = world.now + timedelta(hours=world.rng.uniform(1, 30))
        if chance(0.003):
            self.receiver.forget_token()
        if chance(0.005):
            world.zone = world.rng.choice(ZONES)
        if world.laptop_is_ahead and chance(0.5):
            world.laptop_is_ahead = timedelta(0)
        elif chance(0.01):
            hours = world.rng.choice((-30.0, -25.0, -3.0, -0.2, 0.2, 3.0, 25.0, 30.0))
            world.laptop_is_ahead = timedelta(hours=hours)
        self.settle(online=not chance(0.04))

    def settle(self, *, online: bool) -> None:
        """Set the world to the troubles that last."""
        self.world.network = online and self.world.now >= self.outage_until
        self.world.disk_is_full = self.world.now < self.full_until
        self.receiver.set_revoked(revoked=self.world.now < self.revoked_until)

    def end(self) -> None:
        """End all of them."""
        self.outage_until = self.full_until = self.revoked_until = self.world.now
        self.world.laptop_is_ahead = timedelta(0)
        self.world.power_may_fail = False
        self.settle(online=True)


class Life:
    """Lives a story and keeps the ledger that the laws are checked on."""

    def __init__(self, story: Story, folder: Path) -> None:
        rng = story.rng()
        zone = rng.choice(ZONES)
        first = date(2027, 1, 4) + timedelta(days=rng.randrange(330))
        self.story = story
        self.stretches = life(story.kind, zone, first, story.working_days, rng)
        self.world = World(now=moment_of(self.stretches[0].start), zone=zone, rng=rng)
        self.receiver = ReceiverApp(folder / "server", self.world)
        self._configuration = configuration_of(story, self.world.now)
        self._notice = self._configuration.read_at
        if self._configuration.has_calendar:
            self.receiver.company = Company(self.world, zone, story.rng("company "))
        self.ledger = self._new_ledger()
        self._troubles = Troubles(self.world, self.receiver)
        self._keeper = Keeper(self.world)
        self._session = Session()
        self.records = folder / "records"
        self._assembly = self._assemble(folder)
        self._agent: Agent | None = None
        self._disk: Disk | None = None

    def _new_ledger(self) -> Ledger:
        return Ledger(
            story=f"{self.story}",
            world=self.world,
            receiver=self.receiver,
            interval=self._configuration.interval,
            read_at=self._configuration.read_at,
        )

    def _assemble(self, folder: Path) -> Assembly:
        # The free space on the disk of the tests must have no influence.
        raw: dict[str, Any] = {
            "server": {"url": URL, "auth_token": AUTH_TOKEN},
            "heartbeat": {"interval_seconds": self._configuration.interval.total_seconds()},
            "outbox": {"min_free_megabytes": 0},
        }
        if self._notice is not None:
            raw["notice"] = {"text": "Your screen is recorded.", "required": True}
        catalog = Catalog()
        catalog.collectors["everything"] = Everything
        world, receiver, keeper = self.world, self.receiver, self._keeper

        class SimulatedAssembly(Assembly):
            def transport(self) -> FaultyTransport:
                return FaultyTransport(world, receiver)

            def keeper(self) -> Keeper:  # type: ignore[override]
                return keeper

        return SimulatedAssembly(
            settings=parse_settings(raw, folder / "agent.toml"),
            paths=DataPaths(directory=folder / "agent"),
            catalog=catalog,
            configs={
                "everything": EverythingConfig(time_zone=self._configuration.sends_zone),
                "https": Config(),
            },
            drop_ins=folder,
            program=[],
        )

    def live(self) -> Ledger:
        """Live it to the end, and let the outbox drain."""
        with self._laid_out():
            for stretch, following in zip_longest(self.stretches, self.stretches[1:]):
                self._live_stretch(stretch, following)
            self._troubles.end()
            self._drain()
            self.ledger.close(self._outbox())
            self._power_off()
        self.receiver.close()
        return self.ledger

    @contextmanager
    def _laid_out(self) -> Iterator[None]:
        """Give the agent the simulated disk and location, and discard its log messages."""
        logging.disable(logging.CRITICAL)

        def open_it(file: Path, _now: datetime) -> Opened:
            self._disk = Disk(schema.connect(file), self.world)
            return Opened(self._disk)  # type: ignore[arg-type]

        with ExitStack() as stack:
            stack.callback(logging.disable, logging.NOTSET)
            stack.enter_context(patch.object(spilling_file, "open_or_begin_again", open_it))
            for module in (working_time, assembly):
                stack.enter_context(
                    patch.object(module, "local_zone", lambda _name: self.world.zone)
                )
            stack.enter_context(patch.object(zone, "zone_name", lambda _now: self.world.zone.key))
            # The user's record is on the same disk, outside of the data folder.
            stack.enter_context(patch.object(user_agents, "places", lambda: (self.records,)))
            yield

    def _live_stretch(self, stretch: Awake, following: Awake | None) -> None:
        end = moment_of(stretch.end)
        self.world.now = max(self.world.now, moment_of(stretch.start))
        self._troubles.befall()
        if self.receiver.company is not None:
            self.receiver.company.change()
        if stretch.restarted:
            self._power_off()
        self.ledger.wake()
        while self.world.now < end:
            try:
                self._tick(end)
            except PowerCut:
                self._power_off()
                self.world.let_pass(self.world.rng.choice((10, 60, 600, 7200)))
                self.ledger.wake()
        if self.world.chance(self.story.announced):
            self._announce(following)
        if self._agent is not None:
            self.ledger.look(self._outbox())

    def _read_notice(self) -> None:
        """Let the user acknowledge the notice when it is time."""
        if self._notice is not None and self.world.now >= self._notice:
            notice, now = current_notice(self._assembly), self.world.now
            register = Register(self._assembly.paths.notice)
            register.show(notice, now)
            register.acknowledge(notice, now)
            self._notice = None

    def _tick(self, until: datetime) -> None:
        self._read_notice()
        agent = self._agent if self._agent is not None else self._boot()
        before = self.world.now
        agent.tick()
        left = (until - self.world.now).total_seconds()
        self.world.let_pass(max(0.1, min(agent.pause_seconds(), left)))
        self.ledger.was_awake(before, self.world.now)

    def _announce(self, following: Awake | None) -> None:
        powered_off = following is None or following.restarted
        self._session.announced = Ending.SHUTDOWN if powered_off else Ending.SUSPEND
        try:
            agent = self._agent if self._agent is not None else self._boot()
            agent.tick()
        except PowerCut:
            self._power_off()

    def _boot(self) -> Agent:
        def runner(*arguments: object, **keywords: object) -> SimulatedObserver:
            made = SimulatedObserver(*arguments, **keywords)  # type: ignore[arg-type]
            made.world = self.world
            made.heartbeats = self.ledger.heartbeats
            made.takes_log = self._check_log
            return made

        self._session.announced = None
        self._agent = Agent(
            self._assembly,
            MachineClock(self.world),
            session=self._session,
            rng=self.world.rng,
            make_runner=runner,
            person=self._person,
            longest_wait_seconds=LOOK_SECONDS,
        )
        return self._agent

    def _check_log(self, now: datetime) -> None:
        """The agent takes a log when its clock shows *now*."""
        file = self._assembly.paths.company_calendar
        calendar = None
        if file.exists():
            calendar = msgspec.json.decode(file.read_bytes(), type=StoredCalendar).calendar
        assert self._agent is not None
        self.ledger.takes_log(now, self._agent._working_time.zone, calendar)

    def _person(self, made: Assembly) -> Person:
        problem = "" if self._configuration.has_desktop else "nobody is there"
        start = StartAnnouncement(lambda _shown: problem)
        return Person(register=Register(made.paths.notice), start=start)

    def _power_off(self) -> None:
        """Drop everything that is in memory; SQLite undoes what was not committed."""
        if self._disk is not None:
            self._disk.connection.close()
        self._agent = self._disk = None

    def _outbox(self) -> store.Outbox:
        assert self._agent is not None
        return self._agent._outbox

    def _drain(self) -> None:
        """Be awake, with everything in order, until nothing waits."""
        self.ledger.wake()
        for _ in range(400):
            self._tick(self.world.now + timedelta(hours=1))
            totals = self._outbox().totals()
            if totals.queued_heartbeats + totals.queued_logs == 0:
                return
        self.ledger.broken("the outbox does not drain")
