"""Who may become an agent, and with which token."""

from datetime import datetime
from typing import Any, Final

import msgspec

from wfhserver.audit.log import Entry, record
from wfhserver.days import RetentionCalendar
from wfhserver.errors import Code, Refusal
from wfhserver.ingest.clock_check import ClockCheck
from wfhserver.ingest.identity import blocked
from wfhserver.models.agents import KnownAgent
from wfhserver.names import is_same_name, normalize_name, stored_name
from wfhserver.payload import EnrollmentRequest
from wfhserver.storage.interface import (
    ApprovalState,
    EnrollmentBlock,
    EnrollmentVisit,
    IngestStorage,
    PresentedToken,
)
from wfhserver.storage.postgres import agents
from wfhserver.tokens import hash_of, new_agent_token

# A client that tries an agent_id again and again must not fill the audit log.
_RECORDED_AGAIN_SECONDS: Final = 3600.0


class EnrollmentAnswer(msgspec.Struct, frozen=True):
    """The answer to an enrollment."""

    token: str
    slots_taken: list[int]


class Enrollment:
    """Exchanges an enrollment token for the agent's own, once per machine."""

    def __init__(
        self, storage: IngestStorage, calendar: RetentionCalendar, clock_check: ClockCheck
    ) -> None:
        self._clock_check = clock_check
        self._storage = storage
        self._calendar = calendar
        # When a refusal of each agent or block was last put on record.
        self._refusals: dict[str, float] = {}

    async def enroll(self, token: str, request: EnrollmentRequest) -> EnrollmentAnswer:
        """Return the agent's own token; Refusal when it may not have one."""
        self._clock_check.require()
        request = _with_stored_names(request)
        async with self._storage.enrolling(hash_of(token), request.agent_id) as visit:
            check_token(visit, self._calendar.clock.now())
            answer = await self._answer(visit, request)
        # Not raised inside: that a device waits or was refused is to be committed.
        if isinstance(answer, Refusal):
            raise answer
        return answer

    async def _answer(
        self, visit: EnrollmentVisit, request: EnrollmentRequest
    ) -> EnrollmentAnswer | Refusal:
        now = self._calendar.clock.now()
        block = await visit.find_block(request)
        if block is not None:
            await self._record_blocked(visit, block, request)
            return blocked()
        if visit.known is None:
            refusal = _refusal_of(await visit.request_approval(request, now))
        else:
            refusal = _conflict(visit, visit.known, request)
            if refusal is not None:
                await self._record_refusal(visit, visit.known, refusal)
        if refusal is not None:
            return refusal
        proof, own = _proof(visit, request), new_agent_token()
        slots: list[int] = []
        if proof is not None:
            slots = await visit.slots_taken(request.workday or self._calendar.today())
        admitted = await visit.admit(request, hash_of(own), now, proof=proof)
        action = "agent.enroll" if visit.known is None else "agent.renew"
        details = {"agent": admitted.agent_id, "hostname": request.hostname}
        await self._record(visit, action, admitted.employee_id, details)
        return EnrollmentAnswer(token=own, slots_taken=slots)

    async def _record_refusal(
        self, visit: EnrollmentVisit, known: KnownAgent, refusal: Refusal
    ) -> None:
        if visit.connection is None or not self._is_news(f"a{known.agent_id}"):
            return
        employee_id = await agents.employee_of(visit.connection, known.agent_id)
        details = {"agent": known.agent_id, "code": str(refusal.code)}
        await self._record(visit, "agent.refuse", employee_id, details)

    async def _record_blocked(
        self, visit: EnrollmentVisit, block: EnrollmentBlock, request: EnrollmentRequest
    ) -> None:
        if not self._is_news(f"b{block.block_id}"):
            return
        details: dict[str, Any] = {"block": block.block_id, "code": str(Code.AGENT_BLOCKED)}
        # Of somebody who was erased, the audit log gets nothing new: hosts are named after people.
        if not block.is_erased:
            details["hostname"] = request.hostname
        await self._record(visit, "agent.refuse", block.employee_id, details)

    def _is_news(self, about: str) -> bool:
        elapsed = self._calendar.clock.elapsed()
        last = self._refusals.get(about)
        if last is not None and elapsed - last < _RECORDED_AGAIN_SECONDS:
            return False
        self._refusals[about] = elapsed
        return True

    async def _record(
        self,
        visit: EnrollmentVisit,
        action: str,
        employee_id: int | None,
        details: dict[str, Any],
    ) -> None:
        if visit.connection is None or visit.token is None:
            return
        entry = Entry(
            actor=f"enrollment_token:e{visit.token.token_id}",
            action=action,
            employee_ids=[] if employee_id is None else [employee_id],
            details=details,
        )
        await record(visit.connection, entry, self._calendar.clock.now())


