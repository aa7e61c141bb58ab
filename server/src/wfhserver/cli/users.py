"""`wfhserver users`: who may sign in at the dashboard."""

import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer

from wfhserver.accounts.passwords import hash_password
from wfhserver.accounts.users import UserChanges
from wfhserver.cli.context import actor, group, printable, with_database
from wfhserver.clock import SystemClock
from wfhserver.models.users import Role
from wfhserver.storage.postgres import users
from wfhserver.tokens import new_password

T = TypeVar("T")

app = group("Who may sign in at the dashboard.")

_GENERATE = typer.Option(False, "--generate", help="Make a password and print it, once.")


@app.command()
def add(
    username: str = typer.Argument(help="The name to sign in with."),
    role: Role = typer.Option(help="admin, manager (sees their own teams) or auditor (reads)."),
    generate: bool = _GENERATE,
) -> None:
    """Add a user; asks for the password, or reads it from a pipe."""
    password = _password(generate=generate)
    hashed = hash_password(password)
    stored = _change(lambda changes: changes.add(username, hashed, role))
    typer.echo(password if generate else f"Added {stored}.")


@app.command("list")
def list_() -> None:
    """List users with their roles and teams."""
    rows = with_database(users.list_all)
    lines = ["USER\tROLE\tTEAMS\tSTATE"]
    for row in rows:
        state = "disabled" if row.disabled else "invited" if row.is_invited else "active"
        lines.append(f"{row.username}\t{row.role}\t{', '.join(row.teams)}\t{state}")
    for line in lines:
        typer.echo(printable(line))


@app.command("set-password")
def set_password(
    username: str = typer.Argument(help="Whose password."), generate: bool = _GENERATE
) -> None:
    """Replace a password; ends the user's sessions."""
    password = _password(generate=generate)
    hashed = hash_password(password)
    _change(lambda changes: changes.set_password(username, hashed))
    typer.echo(password if generate else f"{username} has a new password.")


@app.command()
def disable(username: str = typer.Argument(help="Who may no longer sign in.")) -> None:
    """Let a user sign in no more; ends the user's sessions at once."""
    _change(lambda changes: changes.set_disabled(username, disabled=True))
    typer.echo(f"Disabled {username}.")


@app.command()
def enable(username: str = typer.Argument(help="Who may sign in again.")) -> None:
    """Let a disabled user sign in again."""
    _change(lambda changes: changes.set_disabled(username, disabled=False))
    typer.echo(f"Enabled {username}.")


@app.command()
def unlock(username: str = typer.Argument(help="Who has to wait after failed attempts.")) -> None:
    """Forget failed attempts to sign in, so that a user need not wait."""
    _change(lambda changes: changes.unlock(username))
    typer.echo(f"{username} can sign in again at once.")


@app.command("remove-second-factor")
def remove_second_factor(
    username: str = typer.Argument(help="Who has lost it, recovery codes and all."),
) -> None:
    """Let a user sign in with the password alone, until a new second factor is set up."""
    _change(lambda changes: changes.remove_second_factor(username))
    typer.echo(f"{username} signs in with the password alone now.")


def _password(*, generate: bool) -> str:
    if generate:
        return new_password()
    if sys.stdin.isatty():
        password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return password
    return sys.stdin.readline().rstrip("\r\n")


def _change(work: Callable[[UserChanges], Awaitable[T]]) -> T:
    who, now = actor(), SystemClock().now()
    return with_database(lambda connection: work(UserChanges(connection, actor=who, at=now)))
