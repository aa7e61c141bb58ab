"""Which server addresses may be used at all."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


def is_loopback(url: str) -> bool:
    """Tell whether *url* names this very machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check(url: str, *, allow_insecure_loopback: bool) -> str:
    """Return *url* without a slash at its end.

    Raises:
        ValueError: the address cannot be used, or would send the token in the clear.
    """
    parts = _split(url)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("url: user, password, ? and # have no place in it.")
    if parts.scheme == "http" and not is_loopback(url):
        raise ValueError(
            f"url: {url} would send token and screenshots in the clear; write https://."
        )
    if parts.scheme == "http" and not allow_insecure_loopback:
        raise ValueError(
            f"url: {url} is not encrypted; for a test on this machine set "
            "allow_insecure_loopback = true."
        )
    return url.rstrip("/")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        # What no name server could be asked for, and no port.
        named = (parts.hostname or "").encode("idna") and parts.port != 0
    except ValueError:
        named = False
    if not named or parts.scheme not in {"https", "http"} or re.search(r"[\s\x00-\x1f\x7f]", url):
        # Up to the last @: a password may hold whatever ends an address.
        shown = re.sub(r"//.*@", "//***@", url, flags=re.DOTALL)
        raise ValueError(f"url: {shown!r} is no address such as https://wfh.example.com.")
    return parts
