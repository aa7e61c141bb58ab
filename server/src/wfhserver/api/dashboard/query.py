"""Reads the query of an address; whatever is wrong is a Refusal that names the parameter."""

import re
from datetime import date
from enum import StrEnum
from typing import TypeVar

from starlette.requests import Request

from wfhserver.errors import Code, Refusal

_TEXT_LIMIT = 255
_DAY = re.compile(r"\A\d{4}-\d{2}-\d{2}\Z", re.ASCII)
E = TypeVar("E", bound=StrEnum)


class Preview(StrEnum):
    """Asks for what would be done."""

    YES = "yes"


def number(request: Request, name: str, *, highest: int, default: int | None = None) -> int | None:
    """Return a whole number from 1 to *highest*, or *default* when there is none."""
    given = request.query_params.get(name)
    return default if given is None else _number(given, name, highest)


def text(request: Request, name: str) -> str | None:
    """Return a text that PostgreSQL can compare, or None when there is none."""
    given = request.query_params.get(name)
    if given is not None and (len(given) > _TEXT_LIMIT or "\0" in given):
        raise Refusal(
            Code.INVALID_FIELD,
            f"Must be at most {_TEXT_LIMIT} characters, without NUL.",
            field=name,
        )
    return given


def long_text(request: Request, name: str) -> str | None:
    """Return a text of any length that is looked at elsewhere, or None when there is none."""
    return request.query_params.get(name)


def day(request: Request, name: str) -> date | None:
    """Return a date, or None when there is none."""
    given = request.query_params.get(name)
    if given is None:
        return None
    try:
        # Python reads other forms as well, which nobody promised.
        return date.fromisoformat(given if _DAY.match(given) else "")
    except ValueError:
        raise Refusal(
            Code.INVALID_FIELD, "Must be a date such as 2026-11-23.", field=name
        ) from None


def choice(request: Request, name: str, known: type[E]) -> E | None:
    """Return a member of *known*, or None when there is none."""
    given = request.query_params.get(name)
    if given is None:
        return None
    try:
        return known(given)
    except ValueError:
        raise Refusal(
            Code.INVALID_FIELD, f"Must be one of {', '.join(known)}.", field=name
        ) from None


def path_number(request: Request, name: str) -> int:
    """Return the number of a thing in the path; Refusal `not_found` for what can be none."""
    try:
        return _number(request.path_params[name], name, 2**31 - 1)
    except Refusal:
        raise Refusal(Code.NOT_FOUND, "There is nothing with this number.") from None


def _number(given: str, name: str, highest: int) -> int:
    # By length first: Python refuses to read a number of many thousand digits.
    is_number = given.isascii() and given.isdecimal() and len(given) <= len(str(highest))
    if not is_number or not 1 <= int(given) <= highest:
        raise Refusal(
            Code.INVALID_FIELD, f"Must be a whole number from 1 to {highest}.", field=name
        )
    return int(given)
