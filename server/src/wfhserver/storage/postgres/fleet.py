"""What the devices have in common: versions, systems, and fingerprints of their settings."""

from datetime import datetime
from typing import NamedTuple

from wfhserver.models.fleet import Agreement
from wfhserver.storage.postgres.connection import AnyConnection

VERSION = "coalesce(p.agent_version, a.agent_version)"
"""The version of the agent *a* with the presence *p*."""
SYSTEM = """
CASE WHEN a.platform ILIKE 'windows%' THEN 'windows' WHEN a.platform ILIKE 'linux%' THEN 'linux'
     WHEN a.platform ILIKE 'macos%' OR a.platform ILIKE 'darwin%' THEN 'macos' ELSE 'other' END"""
"""The operating system of the agent *a*, a member of models.fleet.System."""
SETTINGS = """
CASE WHEN p.health ->> 'settings' ~ '^[0-9a-f]{64}$' THEN p.health ->> 'settings' END"""
"""The fingerprint of the settings that *p* reported; NULL when it is none."""
_COUNT = f"""
SELECT {VERSION} AS version, {SYSTEM} AS system, {SETTINGS} AS settings, count(*)::int AS devices
  FROM agents AS a JOIN agent_presence AS p USING (agent_id)
 WHERE a.revoked_at IS NULL GROUP BY 1, 2, 3
"""  # noqa: S608 -- our own expressions
_VERSIONS = f"""
SELECT DISTINCT {VERSION} FROM agents AS a JOIN agent_presence AS p USING (agent_id)
"""  # noqa: S608 -- our own expression
_AGREED = "SELECT fingerprint, label, agreed_by, agreed_at FROM agreed_settings"
_AGREE = """
INSERT INTO agreed_settings (fingerprint, label, agreed_by, agreed_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (fingerprint) DO UPDATE
   SET label = excluded.label, agreed_by = excluded.agreed_by, agreed_at = excluded.agreed_at
"""
_WITHDRAW = "DELETE FROM agreed_settings WHERE fingerprint = $1 RETURNING label"


class DeviceCount(NamedTuple):
    """How many devices have the same version, system and settings."""

    version: str
    system: str
    settings: str | None
    devices: int


async def count(connection: AnyConnection) -> list[DeviceCount]:
    """Return the devices that are not revoked, counted by what they have."""
    return [DeviceCount(*row) for row in await connection.fetch(_COUNT)]


async def versions(connection: AnyConnection) -> list[str]:
    """Return the versions of all agents, in no order."""
    return [row[0] for row in await connection.fetch(_VERSIONS)]


async def agreements(connection: AnyConnection) -> dict[str, Agreement]:
    """Return the settings that were agreed on, by fingerprint."""
    return {row[0]: Agreement(*row[1:]) for row in await connection.fetch(_AGREED)}


async def agree(
    connection: AnyConnection, fingerprint: str, label: str, *, by: str, at: datetime
) -> None:
    """Mark settings as agreed on, or change what the mark says."""
    await connection.execute(_AGREE, fingerprint, label, by, at)


async def withdraw(connection: AnyConnection, fingerprint: str) -> str | None:
    """Remove the mark; return its label, None when there was none."""
    label: str | None = await connection.fetchval(_WITHDRAW, fingerprint)
    return label
