"""`wfhagent journal`: what was sent from this device, as a page in the browser."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from wfhagent.assembly import Assembly
from wfhagent.cli.options import ConfigOption, JsonOption, assembled
from wfhagent.clock import SystemClock
from wfhagent.errors import DisplayError
from wfhagent.journal.page import Journal, render
from wfhagent.journal.timeline import timeline
from wfhagent.messages import _, ngettext
from wfhagent.notice.policy import current_notice
from wfhagent.notice.register import record_of, register_of
from wfhagent.outbox.history import History
from wfhagent.privacy.inventory import take_inventory
from wfhagent.status import Status, read_status
from wfhagent.system.page_file import open_page, write_page
from wfhagent.system.user_agents import UserAgent, others_of_user, standing
from wfhagent.system.zone import local_zone

OpenOption = Annotated[
    bool, typer.Option("--open/--no-open", help="Show it in the browser, or write it only.")
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", help="Where to write it.", show_default="your downloads or data folder"),
]


def journal(
    context: typer.Context,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    *,
    opened: OpenOption = True,
    out: OutOption = None,
    days: Annotated[
        int | None,
        typer.Option(min=1, max=366, help="How many days back.", show_default="all that is kept"),
    ] = None,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="This one day only.")
    ] = None,
) -> None:
    """Open everything that was sent or is waiting, including screenshots; works offline."""
    assembly = assembled(context, config)
    zone = local_zone(assembly.settings.detailed_log.time_zone)
    now = SystemClock().now()
    asked = [day.date()] if day is not None else _last(days, assembly, now.astimezone(zone).date())
    with History(assembly.paths.outbox) as history:
        made = make_journal(assembly, history, zone, days=asked, now=now, bodies=as_json)
        if as_json:
            typer.echo(msgspec.json.format(msgspec.json.encode(made), indent=2).decode())
            return
        html = render(made, take_inventory(assembly), zone, history.screenshot)
    show(html, assembly.paths.pages["journal"] if out is None else out, opened=opened)


def show(html: str, file: Path, *, opened: bool) -> None:
    """Write a page, say where, and open it if wished.

    Raises:
        DisplayError: the page cannot be written, or there is no browser.
    """
    write_page(file, html)
    typer.echo(str(file))
    if opened and not open_page(file):
        raise DisplayError(
            _("No browser could be started. Open {file} yourself.").format(file=file)
        )


def _last(days: int | None, assembly: Assembly, today: date) -> Sequence[date]:
    """Return the last *days* days, today's first; by default as many as are kept."""
    count = assembly.settings.outbox.keep_days + 1 if days is None else days
    return [today - timedelta(days=back) for back in range(count)]


def make_journal(
    assembly: Assembly,
    history: History,
    zone: tzinfo,
    *,
    days: Sequence[date],
    now: datetime,
    bodies: bool = False,
) -> Journal:
    """Return the journal of *days* at the moment *now*; with *bodies* heartbeats tell all."""
    settings = assembly.settings
    status = read_status(assembly.paths.status)
    others = others_of_user(assembly.paths.directory)
    notice = current_notice(assembly)
    interval = timedelta(seconds=settings.heartbeat.interval_seconds)
    found = tuple(timeline(history, zone, days=days, interval=interval, bodies=bodies))
    return Journal(
        made_at=now,
        zone=f"{zone}"
        if settings.detailed_log.time_zone
        else _("{zone} (the time zone of this device)").format(zone=zone),
        username="" if status is None else status.username,
        hostname="" if status is None else status.hostname,
        server=assembly.destination(),
        state=_state(status, now, others),
        days_off="" if status is None else status.days_off_in_words,
        others=tuple(
            _("Another agent of yours: {state}.").format(state=standing(other)) for other in others
        ),
        problem="" if status is None else status.problem,
        asked_days=len(days),
        days=found,
        notice=notice,
        acknowledgement=record_of(notice, register_of(assembly).read(), now),
    )


def _state(status: Status | None, now: datetime, others: Sequence[UserAgent]) -> str:
    running = status is not None and status.is_running(now)
    if not running and any(other.running for other in others):
        return _("The agent of this journal is not running. Another one is collecting and sending:")
    if status is None:
        return _("The agent has not run on this device yet.")
    if not running:
        return _("The agent is not running: nothing is collected or sent.")
    waiting = status.queued_heartbeats + status.queued_logs
    if waiting:
        return ngettext(
            "The agent is running. {count:,} entry is waiting on this device.",
            "The agent is running. {count:,} entries are waiting on this device.",
            waiting,
        ).format(count=waiting)
    return _("The agent is running, and nothing is waiting.")
