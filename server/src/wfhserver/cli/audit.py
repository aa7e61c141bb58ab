"""`wfhserver audit`: what is on record, and whether the record is whole."""

import typer

from wfhserver.cli.context import group, printable, with_database
from wfhserver.errors import AuditError
from wfhserver.service.audit import Verdict, holds
from wfhserver.service.audit import verify as look_at_all
from wfhserver.storage.postgres import audit
from wfhserver.storage.postgres.audit import Filter, Link
from wfhserver.storage.postgres.connection import Connection

app = group("Who did what, when, whose data, and why.")


@app.command()
def verify(
    expect: str = typer.Option(
        "", metavar="NUMBER:HASH", help="What an earlier verify printed; the chain must hold it."
    ),
) -> None:
    """Look at every row; exit code 1 when one was changed, removed, added or reordered."""
    noted = _noted(expect) if expect else None

    async def look(connection: Connection) -> tuple[Verdict, bool]:
        return await look_at_all(connection), noted is None or await holds(connection, *noted)

    verdict, is_same = with_database(look)
    if verdict.problem is not None:
        raise AuditError(f"The audit is broken. {verdict.problem}")
    if not is_same:
        raise AuditError(f"The audit was written anew: its row is no longer {expect}.")
    typer.echo(f"{verdict.rows} rows, each follows on the one before.")
    typer.echo("Keep this where the database's administrator cannot write, for --expect:")
    typer.echo(f"{verdict.last_id}:{verdict.last_hash}")


@app.command("list")
def list_(
    limit: int = typer.Option(50, min=1, max=100_000, help="How many rows, newest first."),
    actor: str | None = typer.Option(None, help="Only this one, such as user:anna."),
    action: str | None = typer.Option(None, help="Only this, such as screenshot.view."),
) -> None:
    """List rows, newest first."""
    wanted = Filter(actor=actor, action=action)
    typer.echo("NUMBER\tWHEN\tWHO\tWHAT\tWHOSE\tWHY\tDETAILS")
    for link in with_database(lambda connection: audit.page(connection, wanted, limit)):
        line = _line(link)
        typer.echo(printable(line))


def _line(link: Link) -> str:
    whose = ",".join(map(str, link.employee_ids)) or "-"
    moment = f"{link.at:%Y-%m-%d %H:%M:%S}"
    parts = (link.audit_id, moment, link.actor, link.action, whose, link.reason or "-")
    return "\t".join([*map(str, parts), link.details])


def _noted(expect: str) -> tuple[int, bytes]:
    number, _, hashed = expect.partition(":")
    try:
        return int(number), bytes.fromhex(hashed)
    except ValueError:
        raise AuditError(
            f"{expect!r} is not NUMBER:HASH, as `wfhserver audit verify` prints it."
        ) from None
