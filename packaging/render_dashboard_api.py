"""Writes docs/dashboard-api.md: every call of the dashboard, from the OpenAPI document.

python packaging/render_openapi.py | python packaging/render_dashboard_api.py
"""

import json
import sys
from typing import Any

INTRODUCTION = """\
# The dashboard's API

What the dashboard requests, and what a program may. `packaging/render_dashboard_api.py` makes this
page from `/openapi.json`, which has every parameter, answer and error. Try them at `/docs`.

* A browser has a session (`POST /api/session`; a cookie that no script can read). A change carries
  the `csrf_token` of `GET /api/session` in `X-CSRF-Token`. A program has an API key in
  `Authorization: Bearer`, where the table has one.
* A manager sees only their own teams, in every call. Anything else is `404`, as if it did
  not exist.
* Lists come in pages: `next_page` of one is `page` of the next. A key that a call does not have, in
  a query or a body, is `422` with the name that was probably meant.
* Errors are problem documents with a stable `code`. A session that has ended is
  `401 session_missing`.
* Every view of logs, days and screenshots, and every export, is in the audit log before the answer,
  with `?reason=` if one is given. A page of logs is one entry; the thumbnails in it need none of
  their own (`?on=` in their addresses names that entry).
* `GET /api/presence` can be requested every few seconds: send its `ETag` back in `If-None-Match`.
* An employee has a session of another kind (`/api/my-session`), from a link that the agent
  requests. It shows their own data and nothing else.
"""


def render(document: dict[str, Any]) -> str:
    """Return the page."""
    rows = [
        _row(method.upper(), path, operation)
        for path, operations in sorted(document["paths"].items())
        for method, operation in operations.items()
        if "dashboard" in operation["tags"]
    ]
    head = ["| call | with | |", "|---|---|---|"]
    return "\n".join([INTRODUCTION, *head, *rows, ""])


def _row(method: str, path: str, operation: dict[str, Any]) -> str:
    summary = operation["summary"].replace("|", "\\|")
    return f"| `{method} {path}` | {_needed(operation)} | {summary} |"


def _needed(operation: dict[str, Any]) -> str:
    words = {"session": "session", "my_session": "own session"}
    kinds = [kind for each in operation.get("security", []) for kind in each]
    named = [words.get(kind, f"key `{kind.removeprefix('key_')}`") for kind in kinds]
    return " or ".join(named) or "nothing"


if __name__ == "__main__":
    sys.stdout.write(render(json.load(sys.stdin)))
