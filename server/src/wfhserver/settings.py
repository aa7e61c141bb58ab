"""The server's settings, read from environment variables named WFHSERVER_..."""

import difflib
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wfhserver.database_url import checked_url
from wfhserver.errors import SettingsError

_PREFIX = "WFHSERVER_"
_RETENTION_LIMIT_DAYS = 3650
_GRACE_LIMIT_SECONDS = 86_400
_SECRET_LENGTH = 16
_SECRET_LIMIT = 512
_BUCKET = "s3://"
_BUCKET_NAME = re.compile(r"\A[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\Z")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
UNIX: Final = "unix"
"""Whoever comes through a socket in the file system: it has no address."""
Proxy = Network | Literal["unix"]


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("it is empty")
    return value


def _path(value: str) -> Path:
    return Path(_text(value)).expanduser().absolute()


def _place(value: str) -> Path | str:
    if not value.startswith(_BUCKET):
        if "://" in value:
            raise ValueError("it is neither a folder nor s3://bucket/prefix")
        return _path(value)
    bucket, _, _ = value.removeprefix(_BUCKET).partition("/")
    if _BUCKET_NAME.match(bucket) is None:
        raise ValueError("it does not begin with s3:// and the name of a bucket")
    return value.rstrip("/")


def _number(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not lowest <= int(value) <= highest:
            raise ValueError(f"it is not a whole number from {lowest} to {highest}")
        return int(value)

    return parse


def _choice(*known: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in known:
            raise ValueError(f"it is not one of {', '.join(known)}")
        return value

    return parse


def _secret(value: str) -> str:
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


def _zone(value: str) -> tzinfo:
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("it is not an IANA time zone such as Europe/Vienna") from None


def _proxies(value: str) -> tuple[Proxy, ...]:
    parts = [part.strip() for part in value.split(",") if part.strip()]
    return tuple(UNIX if part == UNIX else _network(part) for part in parts)


def _network(value: str) -> Network:
    try:
        return ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise ValueError("it is not made of networks such as 10.0.0.0/8, or unix") from None


def _https_url(value: str) -> str:
    parts = urlsplit(value)
    is_local = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if not (parts.scheme == "https" or (parts.scheme == "http" and is_local)) or (
        not parts.hostname or parts.query or parts.fragment
    ):
        raise ValueError("it is not an address that begins with https:// (http:// to loopback)")
    return value


def _site_url(value: str) -> str:
    _https_url(value)
    parts = urlsplit(value)
    if parts.path not in ("", "/") or "@" in parts.netloc:
        raise ValueError(
            "it is more than https://, a host and perhaps a port; the dashboard needs a host name"
            " of its own and cannot be below a path"
        )
    return value.rstrip("/")


def _names(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything that can be set; each field is the variable WFHSERVER_<NAME>.

    database_url           PostgreSQL 14 or newer; none starts the embedded one
    data_directory         of the embedded PostgreSQL, the screenshots and the GeoIP database
    screenshots            folder, or s3://bucket/prefix; <data_directory>/screenshots. Endpoint,
                           region and credentials of S3 are the usual AWS_... variables
    geoip_database         a city database (.mmdb); <data_directory>/geoip.mmdb
    geoip_url              where `geoip update` fetches it; {month} becomes e.g. 2026-11
    retention_days         how many days before today are kept
    audit_retention_days   how many days the audit is kept
    time_zone              whose midnight ends the server's day
    presence_grace         seconds that a heartbeat may be late before its agent is overdue
    trusted_proxies        networks whose X-Forwarded-For and -Proto are believed, separated by
                           commas; unix is a proxy that comes through a socket file
    database_connections   at most this many per worker, beside the one that writes heartbeats
    heartbeat_queue        heartbeats waiting for the writer before new ones are turned away
    log_format             of the server's journal: text, or json for one object per line
    metrics_token          asked for by GET /metrics; none answers this machine only
    pdf_font               a TrueType font for PDFs; DejaVu Sans where Debian has put it
    public_url             where people reach the dashboard, as https://wfh.example.com
    oidc_issuer            the OpenID provider through which people sign in; none: by password only
    oidc_client_id         what the provider calls this server
    oidc_client_secret     what the provider gave for it
    oidc_name              how the sign-in page calls the provider
    oidc_scope             what is asked for
    oidc_username_claim    the claim that names a user here
    oidc_roles_claim       the claim with groups or roles, such as groups or realm_access.roles
    oidc_admins            which of them make an administrator, separated by commas
    oidc_auditors, oidc_managers      the same; who is in none of the three is not let in
    embedded_user          who runs the embedded PostgreSQL when the server is started by root
    """

    database_url: str | None = None
    data_directory: Path = Path("wfhserver-data")
    screenshots: Path | str | None = None
    geoip_database: Path | None = None
    geoip_url: str = "https://download.db-ip.com/free/dbip-city-lite-{month}.mmdb.gz"
    retention_days: int = 30
    audit_retention_days: int = 365
    time_zone: tzinfo = UTC
    presence_grace: int = 60
    trusted_proxies: tuple[Proxy, ...] = ()
    database_connections: int = 10
    heartbeat_queue: int = 20_000
    log_format: str = "text"
    metrics_token: str | None = None
    pdf_font: Path | None = None
    public_url: str | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = None
    oidc_name: str = "single sign-on"
    oidc_scope: str = "openid profile"
    oidc_username_claim: str = "preferred_username"
    oidc_roles_claim: str = "groups"
    oidc_admins: tuple[str, ...] = ()
    oidc_auditors: tuple[str, ...] = ()
    oidc_managers: tuple[str, ...] = ()
    embedded_user: str = "nobody"

    @property
    def screenshots_place(self) -> Path | str:
        """Where the screenshots are: a folder, or the URL of a bucket."""
        return self.screenshots or self.data_directory / "screenshots"

    @property
    def screenshots_folder(self) -> Path:
        """Where the screenshots are, for what needs a folder; SettingsError for a bucket."""
        if isinstance(self.screenshots_place, Path):
            return self.screenshots_place
        raise SettingsError(
            "WFHSERVER_SCREENSHOTS names a bucket, and this needs a folder. Unset it or name one."
        )

    @property
    def geoip_file(self) -> Path:
        """Where the GeoIP database is, or would be."""
        return self.geoip_database or self.data_directory / "geoip.mmdb"


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "database_url": checked_url,
    "data_directory": _path,
    "screenshots": _place,
    "geoip_database": _path,
    "geoip_url": _text,
    "retention_days": _number(1, _RETENTION_LIMIT_DAYS),
    "audit_retention_days": _number(1, _RETENTION_LIMIT_DAYS),
    "time_zone": _zone,
    "presence_grace": _number(0, _GRACE_LIMIT_SECONDS),
    "trusted_proxies": _proxies,
    "database_connections": _number(1, 1000),
    "heartbeat_queue": _number(1000, 10_000_000),
    "log_format": _choice("text", "json"),
    "metrics_token": _secret,
    "pdf_font": _path,
    "public_url": _site_url,
    "oidc_issuer": _https_url,
    "oidc_client_id": _text,
    "oidc_client_secret": _text,
    "oidc_name": _text,
    "oidc_scope": _text,
    "oidc_username_claim": _text,
    "oidc_roles_claim": _text,
    "oidc_admins": _names,
    "oidc_auditors": _names,
    "oidc_managers": _names,
    "embedded_user": _text,
}


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Read the settings; SettingsError names the variable, the problem and what to do."""
    values = {}
    for key, value in environment.items():
        if not key.startswith(_PREFIX):
            continue
        name = key.removeprefix(_PREFIX).lower()
        if key != _variable(name) or name not in _PARSERS:
            raise SettingsError(_unknown(key))
        try:
            values[name] = _PARSERS[name](value)
        except ValueError as error:
            # Without the value: it may hold a password.
            raise SettingsError(
                f"{key} cannot be used: {error}. Correct it or unset it."
            ) from error
    return Settings(**values)


def _variable(name: str) -> str:
    return _PREFIX + name.upper()


def _unknown(key: str) -> str:
    known = [_variable(name) for name in _PARSERS]
    near = difflib.get_close_matches(key.upper(), known, n=1, cutoff=0.0)[0]
    return f"{key} is not a setting of wfhserver. Did you mean {near}? Rename or unset it."
