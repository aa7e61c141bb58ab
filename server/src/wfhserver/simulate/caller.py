"""One request over its own connection, as from a laptop that calls every five minutes."""

import asyncio
import ssl
from typing import Any

import msgspec

from wfhserver.simulate.plan import Target

_TIMEOUT_SECONDS = 30.0
_RETRY_SECONDS = 5.0


class Answer(msgspec.Struct, frozen=True):
    """What came back; *retry_seconds* is what the server asked for, or a usual value."""

    status: int
    body: dict[str, Any]
    retry_seconds: float


class Caller:
    """Calls one server, with a limited number of connections at a time."""

    def __init__(self, target: Target, context: ssl.SSLContext | None, connections: int) -> None:
        self._target = target
        self._context = context
        self._free = asyncio.Semaphore(connections)

    async def post(self, path: str, token: str, content: Any) -> Answer:
        """Return the answer; OSError or TimeoutError when there is none."""
        request = self._request(path, token, msgspec.json.encode(content))
        async with self._free, asyncio.timeout(_TIMEOUT_SECONDS):
            reader, writer = await asyncio.open_connection(
                self._target.host, self._target.port, ssl=self._context
            )
            try:
                writer.write(request)
                return _answer_of(await reader.read())
            finally:
                writer.close()

    def _request(self, path: str, token: str, body: bytes) -> bytes:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._target.name}\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def _answer_of(data: bytes) -> Answer:
    head, found, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ", 2)
    if not found or len(words) < 2 or not words[1].isdecimal():  # noqa: PLR2004 -- HTTP/1.1 200
        raise ConnectionError("The connection ended before the answer did.")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    wanted = headers.get("retry-after", "")
    try:
        content = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.MsgspecError:  # A proxy's page, for example.
        content = {}
    retry_seconds = float(wanted) if wanted.isdecimal() else _RETRY_SECONDS
    return Answer(int(words[1]), content, retry_seconds)
