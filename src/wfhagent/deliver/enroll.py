"""Exchanges the enrolment token for a token of this machine's own."""

import platform
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from wfhagent import __version__
from wfhagent.deliver.carry import carry
from wfhagent.deliver.identity import Identity
from wfhagent.payload import Enrollment, encode
from wfhagent.plugin import Delivery, Parcel, ParcelKind, Transport


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
    token = delivery.body.get("token")
    if delivery.status != 201 or not isinstance(token, str):  # noqa: PLR2004 -- created
        return Enrolled(delivery=delivery)
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
