"""`wfhagent privacy`: what is collected with the configuration in force, and why."""

from typing import Annotated

import msgspec
import typer

from wfhagent.cli.journal import show
from wfhagent.cli.options import ConfigOption, JsonOption, assembled
from wfhagent.privacy.annex import render_annex
from wfhagent.privacy.inventory import take_inventory
from wfhagent.privacy.page import render_page
from wfhagent.privacy.web import as_page


def privacy(
    context: typer.Context,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    dpia: Annotated[
        bool,
        typer.Option(
            "--dpia", help="The annex for a data protection impact assessment (GDPR, Art. 35)."
        ),
    ] = False,
    *,
    opened: Annotated[bool, typer.Option("--open", help="Show it in the browser.")] = False,
) -> None:
    """Show what this device sends, how personal it is, and why. Nothing is collected or sent."""
    assembly = assembled(context, config)
    inventory = take_inventory(assembly)
    if opened:
        show(as_page(inventory), assembly.paths.pages["privacy"], opened=True)
    elif as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(inventory), indent=2).decode())
    elif dpia:
        typer.echo(render_annex(inventory), nl=False)
    else:
        typer.echo(render_page(inventory), nl=False)
