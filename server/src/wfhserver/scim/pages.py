"""Pages of resources, by filters."""

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from scim2_models import InvalidFilterException, Resource, SearchRequest

from wfhserver.scim.calls import Page
from wfhserver.scim.resources import FILTER_LIMIT, MAX_RESULTS

Row = TypeVar("Row")
# More than there are resources, and less than PostgreSQL counts to.
_LAST: Final = 2**31
# What providers ask for before each change. Other forms are compared with each resource.
_EQUAL: Final = re.compile(r'\s*(\w+)\s+eq\s+"([^"\\]*)"\s*', re.IGNORECASE)


def search_of(model: type[Resource[Any]], query: dict[str, str]) -> SearchRequest[Any]:
    """Return what a query asks for; sortBy is no part of it."""
    if len(query.get("filter", "")) > FILTER_LIMIT:
        detail = f"A filter has at most {FILTER_LIMIT} characters."
        raise InvalidFilterException(detail=detail)
    names = ("filter", "startIndex", "count", "attributes", "excludedAttributes")
    asked = {name: query[name] for name in names if query.get(name)}
    of_model: Any = SearchRequest.__class_getitem__(model)
    found: SearchRequest[Any] = of_model.model_validate(asked)
    return found


def bounds_of(request: SearchRequest[Any]) -> tuple[int, int]:
    """Return how many resources come before the page, and how many are on it at most."""
    count = MAX_RESULTS if request.count is None else min(request.count, MAX_RESULTS)
    return min(request.start_index_0 or 0, _LAST), count


def equal_of(request: SearchRequest[Any]) -> tuple[str, str] | None:
    """Return attribute, in lower case, and value of a filter that asks for equality alone."""
    found = _EQUAL.fullmatch(request.filter or "")
    # What cannot be printed, PostgreSQL may not take.
    return (found[1].lower(), found[2]) if found and found[2].isprintable() else None


async def matching(
    rows: Sequence[Row], make: Callable[[Row], Resource[Any]], request: SearchRequest[Any]
) -> Page:
    """Return the page of those of *rows* that match; heartbeats are answered meanwhile."""
    return await asyncio.to_thread(_matching, rows, make, request)


def _matching(
    rows: Sequence[Row], make: Callable[[Row], Resource[Any]], request: SearchRequest[Any]
) -> Page:
    resources = (make(row) for row in rows)
    chosen = [each for each in resources if request.filter is None or request.filter.match(each)]
    offset, count = bounds_of(request)
    return Page(len(chosen), chosen[offset : offset + count])
