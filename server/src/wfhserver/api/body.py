"""Reads requests within limits: the token, the type of the body, and the body itself."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from starlette.types import Receive

from wfhserver.errors import Code, Refusal

_JSON = "application/json"
SCIM_TYPE = "application/scim+json"
# What curl sends by default, and no type at all: a heartbeat sent by hand needs no header.
_DEFAULT_TYPES = ("application/x-www-form-urlencoded", "")
_BEARER = "bearer "
_TOKEN_LIMIT = 512
_SILENCE_SECONDS = 60.0

# Names in lower case; starlette's Headers are one, and a plain dict is a faster one.
Headers = Mapping[str, str]


def bearer_token(headers: Headers) -> str:
    """Return the token of the request; Refusal `token_missing` when there is none."""
    value = headers.get("authorization", "")
    token = value[len(_BEARER) :].strip()
    if value[: len(_BEARER)].lower() != _BEARER or not 0 < len(token) <= _TOKEN_LIMIT:
        raise Refusal(
            Code.TOKEN_MISSING, "Send the token in the header: `Authorization: Bearer <token>`."
        )
    return token


def require_json(headers: Headers) -> None:
    """Refusal `unsupported_media_type` when the Content-Type is neither JSON nor a default."""
    _require_type(headers, (_JSON, *_DEFAULT_TYPES))


def require_scim(headers: Headers) -> None:
    """Refusal `unsupported_media_type` when the Content-Type is neither SCIM, JSON nor none."""
    _require_type(headers, (SCIM_TYPE, _JSON, ""))


def require_multipart(headers: Headers) -> str:
    """Return the whole Content-Type; Refusal `unsupported_media_type` when it is another."""
    return _require_type(headers, ("multipart/form-data",))


def _require_type(headers: Headers, accepted: tuple[str, ...]) -> str:
    given = headers.get("content-type", "")
    if given not in accepted and given.partition(";")[0].strip().lower() not in accepted:
        raise Refusal(
            Code.UNSUPPORTED_MEDIA_TYPE, f"Send the body with `Content-Type: {accepted[0]}`."
        )
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Refusal(Code.UNSUPPORTED_MEDIA_TYPE, "Send the body without Content-Encoding.")
    return given


async def read_chunks(
    receive: Receive, headers: Headers, *, limit_bytes: int
) -> AsyncIterator[bytes]:
    """Yield the body; Refusal `body_too_large` as soon as it is certain to be too large."""
    _require_announced(headers, limit_bytes)
    length = 0
    more = True
    while more:
        chunk, more = await _next_chunk(receive)
        length += len(chunk)
        if length > limit_bytes:
            raise _too_large(limit_bytes)
        yield chunk


async def read_body(receive: Receive, headers: Headers, *, limit_bytes: int) -> bytes:
    """Return the whole body; Refusal as in `read_chunks`."""
    _require_announced(headers, limit_bytes)
    body, more = await _next_chunk(receive)
    if more:
        chunks = [body]
        length = len(body)
        while more and length <= limit_bytes:
            chunk, more = await _next_chunk(receive)
            length += len(chunk)
            chunks.append(chunk)
        body = b"".join(chunks)
    if len(body) > limit_bytes:
        raise _too_large(limit_bytes)
    return body


def _require_announced(headers: Headers, limit_bytes: int) -> None:
    announced = headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > limit_bytes:
        raise _too_large(limit_bytes)


async def _next_chunk(receive: Receive) -> tuple[bytes, bool]:
    try:
        async with asyncio.timeout(_SILENCE_SECONDS):
            message = await receive()
    except TimeoutError:
        raise Refusal(
            Code.REQUEST_TIMEOUT, f"No part of the body arrived for {_SILENCE_SECONDS:.0f} seconds."
        ) from None
    if message["type"] == "http.disconnect":
        raise Refusal(Code.BODY_INCOMPLETE, "The connection ended before the body did.")
    return message.get("body", b""), message.get("more_body", False)


def _too_large(limit_bytes: int) -> Refusal:
    return Refusal(Code.BODY_TOO_LARGE, f"The body must be at most {limit_bytes} bytes.")
