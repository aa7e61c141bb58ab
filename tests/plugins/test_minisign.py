"""Signatures of packs are those of minisign: Ed25519, checked in plain Python."""

import base64
import hashlib
from pathlib import Path

import pytest

from wfhagent.errors import PluginError
from wfhagent.plugin_tools.secret_key import new_secret_key, read_secret_key, sign
from wfhagent.plugins.minisign import (
    PublicKey,
    is_signed,
    public_key_text,
    read_public_key,
    read_signature,
    shown,
)

# Of minisign 0.11: a key for this test, made by `minisign -G -W`, and its signature of "test".
SECRET_KEY = """untrusted comment: minisign encrypted secret key
RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAMLJkJx2G9MVbxYM5hd5mw3yrzu1+aYKeKFb727XQR5URCRT5+zoEwhYGgXWweeaL5Ibo4vJNwiH+sqxAUfpqnFaRmEtbc7ACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
"""
PUBLIC_KEY = "RWQwsmQnHYb0xRYGgXWweeaL5Ibo4vJNwiH+sqxAUfpqnFaRmEtbc7AC"
SIGNATURE = b"""untrusted comment: signature from minisign secret key
RUQwsmQnHYb0xQkbPJkPBPHtRG3CsxupOabMUnm3kQ4hc3je4WQhWs4SLHSBoXpqA08X4afuR2xE1qhB+4c5eSGbCZCOhcVc4gg=
trusted comment: battery 1.2.0
asmfvKOajTzzMwLTqhCx9I/fCZGhcmRiWIy5SVRz8fuus8slLw3UToe7bA9PPhxhmaMANy0G+hvUYxEZI0T9Aw==
"""


def test_a_signature_of_minisign_is_taken():
    key = read_public_key(PUBLIC_KEY)
    signature = read_signature(SIGNATURE)

    assert is_signed(b"test", signature, key)
    assert not is_signed(b"Test", signature, key)
    assert signature.comment == "battery 1.2.0"
    changed = SIGNATURE.replace(b"1.2.0", b"1.3.0")
    assert not is_signed(b"test", read_signature(changed), key)


def test_a_key_of_minisign_signs(tmp_path: Path):
    file = tmp_path / "minisign.key"
    file.write_text(SECRET_KEY)

    key = read_secret_key(file, lambda: pytest.fail("it has no password"))

    assert public_key_text(key.public()) == PUBLIC_KEY
    assert is_signed(b"new", read_signature(sign(b"new", key, "comment")), key.public())


def test_a_key_of_minisign_with_a_password_is_read(tmp_path: Path):
    """What hides the key is made here by hand, from parameters that take no gigabyte."""
    raw = base64.b64decode(SECRET_KEY.splitlines()[1])
    pair = raw[54:126]
    secret = pair + hashlib.blake2b(b"Ed" + pair, digest_size=32).digest()
    salt = bytes(range(32))
    hidden = hashlib.scrypt(b"horse", salt=salt, n=1024, r=8, p=1, dklen=104)
    parameters = salt + (32768).to_bytes(8, "little") + (1 << 20).to_bytes(8, "little")
    stored = bytes(one ^ other for one, other in zip(secret, hidden, strict=True))
    file = tmp_path / "minisign.key"
    content = base64.b64encode(b"EdScB2" + parameters + stored).decode()
    file.write_text(f"untrusted comment: a key\n{content}\n")

    assert public_key_text(read_secret_key(file, lambda: "horse").public()) == PUBLIC_KEY
    with pytest.raises(PluginError, match=r"minisign\.key: the password is wrong"):
        read_secret_key(file, lambda: "cow")


def test_a_new_key_is_private_and_no_file_is_replaced(tmp_path: Path):
    key = new_secret_key(tmp_path / "key")

    assert read_secret_key(tmp_path / "key", lambda: "").public() == key.public()
    with pytest.raises(PluginError, match="cannot be made: File exists"):
        new_secret_key(tmp_path / "key")


@pytest.mark.parametrize("text", ["", "no Base64!", "AAAA", PUBLIC_KEY[:-4]])
def test_what_is_no_key_is_refused(tmp_path: Path, text: str):
    file = tmp_path / "key"
    file.write_text(f"untrusted comment: x\n{text}\n")

    with pytest.raises(ValueError, match="no"):
        read_public_key(text)
    with pytest.raises(PluginError, match="is no secret key of minisign"):
        read_secret_key(file, lambda: "")


def test_the_id_of_a_key_is_shown_as_minisign_shows_it():
    key = read_public_key("RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3")

    assert shown(key.key_id) == "E7620F1842B4E81F"
    assert key == PublicKey(key_id=key.key_id, key=key.key)
