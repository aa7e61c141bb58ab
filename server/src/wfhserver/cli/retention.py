"""`wfhserver retention run`: forget now."""

import asyncio
from collections.abc import Iterator

import typer

from wfhserver.cli.context import actor, calendar_of, group, settings_with_database
from wfhserver.errors import SettingsError
from wfhserver.ingest.clock_check import ClockCheck
from wfhserver.retention.run import (
    Retention,
    RetentionResult,
    believe_clock,
    counts_of,
)
from wfhserver.screenshots.opened import open_store
from wfhserver.settings import Settings
from wfhserver.storage.postgres.storage import PostgresStorage

app = group("What is no longer kept.")


@app.callback()
def retention() -> None:
    """Keep `run` a subcommand: Typer drops the name of an only command."""


@app.command()
def run(
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say what would be done."),
    confirm_clock: bool = typer.Option(
        False,
        "--confirm-clock",
        help="The time of this machine is right, whatever the database knows: go on by it.",
    ),
) -> None:
    """Make partitions, drop what is too old, sweep orphans; the server does it hourly."""
    if dry_run and confirm_clock:
        raise SettingsError("--dry-run changes nothing, and --confirm-clock does. Give one.")
    with settings_with_database() as (settings, url):
        result = asyncio.run(_run(settings, url, dry_run=dry_run, confirm_clock=confirm_clock))
    if not result.done:
        typer.echo("Another process is at it; nothing was done.")
        return
    for line in lines_of(result):
        typer.echo(line)
    for name, why in sorted(result.failures.items()):
        typer.echo(f"failed: {name}: {why}", err=True)
    if result.failures:
        raise typer.Exit(1)


def lines_of(result: RetentionResult) -> Iterator[str]:
    """Yield the counts, and each day that went or would go."""
    yield f"dry_run: {result.dry_run}"
    for name, value in counts_of(result).items():
        yield f"{name}: {value}"
    verb = "would be deleted" if result.dry_run else "deleted"
    for day, what in sorted(result.days.items()):
        yield f"{day} {verb}: {', '.join(what)}"


async def _run(
    settings: Settings, url: str, *, dry_run: bool, confirm_clock: bool
) -> RetentionResult:
    storage = PostgresStorage(url, connections=1, command_seconds=None)
    await storage.open()
    try:
        calendar = calendar_of(settings)
        clock_check = ClockCheck(
            calendar.clock,
            storage.clock_evidence,
            storage.bound_last_seen,
            compares_database=not confirm_clock,
        )
        if confirm_clock:
            await believe_clock(storage.database, calendar.clock, actor=actor())
        forgetting = Retention(
            storage.retention,
            open_store(settings),
            calendar,
            clock_check,
            audit_days=settings.audit_retention_days,
        )
        return await forgetting.run(dry_run=dry_run)
    finally:
        await storage.close()
