"""What every command needs: settings, a journal, and a database that runs."""

import asyncio
import getpass
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import NoReturn, TypeVar

import typer

from wfhserver.audit import log as audit
from wfhserver.clock import SystemClock
from wfhserver.days import RetentionCalendar
from wfhserver.embedded.cluster import embedded_postgres
from wfhserver.embedded.layout import SERVER_ROLE, server_url
from wfhserver.files import ensure_temporary_folder, make_folder
from wfhserver.logging_setup import log_to_stderr
from wfhserver.settings import Settings, from_environment
from wfhserver.storage.postgres.connection import Connection, connect
from wfhserver.storage.postgres.migrate import upgrade
from wfhserver.storage.postgres.privileges import make_server_role
from wfhserver.storage.postgres.translation import translated

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
    ensure_temporary_folder(settings.data_directory.absolute())
    log_to_stderr(settings.log_format)
    return settings


@contextmanager
def settings_with_database(*, as_owner: bool = False) -> Iterator[tuple[Settings, str]]:
    """Yield the settings and the URL of a database that runs until the end.

    Without WFHSERVER_DATABASE_URL it is the embedded one: the settings name it, and its schema
    is brought up to date, as nobody else would do it. There the URL is that of a role which can
    only add to the audit, or with *as_owner* that of the owner of everything.
    """
    settings = read_settings()
    if settings.database_url is not None:
        yield settings, settings.database_url
        return
    folder = settings.data_directory.absolute()
    typer.echo(f"Using the embedded PostgreSQL of {folder}.", err=True)
    # PostgreSQL's user may pass through the folder; the files in it are closed to others.
    make_folder(folder, 0o711)
    with _orderly_end(), embedded_postgres(folder, user=settings.embedded_user) as url:
        asyncio.run(upgrade(url, calendar_of(settings).partition_days()))
        asyncio.run(prepare_audit(url, settings, role=SERVER_ROLE))
        chosen = url if as_owner else server_url(url)
        yield replace(settings, database_url=chosen), chosen


async def prepare_audit(url: str, settings: Settings, *, role: str | None = None) -> None:
    """Tell the database how long the audit is kept, and make *role* for the server if given.

    See `audit.prepare` and `make_server_role`.
    """
    with translated():
        connection = await connect(url, command_seconds=None)
        try:
            now = SystemClock().now()
            await audit.prepare(connection, days=settings.audit_retention_days, at=now)
            if role is not None:
                await make_server_role(connection, role)
        finally:
            await connection.close()


def with_database(work: Callable[[Connection], Awaitable[T]], *, as_owner: bool = False) -> T:
    """Run *work* over a new connection and return what it returns."""

    async def run(url: str) -> T:
        with translated():
            # Whoever typed the command can end it; half of a large database takes its time.
            connection = await connect(url, command_seconds=None)
            try:
                return await work(connection)
            finally:
                await connection.close()

    with settings_with_database(as_owner=as_owner) as (_, url):
        return asyncio.run(run(url))


def actor() -> str:
    """Return who types the command, as the audit log names it."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        # In a container, a user may be a number that the system has no name for.
        return f"cli:uid-{os.geteuid()}"


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


def calendar_of(settings: Settings) -> RetentionCalendar:
    """Return the calendar of the system's clock."""
    return RetentionCalendar(
        clock=SystemClock(), zone=settings.time_zone, retention_days=settings.retention_days
    )
