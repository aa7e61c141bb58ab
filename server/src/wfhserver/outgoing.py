"""Requests to addresses that people enter: webhooks and calendar feeds, never this network's own.

A name is resolved once, every address of it is checked, and the request goes to one of those. A
redirect is checked in the same way.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from wfhserver.errors import OutgoingError
from wfhserver.setting_values import Network

if TYPE_CHECKING:
    import httpx

_PORTS: Final = {"https": 443, "http": 80}
_SECONDS: Final = 10.0
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_IPV4: Final = 2**32
_URL_LIMIT: Final = 2000
Address = IPv4Address | IPv6Address


class Answer:
    """What came back: *status*, and at most so many bytes of *content* as were allowed."""

    def __init__(self, status: int, content: bytes, location: str | None) -> None:
        self.status = status
        self.content = content
        self.location = location


def check_url(url: str) -> None:
    """Raise OutgoingError for what is no address of a web server, without looking up its name."""
    _parts_of(url)


async def check_host(url: str, allowed: Sequence[Network]) -> Address:
    """Return an address of the host of *url*, which is public or in a network of *allowed*.

    Raises OutgoingError where any address of the name is neither, where it has none, and for
    `http://` to a public address.
    """
    scheme, host, port = _parts_of(url)
    found = await _resolve(host, port)
    refused = [each for each in found if not _may_reach(each, allowed)]
    if refused:
        raise OutgoingError(
            f"{host} has the address {refused[0]}, which is not public. Use a public address, or"
            " allow its network with WFHSERVER_OUTGOING_NETWORKS."
        )
    if scheme == "http" and not _is_in(found[0], allowed):
        raise OutgoingError(f"The address of {host} must begin with https://.")
    return found[0]


async def request(
    url: str,
    *,
    allowed: Sequence[Network] = (),
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    limit_bytes: int = 64 * 1024,
    redirects: int = 0,
) -> Answer:
    """Return the answer to a GET, or to a POST of *content*; its status may be any.

    *limit_bytes* is what the answer may measure; with 0 its body is not read. At most *redirects*
    are followed, each to a checked address.

    Raises OutgoingError, without a secret of the address, where the address is refused, the server
    does not answer within 10 seconds, or the answer is too large.
    """
    # Much of a worker's memory: only where something is sent.
    import httpx  # noqa: PLC0415

    from wfhserver.http_error import describe_http_error  # noqa: PLC0415

    for _ in range(redirects + 1):
        address = await check_host(url, allowed)
        try:
            async with asyncio.timeout(_SECONDS * 3):
                answer = await _send(url, address, headers or {}, content, limit_bytes)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise OutgoingError(_failure(url, describe_http_error(error))) from error
        except TimeoutError as error:
            raise OutgoingError(_failure(url, "the answer takes too long")) from error
        if not redirects or answer.location is None:
            return answer
        url = str(httpx.URL(url).join(answer.location))
    raise OutgoingError(_failure(url, "too many redirects"))


async def _send(
    url: str,
    address: Address,
    headers: Mapping[str, str],
    content: bytes | None,
    limit_bytes: int,
) -> Answer:
    import httpx  # noqa: PLC0415

    there = httpx.URL(url)
    # To the address that was checked: the name could have another one a moment later.
    pinned = there.copy_with(host=str(address), username=None, password=None)
    auth = (there.username, there.password) if there.username else None
    async with (
        httpx.AsyncClient(timeout=_SECONDS, follow_redirects=False) as client,
        client.stream(
            "GET" if content is None else "POST",
            pinned,
            headers={**headers, "Host": there.netloc.decode("ascii").rpartition("@")[2]},
            content=content,
            auth=auth,
            extensions={"sni_hostname": there.raw_host.decode("ascii")},
        ) as response,
    ):
        read = await _read(url, response, limit_bytes)
        location = response.headers.get("location") if response.is_redirect else None
        return Answer(response.status_code, read, location)


async def _read(url: str, response: "httpx.Response", limit_bytes: int) -> bytes:
    if not limit_bytes:
        return b""
    read = bytearray()
    async for chunk in response.aiter_bytes():
        read += chunk
        if len(read) > limit_bytes:
            raise OutgoingError(_failure(url, f"the answer is larger than {limit_bytes} bytes"))
    return bytes(read)


def _failure(url: str, why: str) -> str:
    return f"{urlsplit(url).hostname}: {why}"


def _parts_of(url: str) -> tuple[str, str, int]:
    import httpx  # noqa: PLC0415

    try:
        parts = urlsplit(url)
        port = parts.port
        host = httpx.URL(url).raw_host.decode("ascii")
    except (ValueError, httpx.InvalidURL):
        raise OutgoingError("This is not a valid address.") from None
    if len(url) > _URL_LIMIT or parts.scheme not in _PORTS or not host or not url.isprintable():
        raise OutgoingError("The address must begin with https:// and a host name.")
    return parts.scheme, host.strip("[]"), port or _PORTS[parts.scheme]


async def _resolve(host: str, port: int) -> list[Address]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(_SECONDS):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OutgoingError(f"The name {host} has no address.") from error
    return [ipaddress.ip_address(str(where[0]).partition("%")[0]) for *_, where in found]


def _may_reach(address: Address, allowed: Sequence[Network]) -> bool:
    if _is_in(address, allowed):
        return True
    inner = _inner(address)
    return inner.is_global and not inner.is_multicast


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    inner = _inner(address)
    return any(each.version == inner.version and inner in each for each in networks)


def _inner(address: Address) -> Address:
    """Return the IPv4 address inside an IPv6 one, where there is one."""
    if not isinstance(address, IPv6Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) % _IPV4)
    return address.ipv4_mapped or address.sixtofour or address
