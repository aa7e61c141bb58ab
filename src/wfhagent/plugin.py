"""PUBLIC: all that a plugin author imports.

A collector is a class with a name, the facts it declares, and one method; a transport and a
calendar are classes with one method. A plugin module registers them:

    from wfhagent.plugin import Collector, Config, Fact, Facts, Context, Personal, hookimpl

    class Battery(Collector[Config]):
        name = "battery"
        facts = (Fact("percent", what="Charge in percent", why="To plan updates"),)

        def collect(self, context: Context) -> Facts:
            return {"percent": 80}

    @hookimpl
    def register_collectors() -> list[type[Collector]]:
        return [Battery]

The other hooks are `register_transports` and `register_calendars`.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Generic, TypeVar, get_args, get_origin

import msgspec
import pluggy
from msgspec import Meta

__all__ = [
    "API_VERSION",
    "KNOWN_FACTS",
    "Absent",
    "Attachment",
    "Calendar",
    "Collector",
    "Config",
    "Context",
    "Delivery",
    "Fact",
    "Facts",
    "Meta",
    "Occasion",
    "Parcel",
    "ParcelKind",
    "Personal",
    "Server",
    "Transport",
    "Whereami",
    "hookimpl",
]

API_VERSION = 1
"""The version of this module's promises; a plugin may name it as `wfhagent_api = 1`."""

KNOWN_FACTS = frozenset(
    {"username", "hostname", "time_zone", "local_ip", "public_ip", "location", "screenshot"}
)
"""Facts that go to a field of the protocol, whoever provides them; all others go to `extra`."""

hookimpl = pluggy.HookimplMarker("wfhagent")

Facts = Mapping[str, Any]
"""Fact name to a JSON value, or to `Absent` with the reason why there is none."""


class Occasion(StrEnum):
    """When a collector is asked."""

    HEARTBEAT = "heartbeat"
    DETAILED_LOG = "detailed_log"


class Personal(StrEnum):
    """How personal a fact is; the privacy page says it."""

    NO = "no"
    INDIRECT = "indirect"
    DIRECT = "direct"


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table `[plugins.<name>]`: subclass it, one annotated field with a default per key."""


ConfigT = TypeVar("ConfigT", bound=Config)


class Fact(msgspec.Struct, frozen=True):
    """One fact that a collector may give: its name, what it is, why it is asked for.

    *risk* and *guard* are a sentence each for the data protection impact assessment: what may
    come of it for the person, and what the collector does about that.
    """

    name: str
    what: str
    why: str
    personal: Personal = Personal.NO
    risk: str = ""
    guard: str = ""


class Absent(msgspec.Struct, frozen=True):
    """Stands in for the value of a fact that could not be had; *reason* is one sentence."""

    reason: str


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file that travels with a detailed log, such as the picture named `screenshot`."""

    name: str
    media_type: str
    data: bytes


class Whereami(msgspec.Struct, frozen=True, kw_only=True):
    """How the server sees this machine: public address, place, and why either is missing."""

    public_ip: str | None = None
    location: Mapping[str, Any] | None = None
    absent: Mapping[str, str] = msgspec.field(default_factory=dict)


class Context:
    """What a collector is told, and what it may ask for.

    Attributes:
        occasion: why it is asked.
        now: the time, aware and in UTC, disciplined by the server.
        server_url: the address of the server.
        log: a logger of the plugin's own.
        attachments: what was attached so far.
    """

    def __init__(
        self,
        *,
        occasion: Occasion,
        now: datetime,
        server_url: str,
        log: logging.Logger,
        ask_whereami: Callable[[], Whereami],
    ) -> None:
        self.occasion = occasion
        self.now = now
        self.server_url = server_url
        self.log = log
        self.attachments: list[Attachment] = []
        self._ask_whereami = ask_whereami

    def attach(self, attachment: Attachment) -> None:
        """Send a file along with the detailed log."""
        self.attachments.append(attachment)

    def whereami(self) -> Whereami:
        """Ask the server for this machine's public address and place; never raises."""
        return self._ask_whereami()


