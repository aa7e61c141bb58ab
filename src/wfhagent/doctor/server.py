"""What the server answers: TLS, token, clock."""

from collections.abc import Iterator

from wfhagent.assembly import Assembly
from wfhagent.clock import Clock
from wfhagent.deliver.carry import carry
from wfhagent.doctor.finding import Finding
from wfhagent.doctor.identity import Kept
from wfhagent.errors import SettingsError
from wfhagent.plugin import Delivery, Parcel, ParcelKind, Server

SKEW_SECONDS = 60.0
OK = 200
REFUSED_TOKENS = (401, 403)
NO_SUCH_CALL = (404, 405)
FIRST_FAILURE = 500


def check_server(assembly: Assembly, kept: Kept, clock: Clock) -> Iterator[Finding]:
    """Yield what comes of asking the server where this machine is; that stores nothing."""
    server = assembly.settings.server
    try:
        transport = assembly.transport()
    except SettingsError as error:
        yield Finding("server", ok=False, detail=str(error), advice="Correct agent.toml.")
        return
    token = "" if kept.identity is None else kept.identity.token
    try:
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


def _answer(server: Server, delivery: Delivery) -> Finding:
    if delivery.status is None:
        return Finding(
            "server",
            ok=False,
            detail=delivery.detail,
            advice=f"Does a browser on this machine open {server.url}/healthz? Entries wait.",
        )
    if delivery.status >= FIRST_FAILURE:
        return Finding(
            "server",
            ok=False,
            detail=f"it is reached and fails: {delivery.status} {delivery.detail}",
            advice="Tell IT; entries wait on this machine.",
        )
    if delivery.status in NO_SUCH_CALL:
        return Finding(
            "server",
            ok=False,
            detail=f"{server.url} answers {delivery.status}: it is not the address of the server",
            advice="Correct [server] url in agent.toml; entries wait.",
        )
    if delivery.status != OK and delivery.status not in REFUSED_TOKENS:
        return Finding(
            "server",
            ok=False,
            detail=f"it is reached and asks to wait: {delivery.status} {delivery.detail}",
            advice="Nothing is to be done: entries wait, and the agent asks again.",
        )
    if not server.url.lower().startswith("https:"):
        return Finding("server", ok=True, detail=f"{server.url} answers; not encrypted")
    also = f" and by {server.ca_file}" if server.ca_file else ""
    trust = f"its certificate is trusted by this system{also}"
    return Finding("server", ok=True, detail=f"{server.url} answers; {trust}")


def _token(delivery: Delivery) -> Finding:
    if delivery.status == OK:
        return Finding("token", ok=True, detail="accepted")
    return Finding(
        "token",
        ok=False,
        detail=f"{delivery.code}: {delivery.detail}",
        advice="`wfhagent enroll` asks for a new one.",
    )


def _clock(skew: float) -> Finding:
    return Finding(
        "clock",
        ok=abs(skew) < SKEW_SECONDS,
        detail=_offset(skew),
        advice="Nothing is lost: the agent uses the server's time. Set the laptop's clock.",
    )


def _offset(skew: float) -> str:
    seconds = round(abs(skew))
    if seconds == 0:
        return "same time as the server"
    return f"{seconds} s {'ahead of' if skew > 0 else 'behind'} the server"
