"""`wfhagent notice`: the company's notice about this program, and its acknowledgement."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
import typer

from wfhagent.cli.journal import OpenOption, OutOption, show
from wfhagent.cli.options import ConfigOption, JsonOption, assembled
from wfhagent.clock import SystemClock
from wfhagent.messages import _
from wfhagent.notice.policy import current_notice
from wfhagent.notice.register import register_of
from wfhagent.privacy.inventory import take_inventory
from wfhagent.privacy.notice import as_page, as_text
from wfhagent.system.page_file import write_page


def notice(
    context: typer.Context,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    acknowledge: Annotated[
        bool,
        typer.Option("--acknowledge", help="Record that you have read it. Read it first."),
    ] = False,
    *,
    opened: OpenOption = False,
    out: OutOption = None,
) -> None:
    """Show the company's notice, what has changed, and whether it was acknowledged here."""
    assembly = assembled(context, config)
    found, now = current_notice(assembly), SystemClock().now()
    register = register_of(assembly)
    record = register.meet(found, now)
    if not found.words and not record.changes:
        text = _("{file} has no [notice], and nothing has changed. See `wfhagent privacy`.")
        typer.echo(text.format(file=assembly.settings.file))
        return
    if acknowledge:
        record = register.acknowledge(found, now)
    if as_json:
        typer.echo(_as_json({"notice": found, "record": record}))
        return
    file = assembly.paths.pages["notice"] if opened and out is None else out
    inventory = take_inventory(assembly)
    if file is None:
        typer.echo(as_text(found, record, inventory))
    elif opened:
        show(as_page(found, record, inventory), file, opened=True)
    else:
        write_page(file, as_page(found, record, inventory))
        typer.echo(f"{file}")
        return
    # Only what somebody could see was shown: neither JSON nor a file that nobody opened.
    register.show(found, now)


def _as_json(shown: Mapping[str, object]) -> str:
    return msgspec.json.format(msgspec.json.encode(shown), indent=2).decode()
