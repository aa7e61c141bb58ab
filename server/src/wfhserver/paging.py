"""Tokens of pages: where the next page begins, in a form that nobody needs to understand.

They are neither secrets nor rights: a made-up one shows only what the filters let through.
"""

import base64
import binascii
from typing import TypeVar

import msgspec

from wfhserver.errors import Code, Refusal

T = TypeVar("T")
_LONGEST = 1024


def page_token(key: msgspec.Struct) -> str:
    """Return *key* as a token that fits into an address."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def read_token(token: str | None, kind: type[T]) -> T | None:
    """Return what *token* was made of; None for the first page, Refusal for a made-up one."""
    if token is None:
        return None
    padded = token[:_LONGEST] + "=" * (-len(token) % 4)
    try:
        return msgspec.json.decode(base64.b64decode(padded, b"-_", validate=True), type=kind)
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        raise Refusal(
            Code.INVALID_FIELD,
            "This page key is not valid. Start with the first page.",
            field="page",
        ) from None
