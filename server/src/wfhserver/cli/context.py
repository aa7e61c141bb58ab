"""What every command needs: settings, a journal, and a database that runs."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import NoReturn, TypeVar

import typer

from wfhserver.clock import SystemClock
from wfhserver.days import Calendar
from wfhserver.embedded.cluster import embedded_postgres
from wfhserver.logs import log_to_stderr
from wfhserver.settings import Settings, from_environment
from wfhserver.storage.postgres.connection import Connection, connect, translated
from wfhserver.storage.postgres.migrate import upgrade

T = TypeVar("T")


def group(summary: str) -> typer.Typer:
    """Return an empty group of commands."""
    return typer.Typer(
        help=summary,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


def read_settings() -> Settings:
    """Set up the journal and return the settings of the environment."""
    log_to_stderr()  # In case the settings are wrong.
    settings = from_environment(os.environ)
    log_to_stderr(settings.log_format)
    return settings


@contextmanager
def settings_with_database() -> Iterator[tuple[Settings, str]]:
    """Yield the settings and the URL of a database that runs until the end.

    Without WFHSERVER_DATABASE_URL it is the embedded one: the settings name it, and its schema
    is brought up to date, as nobody else would do it.
    """
    settings = read_settings()
    if settings.database_url is not None:
        yield settings, settings.database_url
        return
    folder = settings.data_directory.absolute()
    typer.echo(f"Using the embedded PostgreSQL of {folder}.", err=True)
    # Open to pass through, for PostgreSQL's user; what lies inside is closed.
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    with _orderly_end(), embedded_postgres(folder, user=settings.embedded_user) as url:
        asyncio.run(upgrade(url, calendar_of(settings).partition_days()))
        yield replace(settings, database_url=url), url


def with_database(work: Callable[[Connection], Awaitable[T]]) -> T:
    """Run *work* over a connection of its own and return what it returns."""

    async def run(url: str) -> T:
        with translated():
            connection = await connect(url)
            try:
                return await work(connection)
            finally:
                await connection.close()

    with settings_with_database() as (_, url):
        return asyncio.run(run(url))


def printable(line: str) -> str:
    """Return *line* with nothing in it that could steer a terminal; names come from agents."""
    return "".join(c if c.isprintable() or c == "\t" else "?" for c in line)


@contextmanager
def _orderly_end() -> Iterator[None]:
    """Let SIGTERM unwind the stack: by itself it would leave PostgreSQL behind."""

    def stop(_: int, __: FrameType | None) -> NoReturn:
        sys.exit(0)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def calendar_of(settings: Settings) -> Calendar:
    """Return the calendar of the system's clock."""
    return Calendar(
        clock=SystemClock(), zone=settings.time_zone, retention_days=settings.retention_days
    )
