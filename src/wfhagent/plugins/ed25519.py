"""Ed25519 signatures (RFC 8032): checks them, with integers of Python.

The agent checks two per pack at its start, in some milliseconds each. A library for it would be the
largest part of the program. What is checked is public, so its time may depend on it.
"""

import hashlib
from typing import NamedTuple

KEY_BYTES = 32
SIGNATURE_BYTES = 64
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of the group that the base point generates."""
_D = -121665 * pow(121666, -1, PRIME) % PRIME
_ROOT = pow(2, (PRIME - 1) // 4, PRIME)
"""A square root of -1."""


class Point(NamedTuple):
    """A point in extended coordinates: x = X/Z, y = Y/Z, x*y = T/Z."""

    x: int
    y: int
    z: int
    t: int


NEUTRAL = Point(0, 1, 1, 0)


def verifies(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether *signature* (64 bytes) of *message* is by the owner of *public_key* (32 bytes).

    A key or commitment of a small order is refused, as by libsodium: with such a key, a signature
    of one message is often one of another.

    Source: RFC 8032, section 5.1.7.
    """
    if len(public_key) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    key, commitment = decode(public_key), decode(signature[:KEY_BYTES])
    number = int.from_bytes(signature[KEY_BYTES:], "little")
    if key is None or commitment is None or number >= ORDER:
        return False
    if _has_small_order(key) or _has_small_order(commitment):
        return False
    challenge = hash_to_number(signature[:KEY_BYTES], public_key, message)
    return _are_equal(multiply(number, BASE), _add(commitment, multiply(challenge, key)))


def hash_to_number(*parts: bytes) -> int:
    """Return the SHA-512 of *parts* as a number of the group."""
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER


def multiply(number: int, point: Point) -> Point:
    """Return *point*, *number* times."""
    result = NEUTRAL
    while number:
        if number & 1:
            result = _add(result, point)
        point = _add(point, point)
        number >>= 1
    return result


def encode(point: Point) -> bytes:
    """Return the 32 bytes of *point*."""
    inverse = pow(point.z, -1, PRIME)
    x, y = point.x * inverse % PRIME, point.y * inverse % PRIME
    return (y | (x & 1) << 255).to_bytes(KEY_BYTES, "little")


def decode(encoded: bytes) -> Point | None:
    """Return the point of 32 bytes; None when they are none."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    x = _recover_x(y, sign) if y < PRIME else None
    return None if x is None else Point(x, y, 1, x * y % PRIME)


def _recover_x(y: int, sign: int) -> int | None:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, PRIME) % PRIME
    if not square:
        return None if sign else 0
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * _ROOT % PRIME
    if (x * x - square) % PRIME:
        return None
    return PRIME - x if x & 1 != sign else x


def _add(one: Point, other: Point) -> Point:
    a = (one.y - one.x) * (other.y - other.x) % PRIME
    b = (one.y + one.x) * (other.y + other.x) % PRIME
    c = 2 * one.t * other.t * _D % PRIME
    d = 2 * one.z * other.z % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return Point(e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME)


def _has_small_order(point: Point) -> bool:
    """Tell whether *point* is one of the eight that have an order of at most 8."""
    return _are_equal(multiply(8, point), NEUTRAL)


def _are_equal(one: Point, other: Point) -> bool:
    return not (
        (one.x * other.z - other.x * one.z) % PRIME or (one.y * other.z - other.y * one.z) % PRIME
    )


def _base() -> Point:
    y = 4 * pow(5, -1, PRIME) % PRIME
    x = _recover_x(y, 0)
    assert x is not None  # noqa: S101 -- a constant of the curve
    return Point(x, y, 1, x * y % PRIME)


BASE = _base()
