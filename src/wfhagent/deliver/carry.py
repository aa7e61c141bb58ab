"""The border to a transport, which may be other people's code."""

import logging
from typing import Any

from wfhagent.errors import told
from wfhagent.plugin import Delivery, Parcel, Transport

log = logging.getLogger(__name__)


def carry(transport: Transport[Any], parcel: Parcel) -> Delivery:
    """Have *transport* deliver *parcel*; whatever it raises is a Delivery without status."""
    try:
        return transport.send(parcel)
    except Exception as error:  # the border to other people's code
        log.warning("The transport %s failed", transport.name, exc_info=error)
        return Delivery(
            status=None, detail=f"The transport `{transport.name}` failed: {told(error)}."
        )
