"""Whether somebody whom IT trusts has signed a pack."""

from collections.abc import Sequence

from wfhagent.plugins.manifest import SignedManifest
from wfhagent.plugins.minisign import is_signed, read_public_key, read_signature, shown


def why_not_signed(pack: SignedManifest, keys: Sequence[str]) -> str:
    """Return why no owner of *keys* has signed *pack*, as the end of a sentence; else nothing.

    Raises:
        ValueError: one of *keys* is no public key.
    """
    if not pack.signature:
        return "it is not signed either"
    try:
        signature = read_signature(pack.signature)
    except ValueError as error:
        return f"its signature cannot be read: {error}"
    known = [key for key in map(read_public_key, keys) if key.key_id == signature.key_id]
    if not known:
        number = shown(signature.key_id)
        return f"its signer, the key {number}, is not in [plugins] trusted_keys either"
    if not any(is_signed(pack.content, signature, key) for key in known):
        return "its signature is wrong: the pack was changed, or the key is another one"
    return ""


def signer_of(pack: SignedManifest) -> str:
    """Return the ID of the key that *pack* names as its signer; empty when it names none."""
    try:
        return shown(read_signature(pack.signature).key_id)
    except ValueError:
        return ""
