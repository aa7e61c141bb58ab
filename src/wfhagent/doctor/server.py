"""What the server answers: TLS, token, clock."""

from collections.abc import Iterator

from wfhagent.assembly import Assembly
from wfhagent.clock import Clock
from wfhagent.deliver.answers import Action, decide
from wfhagent.deliver.carry import carry, probe
from wfhagent.deliver.delivery_state import TRANSPORT_FAILED
from wfhagent.doctor.finding import Finding
from wfhagent.doctor.identity import StoredIdentity
from wfhagent.errors import SettingsError
from wfhagent.messages import _
from wfhagent.plugin import Delivery, Parcel, ParcelKind, Server

SKEW_SECONDS = 60.0
OK = 200
REFUSED_TOKENS = (401, 403)
NO_SUCH_CALL = (404, 405)
FIRST_FAILURE = 500


def check_server(assembly: Assembly, stored: StoredIdentity, clock: Clock) -> Iterator[Finding]:
    """Yield what comes of one request to the server, which stores nothing."""
    server = assembly.settings.server
    try:
        transport = assembly.transport()
    except SettingsError as error:
        yield Finding("server", ok=False, detail=str(error), advice=_("Correct agent.toml."))
        return
    token = "" if stored.identity is None else stored.identity.token
    try:
        probed = probe(transport)
        if probed is not None:
            yield _probed(assembly.destination(), probed)
            return
        delivery = carry(transport, Parcel(kind=ParcelKind.WHEREAMI, token=token))
    finally:
        transport.close()
    yield _answer(server, delivery)
    if delivery.status is None:
        return
    if token and delivery.status in (OK, *REFUSED_TOKENS):
        yield _token(delivery)
    if delivery.server_time is not None:
        skew = (clock.now() - delivery.server_time).total_seconds()
        yield _clock(skew)


def _probed(place: str, delivery: Delivery) -> Finding:
    """Return what a transport found of the place that it sends to."""
    if decide(delivery) is Action.DONE:
        detail = delivery.detail or _("{place} can be used").format(place=place)
        return Finding("server", ok=True, detail=detail)
    if delivery.code == TRANSPORT_FAILED:
        return _plugin_failed(delivery)
    words = (delivery.code, delivery.detail or f"{place}: {delivery.status}")
    return Finding(
        "server",
        ok=False,
        detail=" ".join(filter(None, words)),
        advice=_("Correct this, or tell IT. Entries wait until then."),
    )


def _plugin_failed(delivery: Delivery) -> Finding:
    return Finding(
        "server",
        ok=False,
        detail=delivery.detail,
        advice=_("Tell whoever wrote this plugin. Entries wait until it works."),
    )


def _answer(server: Server, delivery: Delivery) -> Finding:
    if delivery.code == TRANSPORT_FAILED:
        return _plugin_failed(delivery)
    if delivery.status is None:
        return Finding(
            "server",
            ok=False,
            detail=delivery.detail,
            advice=_(
                "Check that a browser on this device opens {url}/healthz. Entries wait until then."
            ).format(url=server.url),
        )
    if delivery.status >= FIRST_FAILURE:
        return Finding(
            "server",
            ok=False,
            detail=_("the server answers with an error: {status} {detail}").format(
                status=delivery.status, detail=delivery.detail
            ),
            advice=_("Tell IT. Entries wait on this device until then."),
        )
    if delivery.status in NO_SUCH_CALL:
        return Finding(
            "server",
            ok=False,
            detail=_("{url} answers {status}: it is not the address of the server").format(
                url=server.url, status=delivery.status
            ),
            advice=_("Correct [server] url in agent.toml. Entries wait until then."),
        )
    if delivery.status != OK and delivery.status not in REFUSED_TOKENS:
        return Finding(
            "server",
            ok=False,
            detail=_("the server asks to wait: {status} {detail}").format(
                status=delivery.status, detail=delivery.detail
            ),
            advice=_("You do not have to do anything. Entries wait, and the agent tries again."),
        )
    return Finding("server", ok=True, detail=_connection(server))


def _connection(server: Server) -> str:
    """Return how the server was reached."""
    if not server.url.lower().startswith("https:"):
        detail = _("{url} answers; the connection is not encrypted")
    elif server.ca_file:
        detail = _("{url} answers; its certificate is trusted by this system and by {file}")
    else:
        detail = _("{url} answers; its certificate is trusted by this system")
    return detail.format(url=server.url, file=server.ca_file)


def _token(delivery: Delivery) -> Finding:
    if delivery.status == OK:
        return Finding("token", ok=True, detail=_("accepted"))
    return Finding(
        "token",
        ok=False,
        detail=f"{delivery.code}: {delivery.detail}",
        advice=_("Run `wfhagent enroll` to get a new one."),
    )


def _clock(skew: float) -> Finding:
    return Finding(
        "clock",
        ok=abs(skew) < SKEW_SECONDS,
        detail=_offset(skew),
        advice=_("Set this device's clock. No data is lost: the agent uses the server's time."),
    )


def _offset(skew: float) -> str:
    seconds = round(abs(skew))
    if seconds == 0:
        return _("same time as the server")
    text = _("{count} s ahead of the server") if skew > 0 else _("{count} s behind the server")
    return text.format(count=seconds)
