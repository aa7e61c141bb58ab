"""`wfhserver db`: the schema, and a prompt."""

import asyncio
import os
import subprocess

import typer

from wfhserver.backup.programs import psql
from wfhserver.cli.context import (
    calendar_of,
    group,
    prepare_audit,
    read_settings,
    settings_with_database,
    with_database,
)
from wfhserver.database_url import without_password
from wfhserver.errors import SettingsError
from wfhserver.storage.postgres.connection import Connection
from wfhserver.storage.postgres.distribution import distribute as distribute_tables
from wfhserver.storage.postgres.migrate import check as check_schema
from wfhserver.storage.postgres.migrate import upgrade as upgrade_schema

app = group("The database.")


@app.command()
def upgrade() -> None:
    """Bring the schema up to date and make the day partitions ahead."""
    with settings_with_database(as_owner=True) as (settings, url):
        days = calendar_of(settings).partition_days()
        before, after = asyncio.run(upgrade_schema(url, days))
        asyncio.run(prepare_audit(url, settings))
    if before == after:
        typer.echo(f"The database has schema {after} already.")
    else:
        typer.echo(f"The database has schema {after} now (before: {before or 'none'}).")


@app.command()
def check() -> None:
    """Say whether `upgrade` could run and what it would do; change nothing."""
    settings = read_settings()
    if settings.database_url is None:
        raise SettingsError(
            "WFHSERVER_DATABASE_URL is not set. The embedded database is upgraded by itself."
        )
    before, after = asyncio.run(check_schema(settings.database_url))
    if before == after:
        typer.echo(f"The database has schema {after} already.")
    else:
        typer.echo(f"The database can be brought from schema {before or 'none'} to {after}.")


@app.command()
def distribute() -> None:
    """Distribute the big tables by agent over the nodes of Citus; docs/scale.md says when."""

    async def work(connection: Connection) -> list[str]:
        return await distribute_tables(connection)

    done = with_database(work, as_owner=True)
    for table in done:
        typer.echo(f"{table} is distributed by agent_id now.")
    if not done:
        typer.echo("The big tables are distributed already.")


@app.command()
def shell(
    command: str = typer.Option("", "--command", "-c", help="Run this SQL and end."),
) -> None:
    """Open psql on the database; heartbeats_by_employee and logs_by_employee are for reading."""
    with settings_with_database(as_owner=True) as (_, url):
        arguments = ["--command", command] if command else []
        # Everybody on this machine can read the words of a command, and not its environment.
        public, password = without_password(url)
        secret = {} if password is None else {"PGPASSWORD": password}
        ended = subprocess.run(  # noqa: S603 -- psql
            [psql(), public, *arguments], check=False, env={**os.environ, **secret}
        )
    raise typer.Exit(ended.returncode)
