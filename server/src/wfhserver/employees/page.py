"""index.html of an export: the same as its JSON files, for a browser without a network."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from html import escape
from typing import Any

from wfhserver.messages import N_, _, language

_HEAD = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'">
<title>{title}</title>
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
<h1>{title}</h1>
<p>{introduction}</p>
"""
# What the fields of the JSON files are called on the page.
_TITLES = {
    "day": N_("Day"),
    "workday": N_("Workday"),
    "slot": N_("Log"),
    "reason": N_("Reason"),
    "hostname": N_("Device"),
    "platform": N_("System"),
    "last_version": N_("Agent version"),
    "enrolled_at": N_("Enrolled"),
    "last_seen": N_("Last seen"),
    "status": N_("Status"),
    "time_zone": N_("Time zone"),
    "heartbeats": N_("Heartbeats"),
    "zone": N_("Time zone"),
    "first_seen": N_("First seen"),
    "seconds": N_("Seconds with heartbeats"),
    "first": N_("First"),
    "last": N_("Last"),
    "timestamp": N_("Time"),
    "local_ip": N_("Local address"),
    "public_ip": N_("Public address"),
    "location": N_("Location"),
    "absent": N_("Not recorded, and why"),
}
_STATUSES = {"active": N_("active"), "on_leave": N_("on leave"), "left": N_("left")}


async def page(
    name: str,
    moment: str,
    facts: Mapping[str, Any],
    sources: Mapping[str, AsyncGenerator[str, None]],
) -> AsyncGenerator[bytes, None]:
    """Yield the page in pieces.

    *facts* hold `person` and `access`, as in employee.json and access.json; *sources* yield the
    JSON objects of `days`, `attendance`, `logs`, `missed_logs` and `audit`.
    """
    yield _head(name, moment).encode()
    for piece in (*_access(facts["access"]), *_person(facts["person"])):
        yield piece.encode()
    sections = (
        (_("Days"), _table(sources["days"], ("day", "hostname", "heartbeats", "first", "last"))),
        (
            _("Device activity, which is no record of working time"),
            _table(sources["attendance"], ("day", "zone", "first_seen", "last_seen", "seconds")),
        ),
        (_("Detailed logs"), _logs(sources["logs"])),
        (
            _("Missed logs"),
            _table(sources["missed_logs"], ("workday", "slot", "reason", "hostname")),
        ),
        (_("Who viewed or changed your data"), _views(sources["audit"])),
    )
    for title, pieces in sections:
        yield _heading(title).encode()
        async with aclosing(pieces):
            async for piece in pieces:
                yield piece.encode()
    yield b"</body>\n</html>\n"


def _head(name: str, moment: str) -> str:
    title = _("Recorded data of {name}").format(name=name)
    introduction = _(
        "As of {moment}. All times are in UTC. The other files contain the same data for programs."
    )
    return _HEAD.format(
        language=language(),
        title=escape(title),
        introduction=escape(introduction.format(moment=moment)),
    )


def _access(access: Mapping[str, Any]) -> list[str]:
    account = _("{role}: {count} accounts, {sees}")
    roles = [
        account.format(role=each["role"], count=each["accounts"], sees=each["sees"])
        for each in access["roles"]
    ]
    retention = _(
        "Heartbeats, logs and screenshots are deleted after {days} days, audit entries after"
        " {audit_days} days. A legal hold keeps them longer."
    ).format(days=access["retention_days"], audit_days=access["audit_retention_days"])
    items = "".join(f"<li>{escape(role)}</li>\n" for role in roles)
    return [
        _heading(_("How long data is kept, and who can see it")),
        f"<p>{escape(retention)}</p>\n",
        f"<ul>\n{items}</ul>\n",
    ]


def _person(person: Mapping[str, Any]) -> list[str]:
    hold, none = person["legal_hold"], _("none")
    if hold is not None:
        hold = _("since {since}: {reason}").format(since=hold["since"], reason=hold["reason"])
    rows = {
        _("Username"): person["username"],
        _("Further usernames"): ", ".join(person["further_usernames"]) or none,
        _("Name"): person["display_name"] or none,
        _("E-mail"): person["email"] or none,
        _("Manager"): person["manager"] or none,
        _("Time zone"): person["time_zone"] or none,
        _("Country"): "-".join(filter(None, (person["country"], person["region"]))) or none,
        _("Status"): _(_STATUSES[person["status"]]),
        _("Number"): person["employee_id"],
        _("Recorded since"): person["recorded_since"],
        _("Teams"): ", ".join(person["teams"]) or none,
        _("Legal hold"): hold or none,
    }
    devices = [_row(_format(each.get(name)) for name in _DEVICE) for each in person["machines"]]
    return [
        _heading(_("You")) + "<table>\n",
        *(_fact(name, value) for name, value in rows.items()),
        "</table>\n" + _heading(_("Devices")) + "<table>\n",
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
        yield _row(_format(row.get(name)) for name in columns)
    yield "</table>\n"


async def _logs(source: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
    alt = escape(_("Screenshot"), quote=True)
    async for log in _rows(source):
        heading = _("{day}, log {slot} of 2") if log["slot"] else _("{day}, test log")
        yield f'<article id="log-{escape(log["log_id"])}">\n'
        heading = heading.format(day=log["workday"], slot=log["slot"])
        yield f"<h3>{escape(heading)}</h3>\n<table>\n"
        for name in ("timestamp", "hostname", "local_ip", "public_ip", "location", "absent"):
            yield _fact(_(_TITLES[name]), log.get(name))
        for plugin, facts in log["extra"].items():
            yield _fact(plugin, facts)
        yield _fact(_("Screenshot"), log["screenshot"].get("status")) + "</table>\n"
        file = log["screenshot_file"]
        if file is not None:
            link = escape(file, quote=True)
            yield f'<a href="{link}"><img src="{link}" alt="{alt}" loading="lazy"></a>\n'
        yield "</article>\n"


async def _views(source: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
    titles = (_("Time"), _("Account"), _("Role"), _("Action"), _("Log"), _("Reason"))
    yield "<table>\n" + _row(map(escape, titles), "th")
    async for row in _rows(source):
        log = row["log"]
        link = "" if log is None else f'<a href="#log-{escape(log)}">{escape(log)}</a>'
        cells = [_format(row[name]) for name in ("at", "who", "role", "what")]
        yield _row([*cells, link, _format(row["why"])])
    yield "</table>\n"


async def _rows(source: AsyncGenerator[str, None]) -> AsyncIterator[dict[str, Any]]:
    async with aclosing(source):
        async for text in source:
            yield json.loads(text)


def _row(cells: Any, kind: str = "td") -> str:
    return "<tr>" + "".join(f"<{kind}>{cell}</{kind}>" for cell in cells) + "</tr>\n"


def _heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>\n"


def _fact(name: str, value: Any) -> str:
    return f"<tr><th>{escape(name)}</th><td>{_format(value)}</td></tr>\n"


def _title(name: str) -> str:
    return escape(_(_TITLES[name]))


def _format(value: Any) -> str:
    if value is None or value in ({}, ""):
        return escape(_("not recorded")) if value is None else ""
    if isinstance(value, dict):
        pairs = (f"{escape(str(name))}: {_format(each)}" for name, each in value.items())
        return "<br>".join(pairs)
    return escape(value if isinstance(value, str) else json.dumps(value))
