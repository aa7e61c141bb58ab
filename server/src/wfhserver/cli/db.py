"""`wfhserver db upgrade`: the schema."""

import asyncio

import typer

from wfhserver.cli.context import calendar_of, group, settings_with_database
from wfhserver.storage.postgres.migrate import upgrade as upgrade_schema

app = group("The database.")


@app.callback()
def database() -> None:
    """Keep `upgrade` a command of its own."""


@app.command()
def upgrade() -> None:
    """Bring the schema up to date and make the day partitions ahead."""
    with settings_with_database() as (settings, url):
        days = calendar_of(settings).partition_days()
        before, after = asyncio.run(upgrade_schema(url, days))
    if before == after:
        typer.echo(f"The database has schema {after} already.")
    else:
        typer.echo(f"The database has schema {after} now (before: {before or 'none'}).")
