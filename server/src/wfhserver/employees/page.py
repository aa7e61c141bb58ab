"""index.html of an export: the same as its JSON files, for a browser without a network."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from html import escape
from typing import Any

_HEAD = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'">
<title>What is recorded of {name}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
 padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0;
 border-bottom: 1px solid #ccc; overflow-wrap: anywhere }}
article {{ border-top: 1px solid #ccc; margin-top: 1.5rem }}
img {{ max-width: 100%; height: auto; border: 1px solid #ccc }}
</style>
</head>
<body>
<h1>What is recorded of {name}</h1>
<p>As of {moment}. All times are in UTC. The other files hold the same data for programs.</p>
"""
_ABSENT = "not recorded"


async def page(
    name: str,
    moment: str,
    facts: Mapping[str, Any],
    sources: Mapping[str, AsyncGenerator[str, None]],
) -> AsyncGenerator[bytes, None]:
    """Yield the page in pieces.

    *facts* hold `person` and `access`, as in employee.json and access.json; *sources* yield the
    JSON objects of `days`, `logs`, `missed_logs` and `audit`.
    """
    yield _HEAD.format(name=escape(name), moment=escape(moment)).encode()
    for piece in (*_access(facts["access"]), *_person(facts["person"])):
        yield piece.encode()
    sections = (
        ("Days", _table(sources["days"], ("day", "hostname", "heartbeats", "first", "last"))),
        ("Detailed logs", _logs(sources["logs"])),
        ("Missed logs", _table(sources["missed_logs"], ("workday", "slot", "reason", "hostname"))),
        ("Who viewed or changed what", _views(sources["audit"])),
    )
    for title, pieces in sections:
        yield f"<h2>{title}</h2>\n".encode()
        async with aclosing(pieces):
            async for piece in pieces:
                yield piece.encode()
    yield b"</body>\n</html>\n"


def _access(access: Mapping[str, Any]) -> list[str]:
    roles = [
        f"<li>{escape(each['role'])}: {each['accounts']} accounts, {escape(each['sees'])}</li>\n"
        for each in access["roles"]
    ]
    return [
        "<h2>How long, and for whom</h2>\n",
        (
            "<p>Heartbeats, logs and screenshots are deleted after"
            f" {access['retention_days']} days, entries of the audit after"
            f" {access['audit_retention_days']} days. A legal hold keeps them longer.</p>\n"
        ),
        f"<ul>\n{''.join(roles)}</ul>\n",
    ]


def _person(person: Mapping[str, Any]) -> list[str]:
    hold = person["legal_hold"]
    rows = {
        "Name": person["username"],
        "Number": person["employee_id"],
        "Recorded since": person["recorded_since"],
        "Teams": ", ".join(person["teams"]) or "none",
        "Legal hold": "none" if hold is None else f"since {hold['since']}: {hold['reason']}",
    }
    devices = [_row(_words(each.get(name)) for name in _DEVICE) for each in person["machines"]]
    return [
        "<h2>You</h2>\n<table>\n",
        *(f"<tr><th>{name}</th><td>{_words(value)}</td></tr>\n" for name, value in rows.items()),
        "</table>\n<h2>Devices</h2>\n<table>\n",
        _row(map(_title, _DEVICE), "th"),
        *devices,
        "</table>\n",
    ]


_DEVICE = (
    "hostname",
    "platform",
    "last_version",
    "enrolled_at",
    "last_seen",
    "status",
    "time_zone",
)


async def _table(
    source: AsyncGenerator[str, None], columns: tuple[str, ...]
) -> AsyncGenerator[str, None]:
    yield "<table>\n" + _row(map(_title, columns), "th")
    async for row in _rows(source):
        yield _row(_words(row.get(name)) for name in columns)
    yield "</table>\n"


async def _logs(source: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
    async for log in _rows(source):
        kind = f"log {log['slot']} of 2" if log["slot"] else "test log"
        yield f'<article id="log-{escape(log["log_id"])}">\n'
        yield f"<h3>{escape(log['workday'])}, {kind}</h3>\n<table>\n"
        for name in ("timestamp", "hostname", "local_ip", "public_ip", "location", "absent"):
            yield f"<tr><th>{_title(name)}</th><td>{_words(log.get(name))}</td></tr>\n"
        for plugin, facts in log["extra"].items():
            yield f"<tr><th>{escape(plugin)}</th><td>{_words(facts)}</td></tr>\n"
        status = log["screenshot"].get("status")
        yield f"<tr><th>Screenshot</th><td>{_words(status)}</td></tr>\n</table>\n"
        file = log["screenshot_file"]
        if file is not None:
            link = escape(file, quote=True)
            yield f'<a href="{link}"><img src="{link}" alt="Screenshot" loading="lazy"></a>\n'
        yield "</article>\n"


async def _views(source: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
    yield "<table>\n" + _row(("When", "Who", "Role", "What", "Which log", "Why"), "th")
    async for row in _rows(source):
        log = row["log"]
        link = "" if log is None else f'<a href="#log-{escape(log)}">{escape(log)}</a>'
        cells = [_words(row[name]) for name in ("at", "who", "role", "what")]
        yield _row([*cells, link, _words(row["why"])])
    yield "</table>\n"


async def _rows(source: AsyncGenerator[str, None]) -> AsyncIterator[dict[str, Any]]:
    async with aclosing(source):
        async for text in source:
            yield json.loads(text)


def _row(cells: Any, kind: str = "td") -> str:
    return "<tr>" + "".join(f"<{kind}>{cell}</{kind}>" for cell in cells) + "</tr>\n"


def _title(name: str) -> str:
    return escape(name.replace("_", " ").capitalize())


def _words(value: Any) -> str:
    if value is None or value in ({}, ""):
        return _ABSENT if value is None else ""
    if isinstance(value, dict):
        pairs = (f"{escape(str(name))}: {_words(each)}" for name, each in value.items())
        return "<br>".join(pairs)
    return escape(value if isinstance(value, str) else json.dumps(value))
