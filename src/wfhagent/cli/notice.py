"""`wfhagent notice`: what the company says about this program, and your acknowledgement."""

from typing import Annotated

import msgspec
import typer

from wfhagent.cli.journal import OpenOption, OutOption, show
from wfhagent.cli.options import ConfigOption, JsonOption, assembled
from wfhagent.clock import SystemClock
from wfhagent.notice.policy import notice_of
from wfhagent.notice.register import Register
from wfhagent.privacy.inventory import take_inventory
from wfhagent.privacy.notice import as_page, as_text


def notice(
    context: typer.Context,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    acknowledge: Annotated[
        bool, typer.Option("--acknowledge", help="Say that you have read it; that is recorded.")
    ] = False,
    *,
    opened: OpenOption = False,
    out: OutOption = None,
) -> None:
    """Show the company's notice, and whether it was acknowledged on this machine."""
    assembly = assembled(context, config)
    found = notice_of(assembly.settings.notice)
    if found is None:
        typer.echo(f"{assembly.settings.file} has no [notice]; see `wfhagent privacy`.")
        return
    register, now = Register(assembly.paths.notice), SystemClock().now()
    if acknowledge:
        record = register.acknowledge(found.version, now)
    else:
        record = register.show(found.version, now)
    if as_json:
        told = {"notice": found, "record": record}
        typer.echo(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
    elif opened or out is not None:
        html = as_page(found, record, take_inventory(assembly))
        show(html, assembly.paths.pages["notice"] if out is None else out, opened=opened)
    else:
        typer.echo(as_text(found, record))
