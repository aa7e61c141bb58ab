"""The address of the database: read once, by the same rules as the driver's and psql's.

A password that is typed as it is makes another address of it: at `?` a query begins, at `/` a name,
at `@` a host. No message says what was typed.
"""

import re
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

_SCHEMES: Final = ("postgresql://", "postgres://")
_AUTHORITY_ENDS: Final = re.compile(r"[/?#]")
_HOST: Final = re.compile(
    r"\A(?:\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9._-]+|(?:%[0-9A-Fa-f]{2}|[A-Za-z0-9._-])+)?(?::(\d{1,5}))?\Z"
)
_BAD_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LAST_PORT: Final = 65535
# What psql and other drivers know, and this server's does not: PostgreSQL would be asked for a
# setting of that name, and refuse each connection.
_UNKNOWN: Final = frozenset(
    (
        *("channel_binding", "require_auth", "gssencmode", "gssdelegation", "sslcertmode"),
        *("sslcompression", "sslsni", "sslcrldir", "keepalives", "keepalives_idle"),
        *("keepalives_interval", "keepalives_count", "tcp_user_timeout", "connect_timeout"),
        *("load_balance_hosts", "hostaddr", "requirepeer", "fallback_application_name"),
        *("min_protocol_version", "max_protocol_version", "replication", "sslkeylogfile"),
        *("scram_client_key", "scram_server_key", "oauth_issuer", "oauth_client_id"),
    )
)
_SSL_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


def checked_url(value: str) -> str:
    """Return *value* when it is an address that every reader reads alike; else ValueError.

    The error names what is wrong and the characters to escape, and nothing else of *value*.
    """
    if not value.startswith(_SCHEMES):
        raise ValueError("it does not begin with postgresql://")
    if any(not each.isprintable() or each.isspace() for each in value):
        raise ValueError("it contains a blank or a character that cannot be seen; a blank is %20")
    rest = value.partition("://")[2]
    end = _AUTHORITY_ENDS.search(rest)
    authority = rest if end is None else rest[: end.start()]
    if end is not None and "@" in rest[end.start() :]:
        # The host begins behind the last @: what ends the authority before it is of the password.
        raise ValueError(_to_escape("@" if "@" in authority else end.group()))
    _check_authority(authority)
    if "#" in rest:
        raise ValueError(_to_escape("#"))
    if _BAD_PERCENT.search(value):
        raise ValueError(_to_escape("%"))
    _check_query(rest.partition("?")[2])
    return value


def without_password(url: str) -> tuple[str, str | None]:
    """Return *url* without its password, and the password, for what all can read."""
    parts = urlsplit(url)
    user, has_password, password = parts.netloc.rpartition("@")[0].partition(":")
    if not has_password:
        return url, None
    netloc = f"{user}@{parts.netloc.rpartition('@')[2]}"
    return urlunsplit(parts._replace(netloc=netloc)), unquote(password)


def one_host_urls(url: str) -> list[str]:
    """Return an address for each host that *url* names, in their order; *url* is a checked one."""
    parts = urlsplit(url)
    user, has_user, hosts = parts.netloc.rpartition("@")
    query = parse_qsl(parts.query, keep_blank_values=True)
    named = dict(query)
    if "," not in (hosts or named.get("host", "")):
        return [url]
    if hosts:
        netlocs = (f"{user}{has_user}{host}" for host in hosts.split(","))
        return [urlunsplit(parts._replace(netloc=netloc)) for netloc in netlocs]
    names = named["host"].split(",")
    ports = named.get("port", "").split(",")
    if len(ports) == 1:
        ports *= len(names)
    others = [(name, value) for name, value in query if name not in ("host", "port")]
    return [
        urlunsplit(parts._replace(query=urlencode([*others, ("host", name), *_port(port)])))
        for name, port in zip(names, ports, strict=False)
    ]


def _port(port: str) -> list[tuple[str, str]]:
    return [("port", port)] if port else []


def _check_authority(authority: str) -> None:
    user_information, has_user, hosts = authority.rpartition("@")
    if "@" in user_information:
        raise ValueError(_to_escape("@"))
    if set("[]") & set(user_information):
        raise ValueError(_to_escape("[]"))
    if not user_information.isascii():
        raise ValueError("its user or password has a letter beyond ASCII; write it as %XX of UTF-8")
    for host in hosts.split(","):
        found = _HOST.match(host)
        if found is None or (found[1] is not None and not 0 < int(found[1]) <= _LAST_PORT):
            raise ValueError(
                "what follows the @ is no host and port" if has_user else _to_escape("/?#@")
            )


def _check_query(query: str) -> None:
    if not query:
        return
    try:
        found = dict(parse_qsl(query, strict_parsing=True, keep_blank_values=True))
    except ValueError:
        raise ValueError(
            "what follows its ? is not a list of name=value; if that is a part of the password,"
            f" {_to_escape('?')}"
        ) from None
    unknown = sorted(_UNKNOWN & found.keys())
    if unknown:
        raise ValueError(
            f"this server's driver does not know {unknown[0]}; leave it out, and protect the"
            " connection by sslmode=verify-full or a socket of this machine"
        )
    mode = found.get("sslmode")
    if mode is not None and mode not in _SSL_MODES:
        raise ValueError(f"its sslmode is none of {', '.join(_SSL_MODES)}")


def _to_escape(characters: str) -> str:
    written = ", ".join(f"{each} as {quote(each, safe='')}" for each in characters)
    return f"a character of its user or password must be escaped: write {written}"
