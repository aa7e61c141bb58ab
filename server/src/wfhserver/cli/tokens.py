"""`wfhserver tokens`: the enrollment tokens, with which devices enroll."""

import typer

from wfhserver.cli.context import actor, group, printable, with_database
from wfhserver.cli.ids import TOKEN, naming_list, optional_day, read_id
from wfhserver.clock import SystemClock
from wfhserver.devices.enrollment_tokens import EnrollmentChanges
from wfhserver.storage.postgres import enrollment_tokens
from wfhserver.storage.postgres.connection import Connection

app = group("Enrollment tokens: devices enroll with them.")


@app.command()
def create(
    label: str = typer.Option(help="What this token is for."),
    uses: int | None = typer.Option(None, min=1, help="How many devices may enroll."),
    expires_days: int | None = typer.Option(
        None, min=1, max=36500, help="After how many days it expires."
    ),
    approval: bool = typer.Option(False, "--approval", help="Each device waits for approval."),
) -> None:
    """Create an enrollment token and print it. It is shown only once: only its hash is stored."""
    _, token = with_database(
        lambda connection: _changes(connection).create(
            label, expires_days=expires_days, use_limit=uses, needs_approval=approval
        )
    )
    typer.echo(token)


@app.command("list")
def list_() -> None:
    """List the enrollment tokens (e1, e2, ...)."""
    typer.echo("ID\tLABEL\tUSES\tAGENTS\tEXPIRES\tREVOKED")
    for row in with_database(enrollment_tokens.list_tokens):
        line = (
            f"e{row.token_id}\t{row.label}\t{row.uses}/{row.use_limit or '-'}"
            f"\t{row.agents}\t{optional_day(row.expires_at)}\t{optional_day(row.revoked_at)}"
        )
        typer.echo(printable(line))


@app.command()
def revoke(
    token: str = typer.Argument(metavar="ID", help="e1; `wfhserver tokens list` shows it."),
    with_agents: bool = typer.Option(
        False, "--agents", help="Also revoke the agents that enrolled with this token."
    ),
) -> None:
    """Revoke an enrollment token. This takes effect at the next request."""
    number = read_id(token, TOKEN)
    with naming_list(TOKEN):
        count = with_database(lambda c: _changes(c).revoke(number, with_agents=with_agents))
    typer.echo(f"Revoked the enrollment token {token}, and {count} agents.")


def _changes(connection: Connection) -> EnrollmentChanges:
    return EnrollmentChanges(connection, actor=actor(), at=SystemClock().now())
