"""Exchanges the enrolment token for a token of this machine's own."""

import platform
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec

from wfhagent import __version__
from wfhagent.deliver.carry import carry
from wfhagent.deliver.identity import Identity
from wfhagent.payload import Enrollment, encode
from wfhagent.plugin import Delivery, Parcel, ParcelKind, Transport

CREATED = 201


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """The names under which a machine reports."""

    username: str
    hostname: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrolled:
    """What came of an enrolment: *identity* is None when the server did not accept it."""

    delivery: Delivery
    identity: Identity | None = None
    slots_taken: frozenset[int] = frozenset()


def enroll(
    transport: Transport[Any],
    *,
    auth_token: str,
    names: Names,
    agent_id: UUID | None,
    workday: date,
) -> Enrolled:
    """Ask the server for a token, as *agent_id* or, without one, as a new agent."""
    own_id = agent_id if agent_id is not None else uuid4()
    request = Enrollment(
        agent_id=str(own_id),
        username=names.username,
        hostname=names.hostname,
        platform=platform.platform()[:255],
        agent_version=__version__,
        workday=workday,
    )
    delivery = carry(
        transport, Parcel(kind=ParcelKind.ENROLL, token=auth_token, body=encode(request))
    )
    token = token_of(delivery)
    if token is None:
        return Enrolled(delivery=_with_reason(delivery))
    identity = Identity(
        server_url=transport.server.url,
        agent_id=own_id,
        username=names.username,
        hostname=names.hostname,
        token=token,
    )
    taken = delivery.body.get("slots_taken")
    slots = frozenset(taken) if isinstance(taken, list) else frozenset()
    return Enrolled(delivery=delivery, identity=identity, slots_taken=slots)


def token_of(delivery: Delivery) -> str | None:
    """Return the token that *delivery* brings; None when it is no enrolment."""
    token = delivery.body.get("token")
    return token if delivery.status == CREATED and isinstance(token, str) else None


def _with_reason(delivery: Delivery) -> Delivery:
    """Return *delivery* with a sentence on why it is no enrolment, where it has none."""
    if delivery.detail or delivery.code:
        return delivery
    detail = f"To an enrolment came {delivery.status} without a token; it is a 201 with `token`."
    return msgspec.structs.replace(delivery, detail=detail)
