"""Exchanges the enrollment token for a token of this machine's own."""

import platform
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from msgspec import UNSET

from wfhagent import __version__
from wfhagent.deliver.agent_id import NewAgentId
from wfhagent.deliver.answers import Action, decide
from wfhagent.deliver.carry import carry
from wfhagent.deliver.identity import Identity
from wfhagent.payload import Enrollment, Names, encode
from wfhagent.plugin import Delivery, Parcel, ParcelKind, Transport
from wfhagent.system.machine_id import machine_hash

CREATED = 201


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrolled:
    """What came of an enrollment: *identity* is None when the server did not accept it."""

    delivery: Delivery
    identity: Identity | None = None
    slots_taken: frozenset[int] = frozenset()


class Enroller:
    """Asks for a device token with the enrollment token that IT hands out.

    Attributes:
        auth_token: the enrollment token; empty when there is none.
    """

    def __init__(
        self, transport: Transport[Any], *, auth_token: str, new_agent_id: NewAgentId
    ) -> None:
        self.auth_token = auth_token
        self._transport = transport
        self._new_agent_id = new_agent_id

    def enroll(self, names: Names, workday: date, known: Identity | None) -> Enrolled:
        """Ask as the agent that is *known*, whose token proves it, else as a new agent."""
        own_id = self._new_agent_id.get() if known is None else known.agent_id
        request = Enrollment(
            agent_id=str(own_id),
            username=names.username,
            hostname=names.hostname,
            platform=platform.platform()[:255],
            agent_version=__version__,
            workday=workday,
            current_token=UNSET if known is None else known.token,
        )
        parcel = Parcel(kind=ParcelKind.ENROLL, token=self.auth_token, body=encode(request))
        delivery = carry(self._transport, parcel)
        token = token_of(delivery)
        if token is None:
            if known is None and decide(delivery) is Action.NEW_IDENTITY:
                self.done()
            return Enrolled(delivery=_with_reason(delivery))
        identity = Identity(
            server_url=self._transport.server.url,
            agent_id=own_id,
            username=names.username,
            hostname=names.hostname,
            token=token,
            machine=machine_hash(),
        )
        taken = delivery.body.get("slots_taken")
        slots = frozenset(taken) if isinstance(taken, list) else frozenset()
        return Enrolled(delivery=delivery, identity=identity, slots_taken=slots)

    def done(self) -> None:
        """Note that the number of the last new agent belongs to an agent now."""
        self._new_agent_id.drop()


def token_of(delivery: Delivery) -> str | None:
    """Return the token that *delivery* brings; None when it is no enrollment."""
    token = delivery.body.get("token")
    return token if delivery.status == CREATED and isinstance(token, str) else None


def _with_reason(delivery: Delivery) -> Delivery:
    """Return *delivery* with a sentence on why it is no enrollment, where it has none."""
    if delivery.detail or delivery.code:
        return delivery
    detail = f"To an enrollment came {delivery.status} without a token; it is a 201 with `token`."
    return msgspec.structs.replace(delivery, detail=detail)
