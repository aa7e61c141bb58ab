"""From an HTTP answer to a Delivery. Pure.

Hotel portals and company proxies may answer in place of the server. Only an answer in the protocol
decides about an entry. Everything else counts as no answer, and the entry is kept.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from wfhagent.plugin import Delivery, _

_BODY_TOO_LARGE = 413
_MEANT_BY_PROXIES_TOO = frozenset({408, 425, 429, 500, 502, 503, 504, _BODY_TOO_LARGE})


def understand(status: int, headers: Mapping[str, str], body: bytes, *, url: str) -> Delivery:
    """Return what an answer of *url* means; header names in lower case."""
    answer = _json_object(body)
    if 300 <= status < 400:  # noqa: PLR2004 -- redirections, in HTTP's words
        target = headers.get("location", "?")
        text = _("{url} redirects to {target}. Does this network require a sign-in?")
        return _no_answer(text.format(url=url, target=target))
    if status < 300:  # noqa: PLR2004
        if "server_time" not in answer:
            text = _("{url} is not a wfhagent server. Does this network require a sign-in?")
            return _no_answer(text.format(url=url))
        return Delivery(status=status, server_time=_time(answer), body=answer)
    code = answer.get("code")
    if not isinstance(code, str):
        if status not in _MEANT_BY_PROXIES_TOO:
            text = _("{url} answers {status}, but not as a wfhagent server does.")
            return _no_answer(text.format(url=url, status=status))
        code = ""
    detail = answer.get("detail")
    return Delivery(
        status=status,
        code=code,
        detail=detail
        if isinstance(detail, str)
        else _("{url} answers {status}.").format(url=url, status=status),
        retry_after_seconds=_retry_after(headers),
        server_time=_time(answer),
        body=answer,
    )


def _no_answer(detail: str) -> Delivery:
    return Delivery(status=None, detail=detail)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except ValueError:
        return {}


def _time(answer: Mapping[str, Any]) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(answer.get("server_time")))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that Retry-After asks for, as a number or as a date (RFC 9110)."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
        sent_at = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    return max(0.0, (until.astimezone(UTC) - sent_at.astimezone(UTC)).total_seconds())
