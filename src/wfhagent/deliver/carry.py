"""The border to a transport, which may be other people's code."""

import logging
from typing import Any

from wfhagent.plugin import Delivery, Parcel, Transport
from wfhagent.told import told

log = logging.getLogger(__name__)


def carry(transport: Transport[Any], parcel: Parcel) -> Delivery:
    """Have *transport* deliver *parcel*; whatever it does wrong is a Delivery without status."""
    try:
        delivery = answer_of(transport, parcel)
    except (Exception, SystemExit) as error:  # the border to other people's code
        log.debug("The transport %s failed", transport.name, exc_info=error)
        return _failed(transport, f"failed: {told(error)}")
    if delivery.status is None and not delivery.detail:
        return _failed(transport, "gave neither a status nor a reason")
    return delivery


def answer_of(transport: Transport[Any], parcel: Parcel) -> Delivery:
    """Return the answer of *transport*.

    Raises TypeError when it is no Delivery, and whatever *transport* raises.
    """
    delivery: Any = transport.send(parcel)
    if not isinstance(delivery, Delivery):
        raise TypeError(f"send must return a Delivery, and gave a {type(delivery).__name__}")
    return delivery


def _failed(transport: Transport[Any], what: str) -> Delivery:
    return Delivery(status=None, detail=f"The transport `{transport.name}` {what}.")
