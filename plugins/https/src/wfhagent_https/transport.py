"""The transport: one HTTP client, one connection, one request per parcel."""

import contextlib
import ssl
import sys
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wfhagent.plugin import Config, Delivery, Parcel, Proxy, Server, Transport, _
from wfhagent_https import address, local_network, trust
from wfhagent_https.answer import understand
from wfhagent_https.distrust import describe, refusal
from wfhagent_https.kept_connection import KeptConnection
from wfhagent_https.request import arguments_of
from wfhagent_https.response_timeout import ResponseTimeout

if TYPE_CHECKING:
    # Imported with the first parcel: a child process that only collects never needs it.
    import httpx

MOST_ANSWER_BYTES = 1 << 20
_CONNECT_SECONDS = 10.0
_SLACK_SECONDS = 1.0


class Https(Transport[Config]):
    """Data is sent over HTTPS. HTTP is possible to this device only, for tests."""

    name = "https"

    def __init__(self, config: Config, server: Server) -> None:
        super().__init__(config, server)
        self._url = address.check(
            server.url, allow_insecure_loopback=server.allow_insecure_loopback
        )
        self._context = trust.make_context(server)
        # One read that takes too long is reported as what it is.
        self._timeout = ResponseTimeout(server.timeout_seconds + _SLACK_SECONDS)
        self._failed = False
        self._connection = KeptConnection()
        self._find_way()
        if server.proxy and self._obstacle:
            raise ValueError(f"proxy: {self._obstacle}")

    def _find_way(self) -> None:
        self._proxy = self.server.find_proxy()
        self._obstacle = "" if self._proxy is None else obstacle(self._proxy, self._url)

    def send(self, parcel: Parcel) -> Delivery:
        """Deliver *parcel*; whatever goes wrong on the way is a Delivery without status.

        After one the way is looked for again: with a VPN, or in another network, it is another.
        """
        if self._failed:
            before = self._proxy
            self._find_way()
            if self._proxy != before:
                self.close()
        delivery = self._send(parcel)
        self._failed = delivery.status is None
        return delivery

    def _send(self, parcel: Parcel) -> Delivery:
        if self._obstacle:
            return Delivery(
                status=None,
                detail=_(
                    "{url} cannot be reached. {reason} Set [server] proxy in agent.toml to use "
                    "another one."
                ).format(url=self._url, reason=self._obstacle),
            )
        # httpx loads its command line too, and rich and pygments with it where they are installed:
        # 6 MiB in a process that stays. It does without.
        sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
        import httpx  # noqa: PLC0415 -- with the first parcel

        try:
            try:
                return self._exchange_again(parcel)
            except httpx.ConnectError as error:
                if refusal(error) is None:
                    raise
                # Nothing was sent. The authority may be new, or not in a file of its own.
                trust.read_system_store(self._context)
                return self._exchange(parcel)
        except httpx.HTTPError as error:
            return Delivery(status=None, detail=self._explain(error))

    def close(self) -> None:
        """Close the connection."""
        self._connection.forget()
        client: httpx.Client | None = self.__dict__.pop("_client", None)
        if client is not None:
            client.close()

    @cached_property
    def _client(self) -> "httpx.Client":
        return self._make_client(self._context)

    def _make_client(self, context: ssl.SSLContext) -> "httpx.Client":
        import httpx  # noqa: PLC0415

        seconds = self.server.timeout_seconds
        return httpx.Client(
            verify=context,
            proxy=self._make_proxy(),
            # httpx refuses to start where one of several proxies is none for it.
            trust_env=False,
            # How long it is kept is the server's word, see KeptConnection.
            limits=httpx.Limits(max_connections=1, keepalive_expiry=None),
            timeout=httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS)),
            follow_redirects=False,
        )

    def _make_proxy(self) -> "httpx.Proxy | None":
        import httpx  # noqa: PLC0415

        if self._proxy is None:
            return None
        # In parts: messages of httpx show the address.
        return httpx.Proxy(self._proxy.address, auth=self._proxy.credentials)

    def _exchange_again(self, parcel: Parcel) -> Delivery:
        """Exchange over the kept connection; over a new one when that one has ended meanwhile."""
        import httpx  # noqa: PLC0415

        if self._connection.exists and not self._connection.is_usable:
            self.close()
        is_new = not self._connection.exists
        try:
            return self._exchange(parcel)
        except (httpx.NetworkError, httpx.RemoteProtocolError):
            # The server knows what it has already: nothing is stored twice.
            if is_new or self._timeout.ended:
                raise
            self.close()
            return self._exchange(parcel)

    def _exchange(self, parcel: Parcel) -> Delivery:
        self._timeout.begin()
        arguments = arguments_of(parcel, self._url)
        watched = {"trace": self._timeout.watch}
        with (
            contextlib.closing(self._timeout),
            self._client.stream(**arguments, extensions=watched) as response,
        ):
            body = b""
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MOST_ANSWER_BYTES:
                    text = _("{url} sends an answer that is too long.")
                    return Delivery(status=None, detail=text.format(url=self._url))
            if self._timeout.ended:
                return Delivery(status=None, detail=self._too_slow())
            self._connection.used(response.headers, response.extensions["network_stream"])
            return understand(response.status_code, response.headers, body, url=self._url)

    def _too_slow(self) -> str:
        text = _("{url} did not finish its answer within {seconds:g} s.")
        return text.format(url=self._url, seconds=self._timeout.seconds)

    def _explain(self, error: "httpx.HTTPError") -> str:
        refused = refusal(error)
        if self._timeout.ended:
            return self._too_slow()
        if refused is not None:
            return describe(refused, self._url, self._issuer)
        # Windows ends its sentences, Linux does not.
        text = (str(error) or type(error).__name__).rstrip(" .")
        sentence = _("{url} cannot be reached: {error}.").format(url=self._url, error=text)
        return f"{sentence} {local_network.advice_for(error, sys.platform)}".rstrip()

    def _issuer(self) -> str:
        """Return who issued the certificate that was not trusted; sends no token."""
        import httpx  # noqa: PLC0415

        try:
            with (
                self._make_client(trust.without_verification()) as client,
                client.stream("GET", f"{self._url}/healthz") as response,
            ):
                tls = response.extensions["network_stream"].get_extra_info("ssl_object")
                return trust.issuer_of(tls.getpeercert(True))
        except (httpx.HTTPError, IndexError):
            return _("an unknown issuer")


def obstacle(proxy: Proxy, url: str) -> str:
    """Return why the server at *url* cannot be reached by *proxy*; empty when it can."""
    if problem := proxy.problem():
        return problem
    if ":" in (urlsplit(url).hostname or ""):
        return _(
            "{source} names a proxy, but a proxy cannot be used with the IPv6 address in [server] "
            "url. Use the name of the server, or no proxy."
        ).format(source=proxy.source)
    return ""
