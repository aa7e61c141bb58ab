"""What the agent would make of the answers of a transport, for the transport's own tests."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from wfhagent.deliver.answers import Action, decide
from wfhagent.deliver.carry import answer_of
from wfhagent.deliver.enroll import token_of
from wfhagent.errors import describe_error
from wfhagent.payload import DetailedLog, Enrollment, Heartbeat, Rename, encode, encode_batch
from wfhagent.plugin import Attachment, Delivery, Parcel, ParcelKind, Transport
from wfhagent.testing.stand_ins import NOW

_STORED = frozenset({ParcelKind.HEARTBEAT, ParcelKind.LOG})


def check_transport(transport: Transport[Any]) -> list[str]:
    """Return which answers of *transport* the agent could not act on, one sentence each.

    It is asked to carry one parcel of each kind, as an agent sends them. That a parcel does not
    arrive is an answer, too: a Delivery without status and a `detail` that says why.
    """
    problems = [
        f"{parcel.kind}: {problem}"
        for parcel in sample_parcels()
        for problem in _problems_of(transport, parcel)
    ]
    return [*problems, *_problems_of_place(transport)]


def _problems_of_place(transport: Transport[Any]) -> Iterator[str]:
    """Yield what is wrong with what it says of the place that it sends to."""
    try:
        place: Any = transport.destination()
        probed: Any = transport.probe()
    except Exception as error:  # noqa: BLE001 -- the border to other people's code
        yield f"destination or probe: {describe_error(error)}"
        return
    if not isinstance(place, str) or not place.strip():
        yield f"destination must return a text, and gave a {type(place).__name__}"
    if not isinstance(probed, Delivery | None):
        yield f"probe must return a Delivery or None, and gave a {type(probed).__name__}"
    elif probed is not None and probed.status is None and not probed.detail:
        yield "probe: a Delivery without status needs a detail"


def _problems_of(transport: Transport[Any], parcel: Parcel) -> Iterator[str]:
    try:
        delivery = answer_of(transport, parcel)
    except Exception as error:  # noqa: BLE001 -- the border to other people's code
        yield describe_error(error)
        return
    stored = decide(delivery) is Action.DONE
    if not stored and not (delivery.detail or delivery.code):
        yield f"a Delivery with status {delivery.status} needs a code or a detail"
    if stored and parcel.kind is ParcelKind.ENROLL and token_of(delivery) is None:
        yield "an enrollment is a Delivery with status 201 and a text `token` in its body"
    if delivery.server_time is not None and delivery.server_time.tzinfo is None:
        yield "server_time must be aware: datetime(..., tzinfo=UTC)"
    elif stored and parcel.kind in _STORED and delivery.server_time is None:
        yield "without server_time the agent goes by the laptop's clock and closes no day"


def sample_parcels() -> list[Parcel]:
    """Return one parcel of each kind, as docs/protocol.md has them."""
    screenshot = Attachment(name="screenshot", media_type="image/webp", data=b"RIFF....WEBP")
    names: dict[str, Any] = {"username": "alice", "hostname": "laptop-7"}
    heartbeat = Heartbeat(**names, status="online", timestamp=NOW, seq=1)
    log = DetailedLog(
        **names, timestamp=NOW, workday=NOW.date(), slot=1, screenshot={"status": "taken"}
    )
    machine = Enrollment(
        **names, agent_id=str(UUID(int=7)), platform="", agent_version="", workday=NOW.date()
    )
    token = "wfha_test"  # noqa: S105 -- nobody asks for it
    return [
        Parcel(kind=ParcelKind.ENROLL, token="wfhe_test", body=encode(machine)),  # noqa: S106
        Parcel(kind=ParcelKind.HEARTBEAT, token=token, body=encode_batch([heartbeat])),
        Parcel(kind=ParcelKind.LOG, token=token, body=encode(log), attachment=screenshot),
        Parcel(kind=ParcelKind.WHEREAMI, token=token),
        Parcel(kind=ParcelKind.MY_DATA_LINK, token=token),
        Parcel(kind=ParcelKind.RENAME, token=token, body=encode(Rename(hostname="laptop-8"))),
        Parcel(kind=ParcelKind.CALENDAR, token=token),
    ]
