"""What the variables of the settings may hold: text to values, ValueError says what is wrong."""

import ipaddress
import re
from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_SECRET_LENGTH = 16
_SECRET_LIMIT = 512
_BUCKET = "s3://"
_MAIL_ADDRESS = re.compile(r"\A[^\s@<>\",;:()\[\]\\]{1,64}@[a-zA-Z0-9][a-zA-Z0-9.-]{0,252}\Z")
_BUCKET_NAME = re.compile(r"\A[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\Z")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
UNIX: Final = "unix"
"""A client that connects through a socket in the file system: it has no address."""
Proxy = Network | Literal["unix"]


def read_text(value: str) -> str:
    """Return *value*, which must not be empty."""
    if not value.strip():
        raise ValueError("it is empty")
    return value


def read_path(value: str) -> Path:
    """Return a path in full; `~` is the home folder."""
    return Path(read_text(value)).expanduser().absolute()


def read_place(value: str) -> Path | str:
    """Return a folder, or the URL of a bucket of S3."""
    if not value.startswith(_BUCKET):
        if "://" in value:
            raise ValueError("it is neither a folder nor s3://bucket/prefix")
        return read_path(value)
    bucket, _, _ = value.removeprefix(_BUCKET).partition("/")
    if _BUCKET_NAME.match(bucket) is None:
        raise ValueError("it does not begin with s3:// and the name of a bucket")
    return value.rstrip("/")


def whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    """Return what reads a number within both limits."""

    def parse(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not lowest <= int(value) <= highest:
            raise ValueError(f"it is not a whole number from {lowest} to {highest}")
        return int(value)

    return parse


def one_of(*known: str) -> Callable[[str], str]:
    """Return what reads one of *known*."""

    def parse(value: str) -> str:
        if value not in known:
            raise ValueError(f"it is not one of {', '.join(known)}")
        return value

    return parse


def yes_or_no(value: str) -> bool:
    """Return whether *value* is yes."""
    return one_of("yes", "no")(value) == "yes"


def read_secret(value: str) -> str:
    """Return a secret, which must be long enough not to be guessed."""
    if (
        not value.isascii()
        or not value.isprintable()
        or not _SECRET_LENGTH <= len(value) <= _SECRET_LIMIT
    ):
        raise ValueError(
            f"it is not {_SECRET_LENGTH} to {_SECRET_LIMIT} plain characters;"
            " `openssl rand -hex 32` makes one"
        )
    return value


def read_zone(value: str) -> tzinfo:
    """Return an IANA time zone."""
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("it is not an IANA time zone such as Europe/Vienna") from None


def read_proxies(value: str) -> tuple[Proxy, ...]:
    """Return networks, and `unix`, separated by commas."""
    parts = [part.strip() for part in value.split(",") if part.strip()]
    return tuple(UNIX if part == UNIX else _network(part) for part in parts)


def read_networks(value: str) -> tuple[Network, ...]:
    """Return networks, separated by commas."""
    return tuple(_network(part.strip()) for part in value.split(",") if part.strip())


def read_mail_address(value: str) -> str:
    """Return an e-mail address."""
    if _MAIL_ADDRESS.match(value) is None:
        raise ValueError("it is not an e-mail address such as wfhserver@example.com")
    return value


def _network(value: str) -> Network:
    try:
        return ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise ValueError("it is not made of networks such as 10.0.0.0/8, or unix") from None


def read_https_url(value: str) -> str:
    """Return an address that is reached through TLS, or on this machine."""
    parts = urlsplit(value)
    is_local = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if not (parts.scheme == "https" or (parts.scheme == "http" and is_local)) or (
        not parts.hostname or parts.query or parts.fragment
    ):
        raise ValueError("it is not an address that begins with https:// (http:// to loopback)")
    return value


def read_site_url(value: str) -> str:
    """Return the address of a whole host, without a slash at its end."""
    read_https_url(value)
    parts = urlsplit(value)
    if parts.path not in ("", "/") or "@" in parts.netloc:
        raise ValueError(
            "it is more than https://, a host and perhaps a port; the dashboard needs a host name"
            " of its own and cannot be below a path"
        )
    return value.rstrip("/")


def read_names(value: str) -> tuple[str, ...]:
    """Return what commas separate."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


def read_pairs(value: str) -> tuple[tuple[str, str], ...]:
    """Return pairs such as `group=team`, which commas separate."""
    pairs = [part.rpartition("=")[::2] for part in read_names(value)]
    if not all(left.strip() and right.strip() for left, right in pairs):
        raise ValueError("it is not made of pairs such as group=team, separated by commas")
    return tuple((left.strip(), right.strip()) for left, right in pairs)
