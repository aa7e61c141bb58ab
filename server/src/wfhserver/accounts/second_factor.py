"""A second factor: codes of an app (RFC 6238), and recovery codes for when it is lost."""

import hmac
import secrets
from datetime import datetime
from typing import Final

import pyotp

from wfhserver.accounts.sign_in_limits import AttemptLimit, count
from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.models.users import User
from wfhserver.storage.postgres import second_factor
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.tokens import hash_of

RECOVERY_CODES: Final = 10
WRONG_CODE: Final = (
    "The code is wrong or has expired. Enter the current code from your authenticator app."
)
_STEP_SECONDS = 30
# A phone's clock may be half a minute off.
_DRIFT_STEPS = (0, -1, 1)
_RECOVERY_BYTES = 10
_ATTEMPTS = 5
_ISSUER = "wfhserver"


class SecondFactor:
    """Set up, confirmed and removed by its user."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def is_set_up(self, user: User) -> bool:
        """Tell whether signing in asks for a code."""
        async with self._database.connection() as connection:
            current, _ = await second_factor.secrets_of(connection, user.user_id)
        return current is not None

    async def begin(self, user: User) -> tuple[str, str]:
        """Return a new secret, and its address for a QR code; not in force until confirmed."""
        secret = pyotp.random_base32()
        async with self._database.transaction() as connection:
            current, _ = await second_factor.secrets_of(connection, user.user_id)
            if current is not None:
                raise Refusal(Code.CONFLICT, "A second factor is already set up. Remove it first.")
            await second_factor.begin(connection, user.user_id, secret)
        uri = pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=_ISSUER)
        return secret, uri

    async def confirm(self, user: User, code: str) -> list[str]:
        """Put the secret in force with its first code; return recovery codes, kept nowhere."""
        await self._count(user)
        now = self._clock.now()
        codes = [secrets.token_hex(_RECOVERY_BYTES) for _ in range(RECOVERY_CODES)]
        async with self._database.transaction() as connection:
            _, pending = await second_factor.secrets_of(connection, user.user_id)
            step = None if pending is None else matching_step(pending, code, now)
            if step is None:
                raise Refusal(
                    Code.INVALID_FIELD,
                    WRONG_CODE,
                    field="code",
                )
            hashes = [hash_of(each) for each in codes]
            await second_factor.confirm(connection, user.user_id, step, hashes)
            entry = Entry(actor=user.actor, action="second_factor.confirm")
            await record(connection, entry, now)
        return codes

    async def remove(self, user: User, code: str) -> None:
        """Remove the second factor; needs a code of it, or a recovery code."""
        await self._count(user)
        now = self._clock.now()
        async with self._database.transaction() as connection:
            if not await is_right(connection, user.user_id, code, now):
                raise Refusal(
                    Code.INVALID_FIELD,
                    WRONG_CODE,
                    field="code",
                )
            await second_factor.end(connection, user.user_id)
            entry = Entry(actor=user.actor, action="second_factor.remove")
            await record(connection, entry, now)

    async def _count(self, user: User) -> None:
        async with self._database.transaction() as connection:
            limits = {f"second factor:{user.username}": AttemptLimit(_ATTEMPTS)}
            await count(connection, limits, self._clock.now())


async def is_right(connection: AnyConnection, user_id: int, code: str, now: datetime) -> bool:
    """Tell whether *code* opens, and use it up; needs a transaction."""
    secret, _ = await second_factor.secrets_of(connection, user_id)
    if secret is None:
        return False
    step = matching_step(secret, code, now)
    if step is not None:
        return await second_factor.take_step(connection, user_id, step)
    return await second_factor.take_recovery_code(
        connection, user_id, hash_of(_recovery_code_of(code))
    )


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the step of which *code* is the code, one step of drift allowed; None without."""
    current, given = int(now.timestamp()) // _STEP_SECONDS, _digits_of(code).encode()
    totp = pyotp.TOTP(secret)
    for drift in _DRIFT_STEPS:
        if hmac.compare_digest(totp.generate_otp(current + drift).encode(), given):
            return current + drift
    return None


def _digits_of(code: str) -> str:
    """Return the digits of a code, which apps show as `123 456`; a recovery code has letters."""
    if any(character.isalpha() for character in code):
        return ""
    return "".join(str(int(character)) for character in code if character.isdecimal())


def _recovery_code_of(code: str) -> str:
    """Return a recovery code as it was made, however it was written down."""
    return "".join(character for character in code.lower() if character.isalnum())
