"""How tokens are made and looked up: 256 random bits, kept as their SHA-256 only."""

import hashlib
import secrets

_RANDOM_BYTES = 32
_PASSWORD_BYTES = 15
_ENROLLMENT_PREFIX = "wfhe_"
API_KEY_PREFIX = "wfhx_"
_AGENT_PREFIX = "wfha_"
# Crockford's Base32: without letters that look like digits.
_CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 16
_CODE_GROUP = 4
_LOOKALIKES = str.maketrans("OIL", "011")


def new_enrollment_token() -> str:
    """Return a new token that enrolls machines."""
    return _ENROLLMENT_PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)


def new_agent_token() -> str:
    """Return a new token of one agent."""
    return _AGENT_PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)


def new_api_key() -> str:
    """Return a new key of a program."""
    return API_KEY_PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)


def new_session_token() -> str:
    """Return a new token of a browser's session."""
    return secrets.token_urlsafe(_RANDOM_BYTES)


def csrf_token(session_token: str) -> str:
    """Return the token that a page sends with its cookie; it does not reveal the session token."""
    return hashlib.sha256(b"wfhserver csrf " + session_token.encode()).hexdigest()


def new_password() -> str:
    """Return a password of 120 random bits, for a person to type once."""
    return secrets.token_urlsafe(_PASSWORD_BYTES)


def new_setup_code() -> str:
    """Return a code of 80 random bits for a person to copy, such as `K7QM-0F3Z-...`."""
    code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
    groups = range(0, _CODE_LENGTH, _CODE_GROUP)
    return "-".join(code[start : start + _CODE_GROUP] for start in groups)


def plain_setup_code(typed: str) -> str:
    """Return a setup code as it was made, however it was typed: case, hyphens, O for 0."""
    plain = "".join(character for character in typed.upper() if character.isalnum())
    return plain.translate(_LOOKALIKES)


def hash_of(token: str) -> bytes:
    """Return what is stored of *token*. No salt: it is random already, and it is looked up."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
