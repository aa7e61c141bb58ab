"""One plugin as people see it."""

from dataclasses import dataclass, field

from wfhagent.plugins.source import Origin


@dataclass(kw_only=True, slots=True)
class Entry:
    """One plugin: `problem` is one sentence when it is not used, else empty.

    `unwanted` is true when it is not used because nobody wants it: disabled, or off by default.
    `api` are the versions of the plugin API that it is written for, as a range; empty for all.
    """

    name: str
    origin: Origin
    where: str
    version: str = ""
    problem: str = ""
    unwanted: bool = False
    api: str = ""
    collectors: list[str] = field(default_factory=list)
    transports: list[str] = field(default_factory=list)
    calendars: list[str] = field(default_factory=list)
