"""The command line: one command, one file."""

import os
import sys

import typer

from wfhserver.cli import (
    agents,
    audit,
    backup,
    db,
    demo,
    employee,
    geoip,
    keys,
    retention,
    serve,
    setup_code,
    simulate,
    tokens,
    users,
)
from wfhserver.errors import WfhserverError
from wfhserver.files import PRIVATE_UMASK
from wfhserver.processes import keep_working_directory_out


def main() -> None:
    """Run the command line; an error of ours becomes one sentence and exit code 1."""
    keep_working_directory_out()
    # What the server writes is nobody else's, whatever it was started with.
    os.umask(PRIVATE_UMASK)
    try:
        application()()
    except WfhserverError as error:
        typer.echo(f"wfhserver: {error}", err=True)
        sys.exit(1)


def application() -> typer.Typer:
    """Return the commands."""
    app = typer.Typer(
        name="wfhserver",
        help="The server of wfhagent. Settings are environment variables WFHSERVER_...",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.command()(serve.serve)
    app.command("setup-code")(setup_code.setup_code)
    app.command()(demo.demo)
    app.command()(simulate.simulate)
    app.add_typer(db.app, name="db")
    app.add_typer(tokens.app, name="tokens")
    app.add_typer(agents.app, name="agents")
    app.add_typer(keys.app, name="keys", hidden=True)
    app.add_typer(users.app, name="users")
    app.add_typer(audit.app, name="audit")
    app.add_typer(employee.app, name="employee")
    app.add_typer(geoip.app, name="geoip")
    app.add_typer(retention.app, name="retention")
    app.add_typer(backup.app, name="backup")
    return app
