"""Asks the server where it sees this machine: once for all collectors of one observation."""

import threading
from collections.abc import Callable
from typing import Any

import msgspec

from wfhagent.deliver.carry import carry
from wfhagent.errors import describe_error
from wfhagent.plugin import Delivery, Parcel, ParcelKind, Transport, Whereami

NOT_ENROLLED = "this machine is not enrolled yet"


class CachedWhereami:
    """The server's answer, asked for when somebody first wants it. *token* may be empty."""

    def __init__(self, make_transport: Callable[[], Transport[Any]], token: str) -> None:
        self._make_transport = make_transport
        self._token = token
        self._lock = threading.Lock()
        self._answer: Whereami | None = None

    def __call__(self) -> Whereami:
        """Return the answer; whatever goes wrong is the reason why parts of it are missing."""
        with self._lock:
            if self._answer is None:
                self._answer = self._ask()
            return self._answer

    def _ask(self) -> Whereami:
        if not self._token:
            return _unknown(NOT_ENROLLED)
        try:
            transport = self._make_transport()
            try:
                return _understood(
                    carry(transport, Parcel(kind=ParcelKind.WHEREAMI, token=self._token))
                )
            finally:
                transport.close()
        except Exception as error:  # noqa: BLE001 -- the border to other people's code
            return _unknown(f"the server was not asked: {describe_error(error)}")


def _understood(delivery: Delivery) -> Whereami:
    if delivery.status != 200:  # noqa: PLR2004 -- HTTP's OK
        return _unknown(f"the server did not say: {delivery.detail or delivery.code}")
    known = {name: delivery.body.get(name) for name in ("public_ip", "location")}
    absent = delivery.body.get("absent") or {}
    try:
        return msgspec.convert({**known, "absent": absent}, Whereami)
    except msgspec.ValidationError as error:
        return _unknown(f"the server's answer is not of this protocol: {error}")


def _unknown(reason: str) -> Whereami:
    return Whereami(absent={"public_ip": reason, "location": reason})
