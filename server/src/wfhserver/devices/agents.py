"""Agents as an administrator sees them."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from wfhserver.presence.attention import (
    COPIED,
    Health,
    attention_of,
    health_of,
    interval_of,
    queued_of,
    silence_of,
    version_attention_of,
)
from wfhserver.presence.states import PresenceLimits, State, state_of
from wfhserver.storage.postgres.employees import StoredAgent

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_FACTS = msgspec.json.Decoder(dict[str, Any])


class AgentSelection(StrEnum):
    """Which agents are asked for; DUPLICATE are all whose user is not certain."""

    ACTIVE = "active"
    REVOKED = "revoked"
    DUPLICATE = "duplicate"
    ALL = "all"


class PluginTrouble(StrEnum):
    """What agents report of their plugins: the members of `health`."""

    FAILING = "failing"
    QUARANTINE = "quarantine"
    RESTART_PENDING = "restart_pending"


class AgentRow(msgspec.Struct, frozen=True, kw_only=True):
    """One agent.

    *enrolled_with* is the label of its enrollment token. *duplicate* says that two agents claim the
    same user and host: a reinstalled or a copied machine. *certain* says that it is its user's: no
    other came under that name, or an administrator has confirmed it; until then it opens nothing of
    that user's. *facts* are those of plugins that were asked for, `plugin.fact` each. *attention*
    says in sentences what is wrong, *health* is all that the agent reported about itself.
    *time_zone* is the machine's. *settings* is the fingerprint of its settings. *agent_uuid* is the
    number that the agent gave itself; only administrators see it.
    """

    agent_id: int
    agent_uuid: UUID | None
    employee_id: int
    username: str
    hostname: str
    platform: str
    agent_version: str
    enrolled_at: datetime
    enrolled_with: str | None
    revoked_at: datetime | None
    state: State
    status: str | None
    last_seen: datetime | None
    skew_seconds: float | None
    time_zone: str | None
    queued: int
    attention: list[str]
    health: dict[str, Any] | None
    duplicate: bool
    certain: bool
    blocked: bool
    facts: dict[str, Any]
    settings: str | None


class AgentPage(msgspec.Struct, frozen=True):
    """A page in the order that was asked for; *next_page* is null behind the last one."""

    rows: list[AgentRow]
    next_page: str | None


def agent_row(
    row: StoredAgent,
    limits: PresenceLimits,
    *,
    to_admin: bool = False,
    facts: dict[str, Any] | None = None,
) -> AgentRow:
    """Return a row of the storage with what is derived from it; *to_admin* shows `agent_uuid`."""
    health = health_of(row.health or "{}")
    return AgentRow(
        agent_id=row.agent_id,
        agent_uuid=row.agent_uuid if to_admin else None,
        employee_id=row.employee_id,
        username=row.username,
        hostname=row.hostname,
        platform=row.platform,
        agent_version=row.agent_version,
        enrolled_at=row.enrolled_at,
        enrolled_with=row.enrolled_with,
        revoked_at=row.revoked_at,
        state=state_of(row.last_seen, limits, interval_of(health)),
        status=row.status,
        last_seen=row.last_seen,
        skew_seconds=row.skew_seconds,
        time_zone=row.time_zone,
        queued=queued_of(health),
        attention=_attention(row, health, limits),
        health=None if row.health is None else _FACTS.decode(row.health),
        duplicate=row.duplicate,
        certain=row.certain,
        blocked=row.blocked,
        facts=facts or {},
        settings=fingerprint_of(health.settings),
    )


def fingerprint_of(reported: Any) -> str | None:
    """Return the fingerprint of settings that an agent reported; None when it is none."""
    is_one = isinstance(reported, str) and _FINGERPRINT.fullmatch(reported)
    return reported if is_one else None


def _attention(row: StoredAgent, health: Health, limits: PresenceLimits) -> list[str]:
    attention = attention_of(health)
    if row.revoked_at is None:
        attention += silence_of(row.last_seen, row.enrolled_at, health, limits)
        attention += version_attention_of(row.agent_version, limits.minimum_version)
    if row.copied_at is not None and row.copied_at >= limits.copied:
        attention.append(COPIED)
    if row.blocked:
        attention.append("Blocked: what it sends is refused until it is unblocked.")
    if row.duplicate:
        attention.append("Two agents claim this user and host. Revoke the one that is gone.")
    elif not row.certain and row.revoked_at is None:
        attention.append("Several machines bear this name. Confirm this one if it is the user's.")
    return attention
