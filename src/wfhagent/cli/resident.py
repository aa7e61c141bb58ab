"""The command line of the process that stays: what the other commands need is not loaded."""

import typer

from wfhagent.cli.bare import bare_app
from wfhagent.cli.run import run


def make_resident_app() -> typer.Typer:
    """Return a command line whose one command is `run`."""
    app = bare_app()
    app.command("run")(run)
    return app
