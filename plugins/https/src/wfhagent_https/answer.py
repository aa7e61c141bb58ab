"""From an HTTP answer to a Delivery. Pure.

Between laptop and server stand hotel portals and company proxies. Only what is recognisably the
protocol may decide over an entry: everything else counts as no answer, and the entry is kept.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from wfhagent.plugin import Delivery

_BODY_TOO_LARGE = 413
_MEANT_BY_PROXIES_TOO = frozenset({408, 425, 429, 500, 502, 503, 504, _BODY_TOO_LARGE})


def understand(status: int, headers: Mapping[str, str], body: bytes, *, url: str) -> Delivery:
    """Return what an answer of *url* means; header names in lower case."""
    answer = _json_object(body)
    if 300 <= status < 400:  # noqa: PLR2004 -- redirections, in HTTP's words
        target = headers.get("location", "elsewhere")
        return _no_answer(url, f"sends us to {target}; a log-in page of this network?")
    if status < 300:  # noqa: PLR2004
        if "server_time" not in answer:
            return _no_answer(url, "answers, but is no wfhagent server; a log-in page?")
        return Delivery(status=status, server_time=_time(answer), body=answer)
    code = answer.get("code")
    if not isinstance(code, str):
        if status not in _MEANT_BY_PROXIES_TOO:
            return _no_answer(url, f"answers {status}, and not as a wfhagent server would")
        code = ""
    detail = answer.get("detail")
    return Delivery(
        status=status,
        code=code,
        detail=detail if isinstance(detail, str) else f"{url} answers {status}.",
        retry_after_seconds=_retry_after(headers),
        server_time=_time(answer),
        body=answer,
    )


def _no_answer(url: str, what: str) -> Delivery:
    return Delivery(status=None, detail=f"{url} {what}.")


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
        said_at = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    return max(0.0, (until.astimezone(UTC) - said_at.astimezone(UTC)).total_seconds())
