"""Tells the server that this device has another name."""

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any

import msgspec

from wfhagent.deliver.answers import Action, decide
from wfhagent.deliver.carry import carry
from wfhagent.deliver.identity import Identity
from wfhagent.payload import Names, Rename, encode
from wfhagent.plugin import Delivery, Parcel, ParcelKind, Transport
from wfhagent.system.machine_id import machine_hash

_UNKNOWN_CALL = frozenset({404, 405})


class Renamed(StrEnum):
    """What came of it."""

    YES = auto()
    LATER = auto()
    """The server was not reached, or takes no other name now."""
    ENROLL = auto()
    """Under the new name this is another agent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Renaming:
    """The outcome of a renaming; *identity* is the new one where it is YES."""

    outcome: Renamed
    delivery: Delivery | None = None
    identity: Identity | None = None


def rename(transport: Transport[Any], known: Identity, names: Names) -> Renaming:
    """Ask the server to give the device that is *known* the host of *names*.

    Another user is another agent, and so is a copy of the disk in another machine.
    """
    is_copy = known.machine not in {"", machine_hash()}
    if names.username != known.username or is_copy:
        return Renaming(outcome=Renamed.ENROLL)
    body = encode(Rename(hostname=names.hostname))
    delivery = carry(transport, Parcel(kind=ParcelKind.RENAME, token=known.token, body=body))
    if decide(delivery) is Action.DONE:
        identity = msgspec.structs.replace(known, hostname=names.hostname)
        return Renaming(outcome=Renamed.YES, delivery=delivery, identity=identity)
    # An older server does not know the call; another one does not know this agent.
    is_unknown = delivery.status in _UNKNOWN_CALL or delivery.code == "token_unknown"
    outcome = Renamed.ENROLL if is_unknown else Renamed.LATER
    return Renaming(outcome=outcome, delivery=delivery)
