"""Writes docs/dashboard-api.md: every call of the dashboard, from the OpenAPI document.

python packaging/render_openapi.py | python packaging/render_dashboard_api.py
"""

import json
import sys
from typing import Any

INTRODUCTION = """\
# The dashboard's API

What the dashboard asks the server, and what a program may. Made by
`packaging/render_dashboard_api.py`; `/openapi.json` of a server says every parameter, answer and
error, and `/docs` lets you try them.

* A browser has a session (`POST /api/session`; a cookie that no script can read). A change carries
  `X-CSRF-Token`, which `GET /api/session` tells. A program has a key in `Authorization: Bearer`,
  where the table says so.
* A manager sees the own teams, in every call. What is somebody else's is `404`, as if it were not
  there.
* Lists come in pages: `next_page` of one is `page` of the next. Filters that cannot be, and pages
  that were made up, are refused with a sentence.
* Errors are problem documents with a stable `code`. A session that has ended is
  `401 session_missing`.
* Who looks at logs, days and pictures, and who exports, is on record before the answer, with
  `?reason=` if one is given. A page of logs is one row; the thumbnails in it need none of their own
  (`?on=` in their addresses names that row).
* `GET /api/presence` is made to be asked every few seconds: send its `ETag` back in
  `If-None-Match`.
* An employee has a session of another kind (`/api/my-session`), from a link that the agent asks
  for. It shows the own data and nothing else.
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
