"""Base classes of what plugins give: collectors and calendars."""

from abc import ABC, abstractmethod
from datetime import date
from typing import ClassVar

from wfhagent.plugin.config import ConfigT, Configured
from wfhagent.plugin.context import Context
from wfhagent.plugin.facts import Fact, Facts, Occasion


class Collector(Configured[ConfigT], ABC):
    """Gathers facts. Instances live for one occasion, for detailed logs in a child process.

    *name* is that of its table in agent.toml and of its section in `extra`.
    """

    facts: ClassVar[tuple[Fact, ...]] = ()
    """All that `collect` may return and attach; what is not declared is dropped and reported."""

    occasions: ClassVar[frozenset[Occasion]] = frozenset({Occasion.DETAILED_LOG})
    """When to ask. A heartbeat waits 2 seconds at most, whatever `time_limit_seconds` says."""

    time_limit_seconds: ClassVar[float] = 15.0
    """After this time the collector is stopped and its facts are missing; at most 120."""

    @abstractmethod
    def collect(self, context: Context) -> Facts:
        """Return the facts; raise whatever happens, the core turns it into a reason.

        A fact that is declared and cannot be had is given as `Absent`; what is left out has no
        reason that anybody could read.
        """


class Calendar(Configured[ConfigT], ABC):
    """Knows days on which the person at this machine does not work.

        class Holidays(Calendar[Config]):
            name = "holidays"

            def day_off(self, day: date) -> str | None:
                return "Christmas Day" if (day.month, day.day) == (12, 25) else None

        @hookimpl
        def register_calendars() -> list[type[Calendar]]:
            return [Holidays]

    On such a day no detailed log is taken. Heartbeats go on, as at weekends: they say that the
    machine is on, and not that anybody works. Asked in a child process, about once a day.
    """

    time_limit_seconds: ClassVar[float] = 10.0
    """After this time the calendar is stopped, and the day counts as any other."""

    @abstractmethod
    def day_off(self, day: date) -> str | None:
        """Return why nobody works on *day*, such as "National Day"; None for any other day.

        The reason is shown on this machine and sent to nobody; the server learns that there
        are no logs because of this calendar, by its name.
        """
