"""Who may become an agent, and with which token."""

from datetime import datetime

import msgspec

from wfhserver.days import Calendar
from wfhserver.errors import Code, Refusal
from wfhserver.names import is_same_name, normalize_name, stored_name
from wfhserver.payload import EnrolmentRequest
from wfhserver.storage.interface import EnrolmentToken, EnrolmentVisit, IngestStorage
from wfhserver.tokens import hash_of, new_agent_token


class Enrolled(msgspec.Struct, frozen=True):
    """The answer to an enrolment."""

    token: str
    slots_taken: list[int]


class Enrolment:
    """Exchanges an enrolment token for the agent's own, once per machine."""

    def __init__(self, storage: IngestStorage, calendar: Calendar) -> None:
        self._storage = storage
        self._calendar = calendar

    async def enrol(self, token: str, request: EnrolmentRequest) -> Enrolled:
        """Return the agent's own token; Refusal when it may not have one."""
        request = _with_stored_names(request)
        now = self._calendar.clock.now()
        own = new_agent_token()
        workday = request.workday or self._calendar.today()
        async with self._storage.enrolling(hash_of(token), request.agent_id) as visit:
            check_token(visit, now)
            _check_known(visit, request)
            # Not raised inside: that it waits is to be committed.
            approved = await visit.is_approved(request, now)
            slots: list[int] = []
            if approved:
                await visit.admit(request, hash_of(own), now)
                slots = await visit.slots_taken(workday)
        if not approved:
            raise Refusal(
                Code.APPROVAL_PENDING,
                "This machine waits until an administrator approves it. It asks again by itself.",
            )
        return Enrolled(token=own, slots_taken=slots)


def _with_stored_names(request: EnrolmentRequest) -> EnrolmentRequest:
    return msgspec.structs.replace(
        request,
        username=stored_name(request.username, field="username"),
        hostname=stored_name(request.hostname, field="hostname"),
        platform=normalize_name(request.platform),
        agent_version=normalize_name(request.agent_version),
    )


def check_token(visit: EnrolmentVisit, now: datetime) -> None:
    """Refuse an enrolment token that is unknown, revoked, expired or used up.

    An agent that comes again with the token it came with before takes no further use: the answer
    may have been lost on the way.
    """
    token = visit.token
    if token is None or token.revoked:
        raise Refusal(
            Code.ENROLLMENT_TOKEN_INVALID,
            "This enrolment token is unknown or revoked. Ask IT for a new one.",
        )
    if token.expires_at is not None and token.expires_at <= now:
        raise Refusal(
            Code.ENROLLMENT_TOKEN_EXPIRED,
            "This enrolment token has expired. Ask IT for a new one.",
        )
    if _is_used_up(token) and not visit.known_by_this_token:
        raise Refusal(
            Code.ENROLLMENT_TOKEN_USED_UP,
            "This enrolment token has been used as often as it may be. Ask IT for a new one.",
        )


def _is_used_up(token: EnrolmentToken) -> bool:
    return token.use_limit is not None and token.uses >= token.use_limit


def _check_known(visit: EnrolmentVisit, request: EnrolmentRequest) -> None:
    known = visit.known
    if known is None:
        return
    if known.revoked:
        raise Refusal(Code.TOKEN_REVOKED, "This agent was revoked by its administrator.")
    for name in ("username", "hostname"):
        if not is_same_name(getattr(known, name), getattr(request, name)):
            raise Refusal(
                Code.IDENTITY_CONFLICT,
                f"This agent_id is enrolled with another {name}. Make a new agent_id.",
                field=name,
            )
