"""`wfhserver employee`: legal holds, and what a person may ask for: a copy, and erasure."""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec
import typer

from wfhserver.cli.context import actor, group, printable, settings_with_database, with_database
from wfhserver.clock import SystemClock
from wfhserver.errors import Code, Refusal, SettingsError
from wfhserver.exports.employee_export import EmployeeExport, Periods
from wfhserver.retention.erasure import Erasure, text_of
from wfhserver.retention.holds import HoldChanges
from wfhserver.screenshots.opened import open_store
from wfhserver.screenshots.store import ScreenshotStore
from wfhserver.settings import Settings
from wfhserver.storage.postgres import audit, holds
from wfhserver.storage.postgres.connection import AnyConnection, Connection
from wfhserver.storage.postgres.storage import PostgresStorage

T = TypeVar("T")

app = group("One employee: legal holds, a copy of everything, erasure.")


@app.command()
def hold(
    username: str = typer.Argument(help="Whose data must stay."),
    reason: str = typer.Option(help="Why; it is on record."),
) -> None:
    """Keep everything of an employee through retention, until it is released."""

    async def place(connection: Connection) -> None:
        employee_id = await number_of(connection, username)
        await _holds(connection).place(employee_id, reason)

    with_database(place)
    typer.echo(f"What is recorded of {username} stays until `wfhserver employee release`.")


@app.command()
def release(username: str = typer.Argument(help="Whose data need not stay any more.")) -> None:
    """End a legal hold; the next retention forgets what is too old."""

    async def end(connection: Connection) -> None:
        await _holds(connection).release(await number_of(connection, username))

    with_database(end)
    typer.echo(f"{username} is under no hold any more.")


@app.command("holds")
def list_() -> None:
    """List who is under a legal hold, since when, by whom and why."""
    typer.echo("EMPLOYEE\tSINCE\tBY\tWHY")
    for hold in with_database(holds.list_holds):
        since = f"{hold.held_since:%Y-%m-%d %H:%M}"
        line = f"{hold.username}\t{since}\t{hold.held_by}\t{hold.reason}"
        typer.echo(printable(line))


@app.command()
def export(
    username: str = typer.Argument(help="Whose data."),
    out: Path | None = typer.Option(None, help="The zip to write; employee-NUMBER.zip."),
) -> None:
    """Write everything that is recorded of an employee into a zip: GDPR, article 15."""

    async def write(storage: PostgresStorage, store: ScreenshotStore, settings: Settings) -> Path:
        employee_id = await _number(storage, username)
        exporting = EmployeeExport(storage.database, store, SystemClock(), Periods.of(settings))
        pieces = await exporting.zip_of(employee_id, actor=actor())
        target = out or Path(f"employee-{employee_id}.zip")
        await _write(target, pieces)
        return target

    typer.echo(f"Everything that is recorded of {username} is in {_with_store(write)}.")


@app.command()
def erase(
    username: str = typer.Argument(help="Whose data."),
    yes: bool = typer.Option(False, "--yes", help="Do not ask."),
    out: Path | None = typer.Option(None, help="Where the certificate goes; erasure-NUMBER.json."),
) -> None:
    """Erase what is recorded of an employee, for good, and certify it: GDPR, article 17."""
    if not yes:
        typer.confirm(f"Erase everything that is recorded of {username}, for good?", abort=True)

    async def forget(storage: PostgresStorage, store: ScreenshotStore, settings: Settings) -> str:
        employee_id = await _number(storage, username)
        target = out or Path(f"erasure-{employee_id}.json")
        text_file = target.with_suffix(".txt")
        # Before anything is erased: it must be possible to write what certifies it.
        with _new_file(target) as file, _new_file(text_file) as readable:
            erasing = Erasure(
                storage.database,
                store,
                SystemClock(),
                actor=actor(),
                audit_days=settings.audit_retention_days,
            )
            certificate = await erasing.erase(employee_id)
            text = text_of(certificate)
            file.write(msgspec.json.format(msgspec.json.encode(certificate)))
            readable.write(text.encode())
        return f"{text}\nThe certificate is in {target} and {text_file}."

    typer.echo(_with_store(forget))


def _with_store(work: Callable[[PostgresStorage, ScreenshotStore, Settings], Awaitable[T]]) -> T:
    """Run *work* over the database and the screenshots; return what it returns."""

    async def run(settings: Settings, url: str) -> T:
        storage = PostgresStorage(url, connections=2, command_seconds=None)
        await storage.open()
        try:
            return await work(storage, open_store(settings), settings)
        finally:
            await storage.close()

    with settings_with_database() as (settings, url):
        return asyncio.run(run(settings, url))


async def _number(storage: PostgresStorage, username: str) -> int:
    async with storage.database.connection() as connection:
        return await number_of(connection, username)


async def _write(target: Path, pieces: AsyncGenerator[bytes, None]) -> None:
    with _new_file(target) as file:
        async for piece in pieces:
            file.write(piece)


@contextmanager
def _new_file(target: Path) -> Iterator[BinaryIO]:
    """Open a file that only its owner may read; whole or not there, and never over another."""
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise SettingsError(
            f"{target} cannot be made: {error.strerror}. Name another file with --out."
        ) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
    except BaseException:
        target.unlink()
        raise


async def number_of(connection: AnyConnection, username: str) -> int:
    """Return the number of an employee; Refusal when there is no such."""
    number = await audit.employee_of(connection, username)
    if number is None:
        raise Refusal(
            Code.NOT_FOUND,
            f"Employee {username!r} not found. Names are as the devices report them.",
        )
    return number


def _holds(connection: Connection) -> HoldChanges:
    return HoldChanges(connection, actor=actor(), at=SystemClock().now())
