"""What went wrong on the way to another server, without the passwords in addresses."""

import re

import httpx

_USERINFO = re.compile(r"(?<=://)[^\s\"'<>]*(?=@)")


def describe_http_error(error: Exception) -> str:
    """Return *error* in words. httpx quotes pieces of an address, which may be of a password."""
    if isinstance(error, httpx.InvalidURL):
        return (
            "an address is not valid; in that of the proxy (https_proxy) the characters / ? # [ ] "
            "of a password must be escaped"
        )
    return without_password(str(error) or type(error).__name__)


def without_password(text: str) -> str:
    """Return *text* with a mask for user and password of every address in it."""
    return _USERINFO.sub("***", text)