class _Configured(Generic[ConfigT]):
    """Finds the configuration class in `Collector[MyConfig]`, so that it is written once."""

    name: ClassVar[str]
    config_type: ClassVar[type[Config]] = Config

    def __init__(self, config: ConfigT) -> None:
        self.config = config

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for base in getattr(cls, "__orig_bases__", ()):
            origin = get_origin(base)
            if isinstance(origin, type) and issubclass(origin, _Configured):
                (argument,) = get_args(base)
                if isinstance(argument, type):
                    cls.config_type = argument


class Collector(_Configured[ConfigT], ABC):
    """Gathers facts. Instances live for one occasion, for detailed logs in a child process."""

    facts: ClassVar[tuple[Fact, ...]] = ()
    """All that `collect` may return and attach; what is not declared is dropped and said."""

    occasions: ClassVar[frozenset[Occasion]] = frozenset({Occasion.DETAILED_LOG})
    """When to ask. Heartbeats must be cheap: 2 seconds, whatever `time_limit_seconds` says."""

    time_limit_seconds: ClassVar[float] = 15.0
    """After this time the collector is stopped and its facts are missing."""

    @abstractmethod
    def collect(self, context: Context) -> Facts:
        """Return the facts; raise whatever happens, the core turns it into a reason."""


class Calendar(_Configured[ConfigT], ABC):
    """Knows days on which the person at this machine does not work.

    On such a day no detailed log is taken. Heartbeats go on, as at weekends: they say that the
    machine is on, and not that anybody works. Asked in a child process, about once a day.
    """

    time_limit_seconds: ClassVar[float] = 10.0
    """After this time the calendar is stopped, and the day counts as any other."""

    @abstractmethod
    def day_off(self, day: date) -> str | None:
        """Return why nobody works on *day*, such as "National Day"; None for any other day.

        The reason is shown on this machine and sent to nobody; the server is told that there
        are no logs because of this calendar, by its name.
        """


class Server(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the server is and how to reach it: the table `[server]` but for its secret."""

    url: Annotated[
        str,
        Meta(description="Address of the company's server; https, but for tests on loopback."),
    ]
    ca_file: Annotated[
        str,
        Meta(description="PEM file of a certificate authority to trust beside the system's."),
    ] = ""
    client_certificate: Annotated[
        str, Meta(description="PEM file of a client certificate, where the server asks for one.")
    ] = ""
    client_key: Annotated[
        str, Meta(description="PEM file of its key, when it is not in the same file.")
    ] = ""
    proxy: Annotated[
        str, Meta(description="Proxy address; empty means what the system's environment says.")
    ] = ""
    timeout_seconds: Annotated[
        float, Meta(gt=0, le=300, description="How long to wait for the server.")
    ] = 20.0
    allow_insecure_loopback: Annotated[
        bool, Meta(description="Allow http:// to this very machine, for tests.")
    ] = False


class ParcelKind(StrEnum):
    """What a transport is asked to deliver; docs/protocol.md has one call for each."""

    ENROLL = "enroll"
    HEARTBEAT = "heartbeat"
    LOG = "log"
    WHEREAMI = "whereami"
    MY_DATA_LINK = "my_data_link"


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """One call of the protocol: *body* is its JSON (UTF-8), empty for questions."""

    kind: ParcelKind
    token: str
    body: bytes = b""
    attachment: Attachment | None = None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a parcel.

    Attributes:
        status: the status of docs/protocol.md, or None when no answer came.
        code: the `code` of a problem answer.
        detail: one sentence for people: what went wrong, where, what to do.
        retry_after_seconds: when the server wishes to be asked again.
        server_time: the time that the answer carried, aware.
        body: the decoded JSON object of the answer.
    """

    status: int | None
    code: str = ""
    detail: str = ""
    retry_after_seconds: float | None = None
    server_time: datetime | None = None
    body: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Transport(_Configured[ConfigT], ABC):
    """Carries parcels to the server and brings its answers back."""

    def __init__(self, config: ConfigT, server: Server) -> None:
        """Prepare; must not touch the network.

        Raises:
            ValueError: *server* cannot be used with this transport; the text says why.
        """
        super().__init__(config)
        self.server = server

    @abstractmethod
    def send(self, parcel: Parcel) -> Delivery:
        """Deliver *parcel*; a failure of the network is a Delivery without status."""

    def close(self) -> None:
        """Give connections back; called once, at the end."""
