"""Public keys and signatures in the format of minisign, whose program reads and writes the same.

Source: https://jedisct1.github.io/minisign/.
"""

import base64
import binascii
import hashlib

import msgspec

from wfhagent.plugins.ed25519 import KEY_BYTES, SIGNATURE_BYTES, verifies

KEY_MARK = b"Ed"
HASHED_MARK = b"ED"
"""Of a signature of the BLAKE2b hash of a file; one with `Ed` is of the file itself."""
ID_BYTES = 8
UNTRUSTED, TRUSTED = "untrusted comment: ", "trusted comment: "
_LINES = 4


class PublicKey(msgspec.Struct, frozen=True, kw_only=True):
    """A public key: *key_id* tells which one has signed, and proves nothing."""

    key_id: bytes
    key: bytes


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """A signature, and one of itself with a comment."""

    mark: bytes
    key_id: bytes
    signature: bytes
    comment: str
    of_comment: bytes


def shown(key_id: bytes) -> str:
    """Return *key_id* as minisign shows it."""
    return key_id[::-1].hex().upper()


def read_public_key(text: str) -> PublicKey:
    """Return the public key of *text*, the line of a minisign.pub that begins with RW.

    Raises:
        ValueError: it is none.
    """
    raw = _decode(text)
    if len(raw) != len(KEY_MARK) + ID_BYTES + KEY_BYTES or not raw.startswith(KEY_MARK):
        raise ValueError("no public key of minisign, such as RWQf6LRCGA9i53ml…")
    return PublicKey(key_id=raw[2:10], key=raw[10:])


def public_key_text(key: PublicKey) -> str:
    """Return *key* as one line."""
    return base64.b64encode(KEY_MARK + key.key_id + key.key).decode()


def read_signature(content: bytes) -> Signature:
    """Return the signature in *content*, a file of minisign.

    Raises:
        ValueError: it is none.
    """
    lines = content.decode("utf-8").splitlines()
    if len(lines) < _LINES or not lines[2].startswith(TRUSTED):
        raise ValueError("no signature file of minisign")
    raw, of_comment = _decode(lines[1]), _decode(lines[3])
    if len(raw) != len(KEY_MARK) + ID_BYTES + SIGNATURE_BYTES:
        raise ValueError("no signature of Ed25519")
    return Signature(
        mark=raw[:2],
        key_id=raw[2:10],
        signature=raw[10:],
        comment=lines[2].removeprefix(TRUSTED),
        of_comment=of_comment,
    )


def signature_text(signature: Signature) -> str:
    """Return *signature* as the content of a file."""
    raw = signature.mark + signature.key_id + signature.signature
    return (
        f"{UNTRUSTED}signature of a wfhagent plugin\n{base64.b64encode(raw).decode()}\n"
        f"{TRUSTED}{signature.comment}\n{base64.b64encode(signature.of_comment).decode()}\n"
    )


def is_signed(content: bytes, signature: Signature, key: PublicKey) -> bool:
    """Tell whether *signature* of *content* and its comment are by the owner of *key*."""
    if signature.key_id != key.key_id or signature.mark not in {KEY_MARK, HASHED_MARK}:
        return False
    signed = content if signature.mark == KEY_MARK else hashlib.blake2b(content).digest()
    with_comment = signature.signature + signature.comment.encode()
    return verifies(key.key, signed, signature.signature) and verifies(
        key.key, with_comment, signature.of_comment
    )


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except binascii.Error as error:
        raise ValueError("no Base64") from error
