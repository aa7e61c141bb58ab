"""The base class of transports, and what they carry."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from wfhagent.plugin.config import ConfigT, Configured
from wfhagent.plugin.facts import Attachment
from wfhagent.system.proxy import Proxy, find_proxy


class Server(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the server is and how to reach it: the table `[server]` but for its secret."""

    url: Annotated[
        str,
        Meta(description="Address of the company's server; https, except for local tests."),
    ]
    ca_file: Annotated[
        str,
        Meta(description="PEM file of an additional certificate authority to trust."),
    ] = ""
    client_certificate: Annotated[
        str, Meta(description="PEM file of a client certificate, if the server requires one.")
    ] = ""
    client_key: Annotated[
        str, Meta(description="PEM file of its key, if it is not in the same file.")
    ] = ""
    proxy: Annotated[
        str, Meta(description="Proxy address; empty: the proxy of the environment or the system.")
    ] = ""
    timeout_seconds: Annotated[
        float, Meta(gt=0, le=300, description="How long to wait for the server, in seconds.")
    ] = 20.0
    allow_insecure_loopback: Annotated[
        bool, Meta(description="Allow http:// to this device, for tests.")
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
    """*body* is a detailed log, *attachment* its screenshot or None; any 2xx means stored."""
    WHEREAMI = "whereami"
    """No body; a 200 has `public_ip` and `location` in its body."""
    MY_DATA_LINK = "my_data_link"
    """No body; a 201 has `url` in its body."""
    RENAME = "rename"
    """*body* is the new hostname of an enrolled device; any 2xx means that the other side knows it.
    A transport that does not know this kind answers with status 404: then the device enrolls again.
    """
    CALENDAR = "calendar"
    """No body; a 200 has the employee's working hours in its body. A transport that does not know
    this kind answers with status 404: then the agent uses no calendar of the company.
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


class Transport(Configured[ConfigT], ABC):
    """Carries parcels to the server and brings its answers back.

        class Nowhere(Transport[Config]):
            name = "nowhere"

            def send(self, parcel: Parcel) -> Delivery:
                return Delivery(status=None, detail=f"{self.server.url} is not asked.")

        @hookimpl
        def register_transports() -> list[type[Transport]]:
            return [Nowhere]

    The one that `[agent] transport` names is asked for one parcel at a time. It lives as long as
    the agent, in a process of its own unless it comes with the agent. After the deadline of a
    parcel that process is ended, and started again. `wfhagent.testing.check_transport` tries one.
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

    def destination(self) -> str:
        """Return where parcels go, as people read it: an address, a folder, a queue.

        The privacy page, `wfhagent send` and `doctor` show it. It holds no secret, and nothing is
        asked over the network. A transport that does not define it sends to `[server] url`.
        """
        return self.server.url

    def probe(self) -> Delivery | None:
        """Look whether a parcel would arrive, and deliver none: for `wfhagent doctor`.

        Return a Delivery with a 2xx status and how it was reached in `detail`; or one without
        status, and what is wrong in `detail`. None, for a transport that does not define it: then
        `doctor` has it carry a parcel of the kind WHEREAMI.
        """
        return None

    def close(self) -> None:
        """Give connections back; called once, at the end."""
