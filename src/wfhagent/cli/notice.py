"""`wfhagent notice`: what the company says about this program, and your acknowledgement."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
import typer

from wfhagent.cli.journal import OpenOption, OutOption, show
from wfhagent.cli.options import ConfigOption, JsonOption, assembled
from wfhagent.clock import SystemClock
from wfhagent.html.files import write_page
from wfhagent.notice.policy import current_notice
from wfhagent.notice.register import register_of
from wfhagent.privacy.inventory import take_inventory
from wfhagent.privacy.notice import as_page, as_text


def notice(
    context: typer.Context,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    acknowledge: Annotated[
        bool,
        typer.Option(
            "--acknowledge", help="Say that you have read it; that is recorded. Read it first."
        ),
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
        typer.echo(
            f"{assembly.settings.file} has no [notice], and nothing has changed here that you "
            "would have to be asked about; see `wfhagent privacy`."
        )
        return
    if acknowledge:
        record = register.acknowledge(found, now)
    inventory = take_inventory(assembly)
    if as_json:
        typer.echo(_as_json({"notice": found, "record": record}))
    elif opened:
        file = assembly.paths.pages["notice"] if out is None else out
        show(as_page(found, record, inventory), file, opened=True)
        # Only what somebody could see was shown: neither JSON nor a file that nobody opened.
        register.show(found, now)
    elif out is not None:
        write_page(out, as_page(found, record, inventory))
        typer.echo(f"{out}")
    else:
        typer.echo(as_text(found, record, inventory))
        register.show(found, now)


def _as_json(shown: Mapping[str, object]) -> str:
    return msgspec.json.format(msgspec.json.encode(shown), indent=2).decode()
