"""The command line, put together."""

import os
from typing import Annotated

# Where rich is installed typer loads it, and pygments with it: 6 MiB in a process that stays.
os.environ.setdefault("TYPER_USE_RICH", "0")

import typer

from wfhagent import __version__
from wfhagent.cli import (
    doctor,
    enroll,
    plugin,
    plugins,
    preview,
    privacy,
    report,
    run,
    send,
    service,
    status,
)


def make_app() -> typer.Typer:
    """Return the command line; its context object is the mapping of built-in plugins."""
    app = typer.Typer(
        name="wfhagent",
        help="Tells the company's server that this machine is on, and shows you what it tells.",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(_options)
    app.command("run")(run.run)
    app.command("preview")(preview.preview)
    app.add_typer(send.app, name="send")
    app.command("enroll")(enroll.enroll)
    app.command("status")(status.status)
    app.command("plugins")(plugins.plugins)
    app.add_typer(plugin.app, name="plugin")
    app.command("privacy")(privacy.privacy)
    app.command("doctor")(doctor.doctor)
    app.command("report")(report.report)
    app.add_typer(service.app, name="service")
    return app


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"wfhagent {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""
