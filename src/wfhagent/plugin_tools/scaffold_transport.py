"""The module and the test of a new transport, as text."""

PLUGIN = '''\
"""Transport `{name}`: say in this line where data goes, and what protects it on its way."""

import ssl
from datetime import datetime
from typing import Annotated, Any

import httpx
import truststore
from wfhagent.plugin import (
    Config,
    Delivery,
    Meta,
    Parcel,
    ParcelKind,
    Server,
    Transport,
    hookimpl,
    is_loopback,
)

wfhagent_api = 1

# What docs/protocol.md has for each kind of parcel.
CALLS = {{
    ParcelKind.ENROLL: ("POST", "/api/enroll"),
    ParcelKind.HEARTBEAT: ("POST", "/api/heartbeat"),
    ParcelKind.LOG: ("POST", "/api/log"),
    ParcelKind.WHEREAMI: ("GET", "/api/whereami"),
    ParcelKind.MY_DATA_LINK: ("POST", "/api/my-data-link"),
    ParcelKind.RENAME: ("POST", "/api/rename"),
    ParcelKind.CALENDAR: ("GET", "/api/calendar"),
}}


class {class_name}Config(Config, frozen=True, kw_only=True):
    """The table `[plugins.{name}]` of agent.toml: a key per line, each with its default."""

    user_agent: Annotated[str, Meta(description="Sent as User-Agent.")] = "wfhagent"


class {class_name}(Transport[{class_name}Config]):
    """Replace this by one sentence on where data goes."""

    name = "{name}"

    def __init__(self, config: {class_name}Config, server: Server) -> None:
        """Prepare, and ask nobody. A ValueError is shown to whoever wrote agent.toml."""
        super().__init__(config, server)
        if not (server.url.startswith("https://") or is_loopback(server.url)):
            raise ValueError("url must begin with https://.")
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if server.ca_file:
            context.load_verify_locations(server.ca_file)
        if server.client_certificate:
            key = server.client_key or None
            context.load_cert_chain(server.client_certificate, key)
        self._client = httpx.Client(
            base_url=server.url,
            headers={{"User-Agent": config.user_agent}},
            proxy=_proxy(server),
            timeout=server.timeout_seconds,
            trust_env=False,
            verify=context,
        )

    def send(self, parcel: Parcel) -> Delivery:
        """Deliver *parcel*. Whatever has no status stays in the outbox, and is sent again."""
        if parcel.kind not in CALLS:
            return Delivery(status=404, detail=f"{{parcel.kind}} is not known here.")
        try:
            call = CALLS[parcel.kind]
            return understand(self._client.request(*call, **_content(parcel)))
        except httpx.HTTPError as error:
            url = self.server.url
            return Delivery(status=None, detail=f"{{url}} cannot be reached: {{error}}.")

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()


def understand(response: httpx.Response) -> Delivery:
    """Return what *response* means; only one of the server itself may empty the outbox."""
    try:
        answer: Any = response.json()
    except ValueError:
        answer = None
    # The sign-in page of a hotel has neither.
    proof = "server_time" if response.is_success else "code"
    if not isinstance(answer, dict) or proof not in answer:
        detail = f"{{response.url}} does not answer as the server does."
        return Delivery(status=None, detail=detail)
    seconds = response.headers.get("Retry-After", "")
    return Delivery(
        status=response.status_code,
        code=str(answer.get("code", "")),
        detail=str(answer.get("detail", "")),
        retry_after_seconds=float(seconds) if seconds.isdecimal() else None,
        server_time=_time(answer),
        body=answer,
    )


def _time(answer: dict[str, Any]) -> datetime | None:
    text = answer.get("server_time")
    return None if text is None else datetime.fromisoformat(text)


def _content(parcel: Parcel) -> dict[str, Any]:
    headers = {{"Authorization": f"Bearer {{parcel.token}}"}}
    if parcel.kind is not ParcelKind.LOG:
        headers["Content-Type"] = "application/json"
        return {{"headers": headers, "content": parcel.body}}
    files: dict[str, Any] = {{"log": (None, parcel.body, "application/json")}}
    image = parcel.attachment
    if image is not None:
        files["screenshot"] = (image.name, image.data, image.media_type)
    return {{"headers": headers, "files": files}}


def _proxy(server: Server) -> httpx.Proxy | None:
    found = server.find_proxy()
    if found is None:
        return None
    return httpx.Proxy(found.address, auth=found.credentials)


@hookimpl
def register_transports() -> list[type[Transport[{class_name}Config]]]:
    """Register the transport."""
    return [{class_name}]
'''

TEST = '''\
"""What `{name}` makes of a server's answers. `wfhagent plugin test` runs this."""

from wfhagent.testing import (
    ScriptedServer,
    check_plugin,
    check_transport,
    sample_parcels,
    scripted_server,
)

import {name}


def make_transport(server: ScriptedServer) -> {name}.{class_name}:
    config = {name}.{class_name}Config()
    return {name}.{class_name}(config, server.settings)


def test_the_agent_will_take_it() -> None:
    assert check_plugin({name}) == []


def test_every_parcel_arrives() -> None:
    with scripted_server() as server:
        transport = make_transport(server)

        assert check_transport(transport) == []

        transport.close()
    assert [call.problem for call in server.calls] == [""] * len(sample_parcels())


def test_what_the_server_cannot_store_waits() -> None:
    with scripted_server() as server:
        server.available = False
        transport = make_transport(server)
        deliveries = [transport.send(parcel) for parcel in sample_parcels()]
        transport.close()

    assert {{delivery.status for delivery in deliveries}} == {{503}}


def test_no_server_is_a_delivery_without_status() -> None:
    with scripted_server() as server:
        transport = make_transport(server)
    delivery = transport.send(sample_parcels()[0])
    transport.close()

    assert delivery.status is None
    assert delivery.detail
'''
