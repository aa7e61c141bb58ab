"""Lives with manipulations that could make the agent take more than two logs a day."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from random import Random  # noqa: TID251 -- seeded
from shutil import rmtree
from unittest.mock import patch

from tests.schedule.laptop_days import Awake
from tests.simulation.laws import SLOTS, Ledger
from tests.simulation.life import Life, Troubles
from tests.simulation.machine import Keeper
from tests.simulation.story import Story

from wfhagent.outbox.store import Outbox
from wfhagent.payload import DetailedLog
from wfhagent.plugin import Attachment
from wfhagent.schedule.working_day import workday_of
from wfhagent.system.paths import DataPaths

DAY = timedelta(days=1)


class Mischief(StrEnum):
    """What happens between two stretches of a life, again and again."""

    TWO_FOLDERS = "two data directories"
    NO_FOLDER = "the data folder is removed"
    NO_OUTBOX = "the outbox is deleted"
    CLOCK_AHEAD = "the clock is a day ahead"


@dataclass
class LogLaws(Ledger):
    """The laws of the logs alone: heartbeats are lost with an outbox that is deleted.

    Attributes:
        taken: how many logs were taken on each date, by the true time.
        clocks_lie: whether the laptop's clock may have been wrong while no server was reached.
    """

    taken: Counter[date] = field(default_factory=Counter)
    clocks_lie: bool = False

    def look(self, outbox: Outbox) -> None:
        today = self.today()
        for workday, slots in self.receiver.logs.items():
            if len(slots) > len(set(slots)) or not set(slots) <= SLOTS:
                self.broken(f"the server has the logs {slots} of {workday}")
            if date.fromisoformat(workday) > today:
                self.broken(f"the server has a log of {workday} on {today}")
        if not self.clocks_lie and max(self.taken.values(), default=0) > len(SLOTS):
            self.broken(f"logs were taken {self.taken}")
        self._check_sent(outbox)

    def _check_sent(self, outbox: Outbox) -> None:
        """What the agent counts as stored is stored."""
        stored = {(log.workday.isoformat(), log.slot) for log in self.receiver.storage.logs}
        database = outbox._db.connection  # type: ignore[attr-defined]
        rows = database.execute(
            "SELECT json_extract(body, '$.workday'), json_extract(body, '$.slot'),"
            " json_extract(body, '$.timestamp') FROM entries WHERE kind = 'log' AND state = 'sent'"
        )
        moments = {log.timestamp for log in self.receiver.storage.logs}
        for workday, slot, at in rows:
            if (workday, slot) not in stored or datetime.fromisoformat(at) not in moments:
                self.broken(f"log {slot} of {workday} counts as stored and is not")

    def today(self) -> date:
        """Return the true date where the laptop is."""
        return workday_of(self.world.now, self.world.zone)

    def _check_heartbeats(self) -> None:
        """Heartbeats have laws of their own, in lives without mischief."""

    def close(self, outbox: Outbox) -> None:
        self.look(outbox)
        self._count_days()


class ClockTroubles(Troubles):
    """Troubles with a clock that is a day ahead, and often no server that could set it right."""

    def befall(self) -> None:
        super().befall()
        self.world.laptop_is_ahead = self.world.rng.choice((DAY, DAY, timedelta(0)))
        self.settle(online=self.world.chance(0.5))


class MischievousLife(Life):
    """A life with a *mischief* in it."""

    def __init__(self, story: Story, folder: Path, mischief: Mischief) -> None:
        super().__init__(story, folder)
        self._mischief = mischief
        self._chance = Random(f"mischief {story.seed}")
        self.ledger: LogLaws = LogLaws(
            story=f"{mischief}: {story}",
            world=self.world,
            receiver=self.receiver,
            interval=self.ledger.interval,
            read_at=self.ledger.read_at,
            clocks_lie=mischief is Mischief.CLOCK_AHEAD,
        )
        if mischief is Mischief.CLOCK_AHEAD:
            self._troubles = ClockTroubles(self.world, self.receiver)
        self._both = [self._assembly]
        if mischief is Mischief.TWO_FOLDERS:
            # With an identity of its own, as without a keyring.
            self._keeper = Keeper(self.world)
            self._both.append(self._assemble(folder / "second"))
        self.done = 0

    @contextmanager
    def _laid_out(self) -> Iterator[None]:
        """Count each log that an outbox has taken."""
        add_log, ledger = Outbox.add_log, self.ledger

        def counted(
            outbox: Outbox,
            detailed: DetailedLog,
            attachment: Attachment | None,
            **more: float | None,
        ) -> int | None:
            today = ledger.today()
            entry_id = add_log(outbox, detailed, attachment, **more)  # type: ignore[arg-type]
            ledger.taken[today] += entry_id is not None
            return entry_id

        with super()._laid_out(), patch.object(Outbox, "add_log", counted):
            yield

    def _live_stretch(self, stretch: Awake, following: Awake | None) -> None:
        if self._chance.random() < 0.5:
            self._power_off()
            self._do_mischief()
            self.done += 1
        super()._live_stretch(stretch, following)

    def _do_mischief(self) -> None:
        data: DataPaths = self._assembly.paths
        match self._mischief:
            case Mischief.TWO_FOLDERS:
                self._assembly = self._chance.choice(self._both)
            case Mischief.NO_FOLDER:
                rmtree(data.directory, ignore_errors=True)
                if self._chance.random() < 0.5:
                    # Not in a keyring: the machine enrolls as a new agent.
                    self._keeper.identity = None
            case Mischief.NO_OUTBOX:
                for file in data.directory.glob("outbox.sqlite3*"):
                    file.unlink()
            case Mischief.CLOCK_AHEAD:
                """The agent starts again without knowing the server's time."""
