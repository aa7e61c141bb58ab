"""`wfhagent journal`: what this machine sent, as a page in the browser."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from wfhagent.assembly import Assembly
from wfhagent.cli.options import ConfigOption, JsonOption, assembled
from wfhagent.clock import SystemClock
from wfhagent.errors import DisplayError
from wfhagent.html.files import open_page, write_page
from wfhagent.journal.make import make_journal
from wfhagent.journal.page import render
from wfhagent.outbox.history import History
from wfhagent.privacy.inventory import take_inventory
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
    """Open all that was sent from here and what waits, pictures included; works offline."""
    assembly = assembled(context, config)
    zone = local_zone(assembly.settings.detailed_log.time_zone)
    now = SystemClock().now()
    asked = [day.date()] if day is not None else _last(days, assembly, now.astimezone(zone).date())
    with History(assembly.paths.outbox) as history:
        made = make_journal(assembly, history, zone, days=asked, now=now, bodies=as_json)
        if as_json:
            typer.echo(msgspec.json.format(msgspec.json.encode(made), indent=2).decode())
            return
        html = render(made, take_inventory(assembly), zone, history.picture)
    show(html, assembly.paths.pages["journal"] if out is None else out, opened=opened)


def show(html: str, file: Path, *, opened: bool) -> None:
    """Write a page, say where, and open it if wished.

    Raises:
        DisplayError: the page cannot be written, or there is no browser.
    """
    write_page(file, html)
    typer.echo(str(file))
    if opened and not open_page(file):
        raise DisplayError(f"No browser could be started; open {file} yourself.")


def _last(days: int | None, assembly: Assembly, today: date) -> Sequence[date]:
    """Return the last *days* days, today's first; by default as many as are kept."""
    count = assembly.settings.outbox.keep_days + 1 if days is None else days
    return [today - timedelta(days=back) for back in range(count)]