def _with_stored_names(request: EnrollmentRequest) -> EnrollmentRequest:
    return msgspec.structs.replace(
        request,
        username=stored_name(request.username, field="username"),
        hostname=stored_name(request.hostname, field="hostname"),
        platform=normalize_name(request.platform),
        agent_version=normalize_name(request.agent_version),
    )


def check_token(visit: EnrollmentVisit, now: datetime) -> None:
    """Refuse an enrollment token that is unknown, revoked, expired or used up.

    An agent that comes again with the token it came with before takes no further use: the answer
    may have been lost on the way.
    """
    token = visit.token
    if token is None or token.revoked:
        raise Refusal(
            Code.ENROLLMENT_TOKEN_INVALID,
            "This enrollment token is unknown or revoked. Ask IT for a new one.",
        )
    if token.expires_at is not None and token.expires_at <= now:
        raise Refusal(
            Code.ENROLLMENT_TOKEN_EXPIRED,
            "This enrollment token has expired. Ask IT for a new one.",
        )
    if _is_used_up(token) and not visit.known_by_this_token:
        raise Refusal(
            Code.ENROLLMENT_TOKEN_USED_UP,
            "This enrollment token has reached its limit of uses. Ask IT for a new one.",
        )


def _is_used_up(token: PresentedToken) -> bool:
    return token.use_limit is not None and token.uses >= token.use_limit


def _refusal_of(waiting: ApprovalState) -> Refusal | None:
    if waiting is ApprovalState.APPROVED:
        return None
    detail = "This machine waits until an administrator approves it. It asks again by itself."
    if waiting is ApprovalState.FULL:
        detail = (
            "Too many devices wait for approval with this enrollment token, so this one is not on"
            " the list yet. Ask IT to approve or reject some of them. It asks again by itself."
        )
    return Refusal(Code.APPROVAL_PENDING, detail)


def _conflict(
    visit: EnrollmentVisit, known: KnownAgent, request: EnrollmentRequest
) -> Refusal | None:
    """Return why this request may not have a new token of the known agent; None if it may.

    An `agent_id` is no secret, so it proves nothing. Without a token of that agent only the very
    first enrollment may be repeated: its answer may have been lost on the way.
    """
    if known.revoked:
        return Refusal(Code.TOKEN_REVOKED, "This agent was revoked by its administrator.")
    for name in ("username", "hostname"):
        if not is_same_name(getattr(known, name), getattr(request, name)):
            return Refusal(
                Code.IDENTITY_CONFLICT,
                f"This agent_id is enrolled with another {name}. Make a new agent_id.",
                field=name,
            )
    is_first_again = visit.never_used and visit.known_by_this_token
    if is_first_again or _proof(visit, request) is not None:
        return None
    return Refusal(
        Code.IDENTITY_CONFLICT,
        "This agent_id is enrolled already, and the request did not come with the current token of"
        " that agent. Make a new agent_id.",
        field="agent_id",
    )


def _proof(visit: EnrollmentVisit, request: EnrollmentRequest) -> bytes | None:
    """Return the hash of the known agent's token that came with the request; None without one."""
    if request.current_token is None:
        return None
    hashed = hash_of(request.current_token)
    return hashed if visit.is_proof(hashed) else None
