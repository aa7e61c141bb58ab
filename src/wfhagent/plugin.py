"""PUBLIC: all that a plugin author imports.

A collector is a class with a name, the facts it declares, and one method; a transport and a
calendar are classes with one method. A plugin module registers them:

    from wfhagent.plugin import Collector, Config, Context, Fact, Facts, hookimpl

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

from wfhagent.desktop.portal_permission import (
    QUESTION_SECONDS,
    PortalError,
    PortalPermission,
    own_app,
    portal_permission,
)
from wfhagent.desktop.wayland import is_wayland_session
from wfhagent.system.proxy import Proxy, find_proxy

__all__ = [
    "API_VERSION",
    "KNOWN_FACTS",
    "QUESTION_SECONDS",
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
    "PortalError",
    "PortalPermission",
    "Proxy",
    "Server",
    "Transport",
    "Whereami",
    "attempt",
    "hookimpl",
    "is_wayland_session",
    "own_app",
    "portal_permission",
]

API_VERSION = 1
"""The version of this module's promises. A plugin that says `wfhagent_api = 1` is refused, with a
sentence, by an agent with another version, instead of failing in the middle of it."""

KNOWN_FACTS = frozenset(
    {"username", "hostname", "time_zone", "local_ip", "public_ip", "location", "screenshot"}
)
"""Facts that go to a field of the protocol, whoever provides them; all others go to `extra`."""

T = TypeVar("T")

hookimpl = pluggy.HookimplMarker("wfhagent")
"""Marks the functions of a plugin module that register its classes; they take no argument."""

Facts = Mapping[str, Any]
"""Fact name to a JSON value, or to `Absent` with the reason why there is none.

Of one collector at most 16 KiB as JSON, 32 levels deep. A datetime becomes text, a NaN null; what
JSON cannot say (an object of your own) fails the collector.
"""


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
    """The table `[plugins.<name>]`: subclass it, one annotated field with a default per key.

        class BatteryConfig(Config, frozen=True, kw_only=True):
            least: Annotated[int, Meta(ge=0, le=100, description="Below, it warns.")] = 5

    A key without a default must be set: until IT has done so, the plugin is not used. A wrong or
    unknown key stops the agent with a sentence that names it.
    """


ConfigT = TypeVar("ConfigT", bound=Config)


class Fact(msgspec.Struct, frozen=True):
    """One fact that a collector may give: its name, what it is, why it is asked for.

    *name* is a key of what `collect` returns; *what* and *why* are a phrase each, which the
    employee reads. *risk* and *guard* are a sentence each for the data protection impact
    assessment: what may come of it for the person, and what the collector does about that.
    """

    name: str
    what: str
    why: str
    personal: Personal = Personal.NO
    risk: str = ""
    guard: str = ""


class Absent(msgspec.Struct, frozen=True):
    """Stands in for the value of a fact that could not be had.

    *reason* is one sentence, of which 300 characters travel: `Absent("this machine has none")`.
    """

    reason: str


def attempt(ask: Callable[[], T]) -> T | Absent:
    """Return what *ask* returns, or `Absent` with its error as the reason.

    A collector of several facts asks for each of them this way, so that each fails alone:

        return {"local_ip": attempt(find_address), "interface": attempt(find_interface)}
    """
    try:
        return ask()
    except Exception as error:  # noqa: BLE001 -- what a system call raises is up to the system
        return Absent(f"{type(error).__name__}: {error}")


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """The picture of a detailed log: *data* is WebP, PNG or JPEG of at most 10 MiB.

        context.attach(Attachment(name="screenshot", media_type="image/webp", data=picture))
        return {"screenshot": {"status": "taken"}}

    Protocol v1 carries no other file: one of another *name* stays on the machine, and the log says
    so. What is small travels as a fact.
    """

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
        log: a logger of the plugin's own. From a child process the first 20 lines, printed ones
            included, go to the agent's log; `wfhagent plugin check` shows them.
        attachments: what was attached so far.
        may_ask: whether someone waits at the screen for a question of the system, such as whether
            screenshots are allowed. Only `wfhagent screenshot allow` sets it; nothing that the
            agent does on its own may raise such a question.
    """

    def __init__(
        self,
        *,
        occasion: Occasion,
        now: datetime,
        server_url: str,
        log: logging.Logger,
        ask_whereami: Callable[[], Whereami],
        may_ask: bool = False,
    ) -> None:
        self.occasion = occasion
        self.now = now
        self.server_url = server_url
        self.log = log
        self.attachments: list[Attachment] = []
        self.may_ask = may_ask
        self._ask_whereami = ask_whereami

    def attach(self, attachment: Attachment) -> None:
        """Send the picture along with the detailed log."""
        self.attachments.append(attachment)

    def whereami(self) -> Whereami:
        """Ask the server for this machine's public address and place; never raises.

        Waits for the server at most `[server] timeout_seconds`; the answer is that of all
        collectors of one log. For a heartbeat nobody is asked.
        """
        return self._ask_whereami()

    def time_zone(self) -> str:
        """Return where this machine is: an IANA name, or an offset from UTC such as +05:45.

        A name is believed only if the system's clock has the offsets of that zone.
        """
        from wfhagent.system.zone import zone_name  # noqa: PLC0415 -- not for those who never ask

        return zone_name(self.now)

    def notify(self, title: str, text: str, *, symbol: str = "dialog-information") -> bool:
        """Show a notification to the person at the screen; false, and logged, when nobody could.

        *symbol* is a name of the freedesktop icon naming specification.
        """
        from wfhagent.desktop.notify import NotifyError, show  # noqa: PLC0415 -- not for who never asks

        try:
            show(title, text, symbol=symbol)
        except NotifyError as error:
            self.log.warning("Nobody could be notified that: %s (%s)", title, error)
            return False
        return True


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
    """Gathers facts. Instances live for one occasion, for detailed logs in a child process.

    *name* is that of its table in agent.toml and of its section in `extra`.
    """

    facts: ClassVar[tuple[Fact, ...]] = ()
    """All that `collect` may return and attach; what is not declared is dropped and said."""

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


