"""Secret keys in the format of minisign: makes one, reads one, and signs with it.

Source: https://jedisct1.github.io/minisign/ and, for the password, libsodium's scrypt.
"""

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

import msgspec

from wfhagent.errors import PluginError
from wfhagent.messages import _
from wfhagent.plugins.ed25519 import BASE, KEY_BYTES, ORDER, encode, hash_to_number, multiply
from wfhagent.plugins.minisign import (
    HASHED_MARK,
    ID_BYTES,
    KEY_MARK,
    UNTRUSTED,
    PublicKey,
    Signature,
    signature_text,
)

_SCRYPT, _NO_PASSWORD, _CHECKSUM = b"Sc", b"\0\0", b"B2"
_SALT_BYTES, _SECRET_BYTES = 32, ID_BYTES + 2 * KEY_BYTES + 32
_KEY_FILE_BYTES = 6 + _SALT_BYTES + 16 + _SECRET_BYTES
_MOST_MEMORY_BYTES = 2**31 - 1


class SecretKey(msgspec.Struct, frozen=True, kw_only=True):
    """A secret key: the *seed* of 32 bytes decides all but the *key_id*."""

    key_id: bytes
    seed: bytes

    def public(self) -> PublicKey:
        """Return the public key."""
        return PublicKey(key_id=self.key_id, key=encode(multiply(_scalar(self.seed)[0], BASE)))


def new_secret_key(file: Path) -> SecretKey:
    """Make a key without a password in *file*, for its owner alone, and return it.

    Raises:
        PluginError: *file* is there already, or cannot be written.
    """
    key = SecretKey(key_id=secrets.token_bytes(ID_BYTES), seed=secrets.token_bytes(KEY_BYTES))
    head = KEY_MARK + _NO_PASSWORD + _CHECKSUM + bytes(_SALT_BYTES + 16)
    pair = key.key_id + key.seed + key.public().key
    content = base64.b64encode(head + pair + _checksum(pair)).decode()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(f"{UNTRUSTED}secret key for wfhagent plugins\n{content}\n")
    except OSError as error:
        text = _("{file}: cannot be made: {reason}.")
        raise PluginError(text.format(file=file, reason=error.strerror)) from error
    return key


def read_secret_key(file: Path, ask_password: Callable[[], str]) -> SecretKey:
    """Return the key in *file*; *ask_password* is called for one that has a password.

    Raises:
        PluginError: *file* has no key, or the password is wrong.
    """
    try:
        raw = base64.b64decode(file.read_text(encoding="utf-8").splitlines()[1], validate=True)
    except OSError as error:
        text = _("{file}: cannot be read: {reason}.")
        raise PluginError(text.format(file=file, reason=error.strerror)) from error
    except (binascii.Error, IndexError, ValueError):
        raw = b""
    if len(raw) != _KEY_FILE_BYTES or raw[:2] != KEY_MARK or raw[4:6] != _CHECKSUM:
        text = _("{file}: is no secret key of minisign. `wfhagent plugin keygen` makes one.")
        raise PluginError(text.format(file=file))
    secret = raw[-_SECRET_BYTES:]
    if raw[2:4] == _SCRYPT:
        stream = _stretched(ask_password(), raw[6:-_SECRET_BYTES])
        secret = bytes(one ^ other for one, other in zip(secret, stream, strict=True))
    pair, checksum = secret[:-32], secret[-32:]
    # minisign writes no checksum where there is no password to be wrong.
    if checksum not in {_checksum(pair), bytes(32)}:
        raise PluginError(_("{file}: the password is wrong.").format(file=file))
    return SecretKey(key_id=pair[:ID_BYTES], seed=pair[ID_BYTES : ID_BYTES + KEY_BYTES])


def sign(content: bytes, key: SecretKey, comment: str) -> bytes:
    """Return the signature of *content* and of *comment*, as the content of a file."""
    signature = _signed(hashlib.blake2b(content).digest(), key)
    made = Signature(
        mark=HASHED_MARK,
        key_id=key.key_id,
        signature=signature,
        comment=comment,
        of_comment=_signed(signature + comment.encode(), key),
    )
    return signature_text(made).encode()


def _signed(message: bytes, key: SecretKey) -> bytes:
    """Return the 64 bytes of a signature. Source: RFC 8032, section 5.1.6."""
    number, prefix = _scalar(key.seed)
    nonce = hash_to_number(prefix, message)
    commitment = encode(multiply(nonce, BASE))
    challenge = hash_to_number(commitment, key.public().key, message)
    answer = (nonce + challenge * number) % ORDER
    return commitment + answer.to_bytes(KEY_BYTES, "little")


def _scalar(seed: bytes) -> tuple[int, bytes]:
    """Return the secret number of *seed*, and what makes nonces of it."""
    digest = hashlib.sha512(seed).digest()
    number = int.from_bytes(digest[:KEY_BYTES], "little")
    return number & ((1 << 254) - 8) | 1 << 254, digest[KEY_BYTES:]


def _checksum(pair: bytes) -> bytes:
    return hashlib.blake2b(KEY_MARK + pair, digest_size=32).digest()


def _stretched(password: str, parameters: bytes) -> bytes:
    """Return the bytes that hide a secret key. Source: libsodium, pwhash_scryptsalsa208sha256."""
    salt = parameters[:_SALT_BYTES]
    operations = max(int.from_bytes(parameters[_SALT_BYTES : _SALT_BYTES + 8], "little"), 32768)
    memory = int.from_bytes(parameters[_SALT_BYTES + 8 :], "little")
    block, parallel = 8, 1
    most = operations // (block * 4) if operations < memory // 32 else memory // (block * 128)
    cost = 2
    while cost <= most // 2:
        cost *= 2
    if operations >= memory // 32:
        parallel = max(1, min(operations // 4 // cost, 0x3FFFFFFF) // block)
    return hashlib.scrypt(
        password.encode(),
        salt=salt,
        n=cost,
        r=block,
        p=parallel,
        maxmem=_MOST_MEMORY_BYTES,
        dklen=_SECRET_BYTES,
    )
