"""What every employee should know first, in a sentence each."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from wfhagent.assembly import Assembly
from wfhagent.messages import N_, _, ngettext

SERVER_KEEPS_DAYS = 30
NO_PAUSE = N_(
    "wfhagent cannot be paused. No screenshot is taken while your screen is locked, so close "
    "private windows, or lock the screen."
)


def sentences(assembly: Assembly) -> Sequence[str]:
    """Return what is taken, who sees it, how long it is kept, whom to ask, and how to object."""
    notice = assembly.settings.notice
    contact = _phrase(notice.contact) or _("your manager or your IT team")
    addressee = _phrase(notice.contact) or _("your employer")
    return (
        _what(assembly),
        _(
            "Who can see it: managers of your team, and the administrators and auditors of "
            "{company}. Every view is logged and shown to you."
        ).format(company=_phrase(notice.company) or _("your company")),
        _how_long(assembly),
        _("Questions: ask {contact}.").format(contact=contact),
        _("To object: write to {addressee} and give your reasons.").format(addressee=addressee),
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
    """Return the name of the server, or the place that a transport names instead of it."""
    place = assembly.destination()
    return place if place != assembly.settings.server.url else urlsplit(place).hostname or place


def _what(assembly: Assembly) -> str:
    rule = assembly.settings.detailed_log
    every_day = len(rule.working_days) == 7  # noqa: PLR2004 -- a week
    with_screenshot = takes_screenshots(assembly)
    text = {
        (True, True): _(
            "Twice each day, at random times between {start} and {end}, this program takes a "
            "screenshot and sends it to {server}."
        ),
        (True, False): _(
            "Twice each day, at random times between {start} and {end}, this program sends a log "
            "without a screenshot to {server}."
        ),
        (False, True): _(
            "Twice each working day, at random times between {start} and {end}, this program "
            "takes a screenshot and sends it to {server}."
        ),
        (False, False): _(
            "Twice each working day, at random times between {start} and {end}, this program "
            "sends a log without a screenshot to {server}."
        ),
    }[every_day, with_screenshot].format(
        start=rule.start, end=rule.end, server=server_name(assembly)
    )
    if notifies_of_each(assembly):
        return text
    return f"{text} {_('You are not notified each time.')}"


def _how_long(assembly: Assembly) -> str:
    stated = _phrase(assembly.settings.notice.retention)
    server = (
        _("your company states {period}").format(period=stated)
        if stated
        else server_keeps(assembly.server_retention_days())
    )
    return _("How long it is kept: {server}; {here} on this device.").format(
        server=server, here=days_in_words(assembly.settings.outbox.keep_days)
    )


def server_keeps(days: int | None) -> str:
    """Return for how long the server keeps data; *days* is None when it is not known."""
    if days is None:
        return _("{days} days on the server, unless your company has changed this").format(
            days=SERVER_KEEPS_DAYS
        )
    return _("{period} on the server").format(period=days_in_words(days))


def days_in_words(count: int) -> str:
    """Return *count* days as people say it."""
    return ngettext("{count} day", "{count} days", count).format(count=count)


def _phrase(text: str) -> str:
    """Return what somebody wrote, as a part of a sentence."""
    return " ".join(text.split()).rstrip(".")
