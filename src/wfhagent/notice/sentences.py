"""The first things that a person should know, in a sentence each."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from wfhagent.assembly import Assembly
from wfhagent.outbox.history import server_retention_days

SERVER_KEEPS_DAYS = 30
NO_PAUSE = (
    "wfhagent cannot be paused. No screenshot is taken while your screen is locked, so close "
    "what is private, or lock the screen."
)


def sentences(assembly: Assembly) -> Sequence[str]:
    """Return what is taken, who sees it, how long it is kept, whom to ask, and how to object."""
    notice = assembly.settings.notice
    company = _phrase(notice.company) or "your company"
    contact = _phrase(notice.contact)
    who = (
        f"Who can see it: managers of your team, administrators and auditors of {company}. Each "
        "view is logged, and you can see who looked."
    )
    return (
        _what(assembly),
        who,
        _how_long(assembly),
        f"Whom to ask: {contact}." if contact else "Whom to ask: your manager or your IT team.",
        f"How to object: write to {contact or 'your employer'}, with your reasons.",
    )


def takes_screenshots(assembly: Assembly) -> bool:
    """Tell whether some plugin in use gives screenshots."""
    return any(
        fact.name == "screenshot"
        for collector in assembly.catalog.collectors.values()
        for fact in collector.facts
    )


def notifies_of_each(assembly: Assembly) -> bool:
    """Tell whether a notification announces every screenshot when it is taken."""
    return all(
        getattr(assembly.configs.get(name), "notify", True)
        for name, collector in assembly.catalog.collectors.items()
        if any(fact.name == "screenshot" for fact in collector.facts)
    )


def server_name(assembly: Assembly) -> str:
    """Return the name of the server as people know it."""
    return urlsplit(assembly.settings.server.url).hostname or assembly.settings.server.url


def _what(assembly: Assembly) -> str:
    rule = assembly.settings.detailed_log
    what = "a screenshot" if takes_screenshots(assembly) else "a log without a screenshot"
    quiet = "" if notifies_of_each(assembly) else " You are not notified of each one."
    days = "working day" if len(rule.working_days) < 7 else "day"  # noqa: PLR2004 -- a week
    return (
        f"Twice each {days}, at random times between {rule.start} and {rule.end}, this program "
        f"takes {what} and sends it to {server_name(assembly)}.{quiet}"
    )


def _how_long(assembly: Assembly) -> str:
    stated = _phrase(assembly.settings.notice.retention)
    server = (
        f"your company states {stated}"
        if stated
        else server_keeps(server_retention_days(assembly.paths.outbox))
    )
    return (
        f"How long it is kept: {server}; "
        f"{_days(assembly.settings.outbox.keep_days)} on this computer."
    )


def server_keeps(days: int | None) -> str:
    """Return for how long the server keeps data; *days* is None when it has not said so."""
    if days is None:
        return f"{SERVER_KEEPS_DAYS} days on the server, unless your company has set another number"
    return f"{_days(days)} on the server, as the server says"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _phrase(text: str) -> str:
    """Return what somebody wrote, as it can stand inside a sentence."""
    return " ".join(text.split()).rstrip(".")
