"""`wfhserver employee`: legal holds."""

import getpass

import typer

from wfhserver.cli.context import group, printable, with_database
from wfhserver.clock import SystemClock
from wfhserver.errors import Code, Refusal
from wfhserver.service.holds import Holds
from wfhserver.storage.postgres import audit, holds
from wfhserver.storage.postgres.connection import Connection

app = group("One employee: what is kept of them.")


@app.command()
def hold(
    username: str = typer.Argument(help="Whose data must stay."),
    reason: str = typer.Option(help="Why; it is on record."),
) -> None:
    """Keep everything of an employee through retention, until it is released."""

    async def place(connection: Connection) -> None:
        employee_id = await number_of(connection, username)
        await _holds(connection).place(employee_id, reason)

    with_database(place)
    typer.echo(f"What is recorded of {username} stays until `wfhserver employee release`.")


@app.command()
def release(username: str = typer.Argument(help="Whose data need not stay any more.")) -> None:
    """End a legal hold; the next retention forgets what is too old."""

    async def end(connection: Connection) -> None:
        await _holds(connection).release(await number_of(connection, username))

    with_database(end)
    typer.echo(f"{username} is under no hold any more.")


@app.command("holds")
def list_() -> None:
    """List who is under a legal hold, since when, by whom and why."""
    typer.echo("EMPLOYEE\tSINCE\tBY\tWHY")
    for row in with_database(holds.list_holds):
        since = f"{row['held_since']:%Y-%m-%d %H:%M}"
        line = "\t".join((row["username"], since, row["held_by"], row["reason"]))
        typer.echo(printable(line))


async def number_of(connection: Connection, username: str) -> int:
    """Return the number of an employee; Refusal when there is no such."""
    number = await audit.employee_of(connection, username)
    if number is None:
        raise Refusal(
            Code.NOT_FOUND,
            f"There is no employee {username!r}. Names are as the machines say them.",
        )
    return number


def _holds(connection: Connection) -> Holds:
    return Holds(connection, actor=f"cli:{getpass.getuser()}", at=SystemClock().now())