class Calendar(_Configured[ConfigT], ABC):
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
        Meta(description="PEM file of a further certificate authority to trust."),
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

    def find_proxy(self) -> Proxy | None:
        """Return the proxy on the way there: that of `proxy`, else of environment or system.

        None: there is none. Who uses one asks it for its `problem` first.
        """
        return find_proxy(self.url, self.proxy)


class ParcelKind(StrEnum):
    """What a transport is asked to deliver; docs/protocol.md has one call for each."""

    ENROLL = "enroll"
    """*body* says who this machine is; done is a 201 with `token`, and `slots_taken`, in its body.
    """
    HEARTBEAT = "heartbeat"
    """*body* is an array of 1 to 100 heartbeats; any 2xx means that all of them are stored."""
    LOG = "log"
    """*body* is a detailed log, *attachment* its picture or None; any 2xx means stored."""
    WHEREAMI = "whereami"
    """No body; a 200 has `public_ip` and `location` in its body."""
    MY_DATA_LINK = "my_data_link"
    """No body; a 201 has `url` in its body."""
    RENAME = "rename"
    """*body* is the new hostname of an enrolled device; any 2xx means that the other side knows it.
    A transport that does not know this kind answers with status 404: then the device enrolls again.
    """


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """One call of the protocol: *body* is its JSON (UTF-8), empty for questions."""

    kind: ParcelKind
    token: str
    body: bytes = b""
    attachment: Attachment | None = None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a parcel: `Delivery(status=200, server_time=...)`.

    Any 2xx means that the other side *holds* the parcel: the entry leaves the outbox. What is not
    certain is None, and the agent tries again.

    Attributes:
        status: the status of docs/protocol.md, or None when no answer came.
        code: the `code` of a problem answer.
        detail: one sentence for people: what went wrong, where, what to do.
        retry_after_seconds: when the server wishes to be asked again.
        server_time: the time that the answer carried, aware; with a 2xx always, for by it the
            agent sets its clock and closes its days.
        body: the decoded JSON object of the answer.
    """

    status: int | None
    code: str = ""
    detail: str = ""
    retry_after_seconds: float | None = None
    server_time: datetime | None = None
    body: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Transport(_Configured[ConfigT], ABC):
    """Carries parcels to the server and brings its answers back.

        class Nowhere(Transport[Config]):
            name = "nowhere"

            def send(self, parcel: Parcel) -> Delivery:
                return Delivery(status=None, detail=f"{self.server.url} is not asked.")

        @hookimpl
        def register_transports() -> list[type[Transport]]:
            return [Nowhere]

    The one that `[agent] transport` names lives as long as the agent, in its process, and is asked
    for one parcel at a time. `wfhagent.testing.check_transport` tries one.
    """

    def __init__(self, config: ConfigT, server: Server) -> None:
        """Prepare; must not touch the network.

        Raises:
            ValueError: *server* cannot be used with this transport; the text says why.
        """
        super().__init__(config)
        self.server = server

    @abstractmethod
    def send(self, parcel: Parcel) -> Delivery:
        """Deliver *parcel*; a failure of the network is a Delivery without status.

        Return within `server.timeout_seconds` or so: the agent waits. What is raised counts as
        such a failure, too, and what the agent does with each status is in docs/protocol.md.
        """

    def close(self) -> None:
        """Give connections back; called once, at the end."""
