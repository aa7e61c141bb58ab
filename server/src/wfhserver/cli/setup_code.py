"""`wfhserver setup-code`: the code with which the first administrator is created."""

import asyncio

import typer

from wfhserver.accounts.setup_code import SetupCode, new_code
from wfhserver.cli.context import actor, settings_with_database
from wfhserver.clock import SystemClock
from wfhserver.errors import WfhserverError
from wfhserver.settings import Settings
from wfhserver.storage.postgres.connection import connect
from wfhserver.storage.postgres.translation import translated


def setup_code(
    if_needed: bool = typer.Option(
        False, "--if-needed", help="Print nothing where accounts exist."
    ),
) -> None:
    """Print a new setup code for the first administrator; the last one is valid no longer."""
    with settings_with_database() as (settings, url):
        made = asyncio.run(_new_code(url))
    if made is not None:
        typer.echo(announcement(made, settings.public_url))
    elif not if_needed:
        raise WfhserverError(
            "This server has an account already. Add another one with `wfhserver users add`, or"
            " invite people on the dashboard."
        )


def print_code_at_start(url: str, settings: Settings, address: str | None) -> None:
    """Print a new setup code to stderr, where there is no account in the database at *url*.

    *address* is where the server listens, None where that is not known yet. The server starts in
    any case: what is wrong with the database is for it to say.
    """
    try:
        made = asyncio.run(_new_code(url))
    except WfhserverError as error:
        typer.echo(f"No setup code was made: {error}", err=True)
        return
    if made is not None:
        typer.echo(announcement(made, settings.public_url or address), err=True)


def announcement(made: SetupCode, address: str | None) -> str:
    """Return what to do with a new code at *address*, with None at that of this server."""
    place = "/setup on this server" if address is None else f"{address.rstrip('/')}/setup"
    return (
        f"No account yet. Open {place} and create the first administrator.\n"
        f"Setup code: {made.code}\n"
        f"It works once, until {made.expires_at:%Y-%m-%d %H:%M} UTC."
    )


async def _new_code(url: str) -> SetupCode | None:
    with translated():
        connection = await connect(url)
        try:
            return await new_code(connection, actor(), SystemClock().now())
        finally:
            await connection.close()
