"""The border to a transport, which may be other people's code."""

import logging
from traceback import format_exception
from typing import Any

import msgspec

from wfhagent.errors import describe_error
from wfhagent.plugin import Delivery, Parcel, ParcelKind, Transport
from wfhagent.system.known_secrets import mask_secrets
from wfhagent.system.proxy import hide_passwords

log = logging.getLogger(__name__)

_NOT_FOUND = 404
LONGEST_DESTINATION = 200
"""Characters."""


def carry(transport: Transport[Any], parcel: Parcel) -> Delivery:
    """Have *transport* deliver *parcel*; whatever it does wrong is a Delivery without status."""
    try:
        delivery = answer_of(transport, parcel)
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- the border to other people's code
        if log.isEnabledFor(logging.DEBUG):
            trace = "".join(format_exception(error))
            log.debug("%s", _masked(trace, transport))
        failed = _failed(transport, f"failed: {describe_error(error)}")
        # A transport older than this kind may fail with it, and yet carry all the others.
        is_new = parcel.kind in {ParcelKind.RENAME, ParcelKind.CALENDAR}
        return msgspec.structs.replace(failed, status=_NOT_FOUND) if is_new else failed
    if delivery.status is None and not delivery.detail:
        return _failed(transport, "gave neither a status nor a reason")
    if not delivery.detail:
        return delivery
    # Log, status file and tray show it; a library may have put the proxy's address into it.
    detail = _masked(delivery.detail, transport)
    return msgspec.structs.replace(delivery, detail=detail)


def destination_of(transport: Transport[Any]) -> str:
    """Return where *transport* sends to, on one line; `[server] url` when it does not say."""
    try:
        place: Any = transport.destination()
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- the border to other people's code
        why = _masked(describe_error(error), transport)
        log.warning("The transport `%s` does not say where it sends to: %s", transport.name, why)
        place = ""
    words = place.split() if isinstance(place, str) else []
    shown = _masked(" ".join(words), transport)
    return shown[:LONGEST_DESTINATION] or transport.server.url


def probe(transport: Transport[Any]) -> Delivery | None:
    """Have *transport* look whether a parcel would arrive; None when it does not look."""
    try:
        found: Any = transport.probe()
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- the border to other people's code
        return _failed(transport, f"failed: {describe_error(error)}")
    if found is None:
        return None
    if not isinstance(found, Delivery):
        return _failed(transport, f"gave a {type(found).__name__} as the result of its probe")
    if found.status is None and not found.detail:
        return _failed(transport, "gave neither a status nor a reason")
    return msgspec.structs.replace(found, detail=_masked(found.detail, transport))


def answer_of(transport: Transport[Any], parcel: Parcel) -> Delivery:
    """Return the answer of *transport*.

    Raises TypeError when it is no Delivery, and whatever *transport* raises.
    """
    delivery: Any = transport.send(parcel)
    if not isinstance(delivery, Delivery):
        raise TypeError(f"send must return a Delivery, and gave a {type(delivery).__name__}")
    return delivery


def _failed(transport: Transport[Any], what: str) -> Delivery:
    detail = f"The transport `{transport.name}` {what}."
    return Delivery(status=None, detail=_masked(detail, transport))


def _masked(text: str, transport: Transport[Any]) -> str:
    return mask_secrets(hide_passwords(text, transport.server.proxy))
