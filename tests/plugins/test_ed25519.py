"""Ed25519 in plain Python: what is a signature, and each of the forms that look like one."""

import hashlib

import pytest

from wfhagent.plugin_tools.secret_key import SecretKey
from wfhagent.plugins.ed25519 import (
    BASE,
    ORDER,
    PRIME,
    Point,
    decode,
    encode,
    hash_to_number,
    multiply,
    verifies,
)

# RFC 8032, section 7.1: seed, public key, message and signature.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
            "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
            "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
            "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        (
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a8"
            "36ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ec"
            "fdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ),
]
PUBLIC, MESSAGE, SIGNATURE = map(bytes.fromhex, VECTORS[1][1:])
R, S = SIGNATURE[:32], int.from_bytes(SIGNATURE[32:], "little")


def as_bytes(number: int) -> bytes:
    return number.to_bytes(32, "little")


def add(one: Point, other: Point) -> Point:
    """Return the sum of two points in affine coordinates, by the formula of the curve."""
    d = -121665 * pow(121666, -1, PRIME) % PRIME
    (x1, y1), (x2, y2) = affine(one), affine(other)
    product = d * x1 * x2 * y1 * y2 % PRIME
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, PRIME) % PRIME
    y = (y1 * y2 + x1 * x2) * pow(1 - product, -1, PRIME) % PRIME
    return Point(x, y, 1, x * y % PRIME)


def affine(point: Point) -> tuple[int, int]:
    inverse = pow(point.z, -1, PRIME)
    return point.x * inverse % PRIME, point.y * inverse % PRIME


def find_torsion() -> Point:
    """Return a point of order 8: any point, the order of the base point times."""
    for y in range(2, 100):
        point = decode(as_bytes(y))
        if point is not None:
            found = multiply(ORDER, point)
            if affine(multiply(4, found)) != (0, 1):
                return found
    raise AssertionError("there is such a point")


TORSION = find_torsion()
SMALL = [encode(multiply(number, TORSION)) for number in range(8)]
"""The eight points of a small order; the first is the neutral one."""


@pytest.mark.parametrize(("seed", "public", "message", "signature"), VECTORS)
def test_the_examples_of_the_standard(seed: str, public: str, message: str, signature: str):
    key = SecretKey(key_id=bytes(8), seed=bytes.fromhex(seed))

    assert key.public().key.hex() == public
    assert verifies(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))
    assert not verifies(bytes.fromhex(public), b"another", bytes.fromhex(signature))


def test_another_library_agrees_on_keys_and_signatures():
    ed25519 = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519")
    for number in range(20):
        seed = hashlib.sha256(b"%d" % number).digest()
        message = seed * number
        theirs = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        public = theirs.public_key().public_bytes_raw()

        assert SecretKey(key_id=bytes(8), seed=seed).public().key == public
        assert verifies(public, message, theirs.sign(message))


def test_no_changed_bit_is_taken():
    for place in range(0, 512, 7):
        changed = bytearray(SIGNATURE)
        changed[place // 8] ^= 1 << place % 8
        assert not verifies(PUBLIC, MESSAGE, bytes(changed))
    for place in range(0, 256, 7):
        key = bytearray(PUBLIC)
        key[place // 8] ^= 1 << place % 8
        assert not verifies(bytes(key), MESSAGE, SIGNATURE)


def test_a_signature_has_one_form_only():
    """The number of a signature plus a multiple of the order satisfies the same equation."""
    others = [S + ORDER * times for times in range(1, 2**256 // ORDER)]
    found = [verifies(PUBLIC, MESSAGE, R + as_bytes(number)) for number in others]

    assert len(others) >= 14
    assert not any(found)


@pytest.mark.parametrize("number", [0, 1, ORDER - 1, ORDER, ORDER + 1, 2**252, 2**255, 2**256 - 1])
def test_numbers_at_the_borders_are_no_signature(number: int):
    assert not verifies(PUBLIC, MESSAGE, R + as_bytes(number))


@pytest.mark.parametrize("length", [0, 1, 31, 32, 63, 65, 128])
def test_a_signature_or_key_of_another_length_is_none(length: int):
    assert not verifies(PUBLIC, MESSAGE, (SIGNATURE * 2)[:length])
    if length != len(PUBLIC):
        assert not verifies((PUBLIC * 4)[:length], MESSAGE, SIGNATURE)


def test_the_torsion_has_eight_points():
    assert len(set(SMALL)) == 8
    assert SMALL[0] == as_bytes(1)
    assert affine(multiply(8, TORSION)) == (0, 1)


@pytest.mark.parametrize("key", SMALL, ids=range(8))
def test_a_key_of_a_small_order_signs_nothing(key: bytes):
    """With it, one signature of eight at most verifies for any message that there is."""
    for commitment in SMALL:
        for number in (0, 1):
            for message in (b"", MESSAGE, b"pack"):
                assert not verifies(key, message, commitment + as_bytes(number))
    # Nor does one whose commitment is a usual point.
    assert not verifies(key, MESSAGE, encode(multiply(7, BASE)) + as_bytes(7))


@pytest.mark.parametrize("commitment", SMALL, ids=range(8))
def test_a_commitment_of_a_small_order_is_refused(commitment: bytes):
    """Whoever has the secret key could make such a signature, and minisign would refuse it."""
    scalar = 12345
    key = encode(multiply(scalar, BASE))
    number = hash_to_number(commitment, key, MESSAGE) * scalar % ORDER

    assert not verifies(key, MESSAGE, commitment + as_bytes(number))


@pytest.mark.parametrize("times", range(1, 8))
def test_a_commitment_with_a_part_of_a_small_order_is_refused(times: int):
    """It satisfies the equation that is multiplied by 8, which others take."""
    scalar, nonce = 12345, 6789
    key = encode(multiply(scalar, BASE))
    honest = multiply(nonce, BASE)
    mixed = encode(add(honest, multiply(times, TORSION)))

    def signed(commitment: bytes) -> bytes:
        challenge = hash_to_number(commitment, key, MESSAGE)
        return commitment + as_bytes((nonce + challenge * scalar) % ORDER)

    assert verifies(key, MESSAGE, signed(encode(honest)))
    assert not verifies(key, MESSAGE, signed(mixed))


@pytest.mark.parametrize("y", [PRIME + offset for offset in range(19)])
@pytest.mark.parametrize("sign", [0, 1])
def test_a_point_has_one_form_only(y: int, sign: int):
    encoded = as_bytes(y | sign << 255)

    assert decode(encoded) is None
    assert not verifies(encoded, MESSAGE, SIGNATURE)
    assert not verifies(PUBLIC, MESSAGE, encoded + SIGNATURE[32:])


def test_zero_has_no_sign():
    for y in (1, PRIME - 1):
        assert decode(as_bytes(y)) is not None
        assert decode(as_bytes(y | 1 << 255)) is None


def test_what_is_on_no_curve_is_no_point():
    points = [decode(as_bytes(y)) for y in range(2, 40)]

    assert None in points
    for point in points:
        if point is not None:
            x, y = affine(point)
            d = -121665 * pow(121666, -1, PRIME) % PRIME
            assert (y * y - x * x - 1 - d * x * x * y * y) % PRIME == 0
            assert decode(encode(point)) == point
