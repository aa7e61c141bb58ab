"""How often somebody may guess: by name and address together, with pauses that grow.

A name alone is hardly limited, for else anybody could lock anybody out. A browser from which the
user has signed in before is limited by itself, whatever others do to the name or from the address.
"""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from wfhserver.errors import Code, Refusal
from wfhserver.storage.postgres import login_attempts
from wfhserver.storage.postgres.connection import AnyConnection

ATTEMPT_RETENTION: Final = timedelta(days=1)
QUARTER: Final = timedelta(minutes=15)
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = QUARTER
_DOUBLINGS = 4


class AttemptLimit(msgspec.Struct, frozen=True):
    """So many attempts within *window*, and then none; with *grows*, one after each pause."""

    free: int
    window: timedelta = QUARTER
    grows: bool = False


# People mistype; an office behind one address has more of them.
_OF_PAIR: Final = AttemptLimit(5, ATTEMPT_RETENTION, grows=True)
_OF_ADDRESS: Final = AttemptLimit(30)
# Guesses from very many addresses; the user's own browsers get in all the same.
_OF_NAME: Final = AttemptLimit(200)


def limits_of(name: str, address: str, device: bytes | None) -> dict[str, AttemptLimit]:
    """Return what limits an attempt on *name*; *device* is the hash of a browser known for it."""
    if device is not None:
        return {login_attempts.of_device(device): _OF_PAIR}
    return {
        login_attempts.of_pair(name, address): _OF_PAIR,
        login_attempts.of_name(name): _OF_NAME,
        login_attempts.of_address(address): _OF_ADDRESS,
    }


async def count(
    connection: AnyConnection,
    limits: Mapping[str, AttemptLimit],
    now: datetime,
    *,
    end_wait: str = "wfhserver users unlock",
) -> None:
    """Count an attempt on everything that *limits* names; Refusal `too_many_logins` instead.

    *end_wait* is the command that ends the wait. Needs a transaction.
    """
    since = {subject: now - limit.window for subject, limit in limits.items()}
    await login_attempts.lock(connection, since)
    await login_attempts.delete_old(connection, now - ATTEMPT_RETENTION)
    waits = [
        wait_after(limits[found.subject], found.attempts, found.earliest, found.latest, now)
        for found in await login_attempts.count(connection, since)
    ]
    longest = max(waits, default=timedelta())
    if longest > timedelta():
        raise Refusal(
            Code.TOO_MANY_LOGINS,
            f"Too many attempts have failed. Try again in {_minutes(longest)}. An administrator can"
            f" end the wait with `{end_wait}`.",
            retry_after=math.ceil(longest.total_seconds()),
        )
    await login_attempts.add(connection, list(limits), now)


def wait_after(
    limit: AttemptLimit, attempts: int, earliest: datetime, latest: datetime, now: datetime
) -> timedelta:
    """Return how long the next attempt has to wait; nothing or less when it need not."""
    if attempts < limit.free:
        return timedelta()
    if not limit.grows:
        return earliest + limit.window - now
    pause = _FIRST_PAUSE * (1 << min(attempts - limit.free, _DOUBLINGS))
    return latest + min(pause, _LONGEST_PAUSE) - now


def _minutes(wait: timedelta) -> str:
    minutes = -(-int(wait.total_seconds()) // 60)
    return "a minute" if minutes <= 1 else f"{minutes} minutes"
