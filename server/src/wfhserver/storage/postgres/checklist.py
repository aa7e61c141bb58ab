"""What the checklist "Getting started" asks the database, and which steps were dismissed."""

from collections.abc import Sequence
from datetime import datetime

from wfhserver.storage.postgres.connection import AnyConnection

# One question each: Citus answers only those about one of its tables.
_HAS_NOTICE = """
SELECT true FROM agent_presence WHERE health -> 'notice' ->> 'version' IS NOT NULL LIMIT 1
"""
_HAS_CHANNEL = "SELECT true FROM alert_channels WHERE kind <> 'email' OR $1 LIMIT 1"
_CAN_ENROLL = """
SELECT true FROM enrollment_tokens
 WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1)
   AND (use_limit IS NULL OR uses < use_limit) LIMIT 1
"""
_HAS_DEVICE = "SELECT true FROM agent_presence WHERE last_seen IS NOT NULL LIMIT 1"
_WITHOUT_SECOND_FACTOR = """
SELECT username FROM users
 WHERE role = 'admin' AND disabled_at IS NULL AND NOT is_invited AND oidc_subject IS NULL
   AND totp_secret IS NULL ORDER BY username
"""
_DISMISSED = "SELECT step FROM dismissed_steps"
_DISMISS = """
INSERT INTO dismissed_steps (step, dismissed_at, dismissed_by) SELECT unnest($1::text[]), $2, $3
ON CONFLICT (step) DO NOTHING RETURNING step
"""
_RESTORE = "DELETE FROM dismissed_steps WHERE step = ANY ($1::text[]) RETURNING step"


async def has_notice(connection: AnyConnection) -> bool:
    """Tell whether a device shows the company's notice."""
    return bool(await connection.fetchval(_HAS_NOTICE))


async def has_channel(connection: AnyConnection, *, mail: bool) -> bool:
    """Tell whether alerts are sent anywhere; e-mails count only with a *mail* server."""
    return bool(await connection.fetchval(_HAS_CHANNEL, mail))


async def has_token(connection: AnyConnection, now: datetime) -> bool:
    """Tell whether a device can enroll with a token."""
    return bool(await connection.fetchval(_CAN_ENROLL, now))


async def has_device(connection: AnyConnection) -> bool:
    """Tell whether a heartbeat of a device has arrived."""
    return bool(await connection.fetchval(_HAS_DEVICE))


async def without_second_factor(connection: AnyConnection) -> list[str]:
    """Return the administrators who sign in with a password alone."""
    return [row["username"] for row in await connection.fetch(_WITHOUT_SECOND_FACTOR)]


async def dismissed(connection: AnyConnection) -> set[str]:
    """Return the steps that were dismissed."""
    return {row["step"] for row in await connection.fetch(_DISMISSED)}


async def dismiss(connection: AnyConnection, steps: Sequence[str], by: str, at: datetime) -> int:
    """Dismiss steps; return how many were not before."""
    return len(await connection.fetch(_DISMISS, list(steps), at, by))


async def restore(connection: AnyConnection, steps: Sequence[str]) -> int:
    """Take steps back onto the list; return how many were dismissed."""
    return len(await connection.fetch(_RESTORE, list(steps)))
