"""The command line before it has a command."""

import os
from typing import Annotated

# Where rich is installed typer loads it, and pygments with it: 6 MiB in a process that stays.
os.environ.setdefault("TYPER_USE_RICH", "0")

import typer
from typer.core import TyperGroup

from wfhagent import __version__

HELP = """\
Reports to your company that this device is on, and shows you everything it reports.

Twice each working day it takes a screenshot and sends it to your company's server.

Who can see it: managers of your team, administrators and auditors. Every view is logged.

How long it is kept: 30 days, unless your company has changed this.

Questions: ask your manager or IT team, or the contact in `wfhagent notice`.

To object: write to the same contact and give your reasons. It cannot be paused.
"""
"""For everybody; `wfhagent privacy` says it for the agent.toml in force."""


def bare_app(group: type[TyperGroup] = TyperGroup) -> typer.Typer:
    """Return a command line with the options that stand before a command, which *group* knows."""
    app = typer.Typer(
        name="wfhagent",
        cls=group,
        help=HELP,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(_options)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"wfhagent {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""
