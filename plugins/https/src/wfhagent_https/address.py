"""Which server addresses may be used at all."""

import re
from urllib.parse import SplitResult, urlsplit

from wfhagent.plugin import _, is_loopback


def check(url: str, *, allow_insecure_loopback: bool) -> str:
    """Return *url* without a slash at its end.

    Raises:
        ValueError: the address cannot be used, or would send the token in the clear.
    """
    parts = _split(url)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError(_("url: remove user, password, ? and # from it."))
    if parts.scheme == "http" and not is_loopback(url):
        raise ValueError(
            _("url: {url} would send token and screenshots unencrypted. Use https://.").format(
                url=url
            )
        )
    if parts.scheme == "http" and not allow_insecure_loopback:
        raise ValueError(
            _(
                "url: {url} is not encrypted. For a test on this device, set "
                "allow_insecure_loopback = true."
            ).format(url=url)
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
        text = _("url: {url!r} is not an address such as https://wfh.example.com.")
        raise ValueError(text.format(url=shown))
    return parts
