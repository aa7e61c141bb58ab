"""Summaries for users: once a day or a week, at the beginning of their working hours."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from wfhserver.alerts import texts
from wfhserver.alerts.hours import Hours
from wfhserver.alerts.rules import read_rules
from wfhserver.messages import _, ngettext
from wfhserver.models.alerts import AlertKind, AlertRule, Digest, NewMessage, OpenAlert, Subscriber
from wfhserver.storage.postgres import alerts, messages, subscriptions
from wfhserver.storage.postgres.connection import AnyConnection

_WEEK: Final = 7
_LISTED: Final = 50


async def add_digests(
    connection: AnyConnection,
    subscribers: Sequence[Subscriber],
    hours: Hours,
    now: datetime,
    url: str | None,
) -> None:
    """Put the digests that are due into the outbox. Needs a transaction."""
    rules = await read_rules(connection)
    for subscriber in subscribers:
        if not _is_due(subscriber, hours, now):
            continue
        user = None if subscriber.team_ids is None else subscriber.user_id
        still_open = await alerts.page(connection, user, resolved=False)
        since = subscriber.digest_at
        resolved = await alerts.page(connection, user, resolved=True, resolved_since=since)
        text = digest_text(rules, still_open, len(resolved), url)
        message = NewMessage(
            key=f"digest:{now:%Y-%m-%d}:user:{subscriber.user_id}",
            email=subscriber.email,
            recipient=subscriber.username,
            event="digest",
            subject=ngettext(
                "wfhserver: {count} open alert", "wfhserver: {count} open alerts", len(still_open)
            ).format(count=len(still_open)),
            body=text,
            employee_ids=sorted({each.employee_id for each in still_open if each.employee_id}),
            not_before=now,
        )
        await messages.add(connection, [message], now)
        await subscriptions.set_digest_made(connection, subscriber.user_id, now)


def _is_due(subscriber: Subscriber, hours: Hours, now: datetime) -> bool:
    own = hours.of_employee(subscriber.employee_id)
    if subscriber.digest is Digest.NONE or own.next_moment(now) != now:
        return False
    begin = own.last_begin(now)
    if begin is None or subscriber.digest_at >= begin:
        return False
    # A week is over after as many working days, whichever weekday that is.
    pause = timedelta(days=_WEEK - 1) if subscriber.digest is Digest.WEEKLY else timedelta(0)
    return begin - subscriber.digest_at > pause


def digest_text(
    rules: dict[AlertKind, AlertRule],
    still_open: Sequence[OpenAlert],
    resolved: int,
    url: str | None,
) -> str:
    """Return what a digest says: the open alerts by kind, and how many were resolved."""
    blocks = []
    for kind, rule in rules.items():
        found = [each for each in still_open if each.kind is kind]
        lines = [f"- {texts.sentence_of(each, rule)}" for each in found[:_LISTED]]
        more = len(found) - len(lines)
        if more > 0:
            text = ngettext("and {count} more", "and {count} more", more)
            lines.append(text.format(count=more))
        if lines:
            blocks.append("\n".join((f"{texts.title_of(kind)} ({len(found)})", *lines)))
    if not still_open:
        blocks.append(_("No alerts are open."))
    text = ngettext(
        "{count} alert was resolved since the last summary.",
        "{count} alerts were resolved since the last summary.",
        resolved,
    )
    blocks.append(text.format(count=resolved))
    if url is not None:
        blocks.append(f"{url}/alerts")
    return "\n\n".join(blocks) + "\n"
