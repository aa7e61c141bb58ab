"""`wfhserver retention run`: forget now."""

import asyncio
from dataclasses import asdict

import typer

from wfhserver.cli.context import calendar_of, group, settings_with_database
from wfhserver.screenshots.opened import open_store
from wfhserver.service.retention import Retention, RetentionResult
from wfhserver.settings import Settings
from wfhserver.storage.postgres.storage import PostgresStorage

app = group("What is no longer kept.")


@app.callback()
def retention() -> None:
    """Keep `run` a command of its own."""


@app.command()
def run(
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say what would be done."),
) -> None:
    """Make partitions, drop what is too old, sweep orphans; the server does it hourly."""
    with settings_with_database() as (settings, url):
        result = asyncio.run(_run(settings, url, dry_run=dry_run))
    if not result.done:
        typer.echo("Another process is at it; nothing was done.")
        return
    for name, value in asdict(result).items():
        typer.echo(f"{name}: {value}")


async def _run(settings: Settings, url: str, *, dry_run: bool) -> RetentionResult:
    storage = PostgresStorage(url, connections=1)
    await storage.open()
    try:
        store = open_store(settings)
        forgetting = Retention(
            storage.retention,
            store,
            calendar_of(settings),
            audit_days=settings.audit_retention_days,
        )
        return await forgetting.run(dry_run=dry_run)
    finally:
        await storage.close()
