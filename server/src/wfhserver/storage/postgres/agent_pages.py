"""Pages of agents: which are asked for, and in which order."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from wfhserver.models.fleet import System
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.employees import (
    AGENTS,
    FURTHER_MATCHES,
    IN_TEAM,
    StoredAgent,
)
from wfhserver.storage.postgres.fleet import SETTINGS, SYSTEM
from wfhserver.storage.postgres.intervals import LONGER

DIFFERS = "differs"
"""The settings of agents that report some which are not agreed on."""
UNKNOWN = "unknown"
"""The settings of agents that report none."""


class AgentOrder(StrEnum):
    """What agents are sorted by."""

    EMPLOYEE = "employee"
    DEVICE = "device"
    LAST_SEEN = "last_seen"
    VERSION = "version"
    ENROLLED = "enrolled"


class _Sort(NamedTuple):
    """An order: the field of AgentKey that has its value, the SQL of that, and its type."""

    field: str
    sql: str
    kind: str


# Of a version only its numbers count, as many as fit.
_NUMBERS = r"""coalesce(string_to_array(
  substring(agent_version from '^[0-9]{1,9}(?:\.[0-9]{1,9})*'), '.')::int[], '{}')"""
_SORTS = {
    AgentOrder.EMPLOYEE: _Sort("text", "username", "text"),
    AgentOrder.DEVICE: _Sort("text", "hostname", "text"),
    # Never seen is before everything.
    AgentOrder.LAST_SEEN: _Sort(
        "moment", "coalesce(last_seen, 'epoch'::timestamptz)", "timestamptz"
    ),
    AgentOrder.VERSION: _Sort("numbers", _NUMBERS, "int[]"),
    AgentOrder.ENROLLED: _Sort("moment", "enrolled_at", "timestamptz"),
}
# As presence.states.state_of decides it.
_STATE = f"""
CASE WHEN p.last_seen IS NULL THEN 'never'
     WHEN p.last_seen + {LONGER} >= $11::timestamptz THEN 'online'
     WHEN p.last_seen + 3 * {LONGER} >= $12::timestamptz THEN 'overdue' ELSE 'offline' END"""
_HAS_SETTINGS = f"""
CASE $13::text WHEN '{DIFFERS}' THEN {SETTINGS} NOT IN (SELECT fingerprint FROM agreed_settings)
         WHEN '{UNKNOWN}' THEN {SETTINGS} IS NULL ELSE {SETTINGS} = $13::text END"""  # noqa: S608
_FOUND = f"""
SELECT * FROM ({AGENTS}
   AND ($2::text IS NULL OR strpos(lower(e.username), lower($2)) > 0
                         OR {FURTHER_MATCHES}
                         OR strpos(lower(e.display_name), lower($2)) > 0
                         OR strpos(lower(a.hostname), lower($2)) > 0
                         OR 'a' || a.agent_id = lower($2))
   AND ($7::text IS NULL OR p.health ? $7)
   AND ($3::int IS NULL OR {IN_TEAM.format("$3")})
   AND ($8::text[] IS NULL OR coalesce(p.agent_version, a.agent_version) = ANY ($8))
   AND ($9::text IS NULL OR {SYSTEM} = $9)
   AND ($10::text IS NULL OR {_STATE} = $10)
   AND ($13::text IS NULL OR {_HAS_SETTINGS})) AS found
 WHERE ($4::boolean IS NULL OR (revoked_at IS NOT NULL) = $4)
   AND ($5::boolean IS NULL OR (duplicate OR NOT certain) = $5)
   AND ($6::int[] IS NULL OR agent_id = ANY ($6))
"""  # noqa: S608 -- our own conditions


class AgentFilters(NamedTuple):
    """Which agents a user asks for; what is None is not asked for.

    *agents* are numbers, and *reports* is a member that the agent's health has. *state* is that of
    presence.states, by the two moments. *settings* is a fingerprint, DIFFERS or UNKNOWN.
    """

    sees_teams_of: int | None
    text: str | None
    team_id: int | None
    revoked: bool | None
    duplicate: bool | None
    agents: list[int] | None
    reports: str | None
    versions: list[str] | None
    system: System | None
    state: str | None
    online_since: datetime
    overdue_since: datetime
    settings: str | None


class AgentKey(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The position of an agent in one of the orders: its value there, and its number."""

    number: Annotated[int, Meta(ge=0, le=2**31 - 1)]
    text: Annotated[str, Meta(max_length=255, pattern=r"^[^\0]*$")] | None = None
    moment: Annotated[datetime, Meta(tz=True)] | None = None
    numbers: (
        Annotated[list[Annotated[int, Meta(ge=0, le=999_999_999)]], Meta(max_length=64)] | None
    ) = None


class AgentPosition(NamedTuple):
    """How a page is sorted, and behind which agent it begins; None for the first page."""

    order: AgentOrder
    descending: bool
    after: AgentKey | None

    @property
    def fits(self) -> bool:
        """Whether the key is one of this order."""
        return self.after is None or getattr(self.after, _SORTS[self.order].field) is not None


class FoundAgent(NamedTuple):
    """An agent, and where it is in the order."""

    agent: StoredAgent
    key: AgentKey


async def page(
    connection: AnyConnection, filters: AgentFilters, position: AgentPosition, limit: int
) -> list[FoundAgent]:
    """Return agents in that order."""
    field, sql, kind = _SORTS[position.order]
    sign, direction = ("<", "DESC") if position.descending else (">", "ASC")
    behind = "" if position.after is None else f"AND ({sql}, agent_id) {sign} ($15::{kind}, $16)"
    query = (
        _FOUND.replace("SELECT *", f"SELECT found.*, {sql} AS sort_key", 1)
        + f" {behind} ORDER BY sort_key {direction}, agent_id {direction} LIMIT $14"
    )
    key = position.after
    after = () if key is None else (getattr(key, field), key.number)
    rows = await connection.fetch(query, *filters, limit, *after)
    return [
        FoundAgent(StoredAgent(*row[:-1]), AgentKey(row[0], **{field: row[-1]}))
        for row in map(tuple, rows)
    ]
