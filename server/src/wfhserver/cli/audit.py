"""`wfhserver audit`: what is on record, and whether the record is whole."""

import typer

from wfhserver.audit.chain import Verdict
from wfhserver.audit.log import has_hash
from wfhserver.audit.log import verify as verify_all
from wfhserver.cli.context import group, printable, read_settings, with_database
from wfhserver.errors import AuditError
from wfhserver.models.audit import AuditEntry, AuditFilter
from wfhserver.storage.postgres import audit
from wfhserver.storage.postgres.connection import Connection

app = group("Who did what, when, whose data, and why.")


@app.command()
def verify(
    expect: str = typer.Option(
        "", metavar="NUMBER:HASH", help="What an earlier verify printed; the chain must hold it."
    ),
    kept_days: int | None = typer.Option(
        None,
        min=1,
        help="How old a removed row must have been; WFHSERVER_AUDIT_RETENTION_DAYS if not given.",
    ),
) -> None:
    """Look at every row; exit code 1 when one was changed, removed, added or reordered.

    What retention has removed leaves its number, its time and its hash: they are looked at, too.
    """
    noted = _noted(expect) if expect else None
    least_days = kept_days or read_settings().audit_retention_days

    async def check(connection: Connection) -> tuple[Verdict, bool]:
        verdict = await verify_all(connection, least_days)
        return verdict, noted is None or await has_hash(connection, *noted)

    verdict, is_same = with_database(check)
    if verdict.problem is not None:
        raise AuditError(f"The audit is broken. {verdict.problem}")
    if noted is not None and not is_same:
        raise AuditError(_why_not(verdict, noted[0], expect))
    typer.echo(f"{verdict.rows} rows, each follows on the one before.")
    if verdict.removed:
        typer.echo(f"Retention has removed {verdict.removed} rows before them.")
    if verdict.unproven:
        typer.echo(
            f"An older version removed or wrote {verdict.unproven} of those: nothing proves how old"
            " they were."
        )
    typer.echo("Keep this where the database's administrator cannot write, for --expect:")
    typer.echo(f"{verdict.last_id}:{verdict.last_hash}")


@app.command("list")
def list_(
    limit: int = typer.Option(50, min=1, max=100_000, help="How many rows, newest first."),
    actor: str | None = typer.Option(None, help="Only this one, such as user:anna."),
    action: str | None = typer.Option(None, help="Only this, such as screenshot.view."),
) -> None:
    """List rows, newest first."""
    wanted = AuditFilter(actor=actor, action=action)
    typer.echo("NUMBER\tWHEN\tWHO\tWHAT\tWHOSE\tWHY\tDETAILS")
    for link in with_database(lambda connection: audit.page(connection, wanted, limit)):
        line = _line(link)
        typer.echo(printable(line))


def _line(link: AuditEntry) -> str:
    whose = ",".join(map(str, link.employee_ids)) or "-"
    moment = f"{link.at:%Y-%m-%d %H:%M:%S}"
    parts = (link.audit_id, moment, link.actor, link.action, whose, link.reason or "-")
    return "\t".join([*map(str, parts), link.details])


def _why_not(verdict: Verdict, number: int, expect: str) -> str:
    if number > verdict.last_id:
        return f"The audit ends at row {verdict.last_id}: row {number} is missing."
    if number <= verdict.unproven:
        return (
            f"Row {number} was removed by an older version, and nothing is left to compare with"
            f" {expect}. Use what a newer verify printed."
        )
    return f"The audit was rewritten: its row {number} is not {expect}."


def _noted(expect: str) -> tuple[int, bytes]:
    number, _, hashed = expect.partition(":")
    try:
        return int(number), bytes.fromhex(hashed)
    except ValueError:
        raise AuditError(
            f"{expect!r} is not NUMBER:HASH, as `wfhserver audit verify` prints it."
        ) from None
