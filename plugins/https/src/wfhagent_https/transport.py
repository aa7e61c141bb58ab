"""The transport: one HTTP client, one request per parcel."""

import contextlib
import ssl
import sys
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wfhagent.plugin import Config, Delivery, Parcel, Proxy, Server, Transport
from wfhagent_https import address, local_network, trust
from wfhagent_https.answer import understand
from wfhagent_https.distrust import describe, refusal
from wfhagent_https.patience import Patience
from wfhagent_https.request import arguments_of

if TYPE_CHECKING:
    # Imported with the first parcel: a child process that only collects never needs it.
    import httpx

MOST_ANSWER_BYTES = 1 << 20
_CONNECT_SECONDS = 10.0
_SLACK_SECONDS = 1.0


class Https(Transport[Config]):
    """HTTPS with httpx; http only to loopback, and only when that is allowed."""

    name = "https"

    def __init__(self, config: Config, server: Server) -> None:
        super().__init__(config, server)
        self._url = address.check(
            server.url, allow_insecure_loopback=server.allow_insecure_loopback
        )
        self._context = trust.make_context(server)
        # One read that takes too long is told as what it is.
        self._patience = Patience(server.timeout_seconds + _SLACK_SECONDS)
        self._failed = False
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
                detail=f"{self._url} is not reached, for {self._obstacle} [server] proxy in "
                "agent.toml goes before it.",
            )
        # httpx loads its command line too, and rich and pygments with it where they are installed:
        # 6 MiB in a process that stays. It does without.
        sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
        import httpx  # noqa: PLC0415 -- with the first parcel

        try:
            try:
                return self._exchange(parcel)
            except httpx.ConnectError as error:
                if refusal(error) is None:
                    raise
                # Nothing was sent. The authority may be new, or not in a file of its own.
                trust.read_system_store(self._context)
                return self._exchange(parcel)
        except httpx.HTTPError as error:
            return Delivery(status=None, detail=self._explain(error))

    def close(self) -> None:
        """Close kept connections."""
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
            timeout=httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS)),
            follow_redirects=False,
        )

    def _make_proxy(self) -> "httpx.Proxy | None":
        import httpx  # noqa: PLC0415

        if self._proxy is None:
            return None
        # In parts: messages of httpx show the address.
        return httpx.Proxy(self._proxy.address, auth=self._proxy.credentials)

    def _exchange(self, parcel: Parcel) -> Delivery:
        self._patience.begin()
        arguments = arguments_of(parcel, self._url)
        watched = {"trace": self._patience.watch}
        with (
            contextlib.closing(self._patience),
            self._client.stream(**arguments, extensions=watched) as response,
        ):
            body = b""
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MOST_ANSWER_BYTES:
                    return Delivery(status=None, detail=f"{self._url} does not stop answering.")
            if self._patience.ended:
                return Delivery(status=None, detail=self._too_slow())
            return understand(response.status_code, response.headers, body, url=self._url)

    def _too_slow(self) -> str:
        return f"{self._url} began to answer and was not done within {self._patience.seconds:g} s."

    def _explain(self, error: "httpx.HTTPError") -> str:
        refused = refusal(error)
        if self._patience.ended:
            return self._too_slow()
        if refused is not None:
            return describe(refused, self._url, self._issuer)
        text = str(error) or type(error).__name__
        advice = local_network.advice_for(error, sys.platform)
        return f"{self._url} is not reached: {text}. {advice}".rstrip(" .") + "."

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
            return "an issuer that it does not tell"


def obstacle(proxy: Proxy, url: str) -> str:
    """Return why the server at *url* cannot be reached by *proxy*; empty when it can."""
    if problem := proxy.problem():
        return problem
    if ":" in (urlsplit(url).hostname or ""):
        return (
            f"{proxy.source} names a proxy, and [server] url is an IPv6 address, for which none "
            "can be asked. Give the server a name, or use no proxy for it."
        )
    return ""
