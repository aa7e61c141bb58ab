"""Passwords: argon2id, checked in a thread, a few at a time."""

import asyncio
from functools import cache
from typing import Final

import argon2
import argon2.exceptions

from wfhserver.errors import Code, Refusal

LEAST_CHARACTERS: Final = 12
MOST_CHARACTERS: Final = 1024
# Each takes 64 MiB and a core: more at once would be a way to stop the server.
_AT_ONCE = 2

_HASHER = argon2.PasswordHasher()


def check_strength(password: str) -> None:
    """Raise Refusal for a password that is too short or absurdly long."""
    if not LEAST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
        raise Refusal(
            Code.INVALID_FIELD,
            f"A password needs at least {LEAST_CHARACTERS} characters"
            f" (and at most {MOST_CHARACTERS}). Choose another one.",
            field="password",
        )


def hash_password(password: str) -> str:
    """Return what is stored of *password*; takes some 50 ms."""
    check_strength(password)
    return _HASHER.hash(password)


class Passwords:
    """Checks passwords without stopping the event loop."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Tell whether *password* is the one of *stored*; with None false, as slowly."""
        async with self._turn:
            return await asyncio.to_thread(_matches, stored, password)

    async def hash(self, password: str) -> str:
        """Return what is stored of *password*; Refusal when it is too short."""
        check_strength(password)
        async with self._turn:
            return await asyncio.to_thread(hash_password, password)


def _matches(stored: str | None, password: str) -> bool:
    try:
        _HASHER.verify(stored or _nobody(), password.encode("utf-8", "surrogatepass"))
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return stored is not None


@cache
def _nobody() -> str:
    """What an unknown user's password is held against, so that it takes as long."""
    return _HASHER.hash("nobody has this password")
