"""What is known of a plugin that was looked at in a child process."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from wfhagent.plugins.declared import (
    CalendarDeclaration,
    CollectorDeclaration,
    TransportDeclaration,
)
from wfhagent.plugins.source import Source


class ExamineRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the child gets: *tables* are all `[plugins.<name>]` of *config_file*."""

    source: Source
    tables: Mapping[str, Any]
    config_file: str


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """What a plugin declares, or *problem*, one sentence, when it cannot be used.

    *api* are the versions of the API that it is written for, as a range; empty for all.
    *wrong_tables* has a sentence for each `[plugins.<name>]` of its own that is wrong. What cannot
    be used because nobody has set what must be set is a problem, with all that it declares.
    """

    collectors: tuple[CollectorDeclaration, ...] = ()
    transports: tuple[TransportDeclaration, ...] = ()
    calendars: tuple[CalendarDeclaration, ...] = ()
    api: str = ""
    wrong_tables: Mapping[str, str] = msgspec.field(default_factory=dict)
    problem: str = ""

    def names(self) -> list[str]:
        """Return all names that the plugin registers."""
        return [one.name for one in self.declarations()]

    def declarations(
        self,
    ) -> Iterator[CollectorDeclaration | TransportDeclaration | CalendarDeclaration]:
        """Yield all that the plugin declares."""
        yield from self.collectors
        yield from self.transports
        yield from self.calendars
