"""Refuses what an address asks for and a route does not have.

A misspelled filter that is ignored shows more than was asked for, and an export of everybody
looks like one of a single person.
"""

from collections.abc import Awaitable, Callable, Collection

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.errors import Code, Refusal
from wfhserver.suggest import suggest

Endpoint = Callable[[Request], Awaitable[Response]]
_SHOWN_LENGTH = 64


def check_query(query_string: bytes, known: Collection[str], lists: Collection[str] = ()) -> None:
    """Refusal `invalid_field` for a key that is not among *known*, or that comes twice.

    Those of *lists* may come as often as they like.
    """
    if not query_string:
        return
    seen = set[str]()
    for key, _ in QueryParams(query_string).multi_items():
        if key not in known:
            raise unknown_key(key, known)
        if key in seen and key not in lists:
            raise Refusal(Code.INVALID_FIELD, "This key must come once only.", field=key)
        seen.add(key)


def with_known_query(endpoint: Endpoint, known: Collection[str]) -> Endpoint:
    """Return *endpoint* behind that check."""

    async def checked(request: Request) -> Response:
        check_query(request.scope["query_string"], known)
        return await endpoint(request)

    # What the OpenAPI document is made of; the name of the parameter stays that of this one.
    checked.__doc__, checked.__name__ = endpoint.__doc__, endpoint.__name__
    return checked


def unknown_key(key: str, known: Collection[str]) -> Refusal:
    """Return the refusal of *key*, with the name of *known* that was probably meant."""
    shown = key[:_SHOWN_LENGTH]
    return Refusal(Code.INVALID_FIELD, _sentence(shown, known), field=shown)


def _sentence(key: str, known: Collection[str]) -> str:
    name = ascii(key)
    near = suggest(key, known)
    if near is not None:
        return f"This call has no {name}. Did you mean {near!r}?"
    if known:
        return f"This call has no {name}. It has {', '.join(sorted(known))}."
    return f"This call has no {name}, and nothing else behind a question mark."
