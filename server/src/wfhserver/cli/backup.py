"""`wfhserver backup`: make, verify and restore backups."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

import typer

from wfhserver.backup.create import BackupRequest, create
from wfhserver.backup.encryption import encryption_to
from wfhserver.backup.folder import backups_in
from wfhserver.backup.manifest import Manifest
from wfhserver.backup.programs import PostgresPrograms
from wfhserver.backup.records import record_verification
from wfhserver.backup.restore import Restored, RestoreRequest, restore
from wfhserver.backup.verify import verify
from wfhserver.cli.context import actor, group, read_settings, settings_with_database
from wfhserver.clock import SystemClock
from wfhserver.embedded.cluster import embedded_postgres
from wfhserver.errors import BackupError, DamagedBackupError, SettingsError
from wfhserver.files import make_folder
from wfhserver.screenshots.opened import open_store
from wfhserver.settings import Settings

app = group("Backups of database and screenshots.")

_IDENTITY = typer.Option(
    None, metavar="FILE", help="The identity of age; of OpenPGP, anything: gpg's keyring is used."
)
_NO_SCREENSHOTS = typer.Option(False, "--without-screenshots", help="Leave the screenshots out.")


@app.command("create")
def create_(
    folder: Path | None = typer.Argument(
        None, help="The folder of all backups; WFHSERVER_BACKUP_DIRECTORY if not given."
    ),
    without_screenshots: bool = _NO_SCREENSHOTS,
    full: bool = typer.Option(False, "--full", help="Read all screenshots, not only new ones."),
    settings_folder: Path | None = typer.Option(
        None, "--settings", metavar="FOLDER", help="A folder to add, such as /etc/wfhserver."
    ),
    keep_days: int | None = typer.Option(
        None, min=1, max=3650, help="Remove older backups; WFHSERVER_BACKUP_DAYS if not given."
    ),
    run_as: str | None = typer.Option(
        None, metavar="USER", help="Who runs pg_dump, when root starts this."
    ),
) -> None:
    """Make a backup; print its folder. Only new screenshots take time and space.

    WFHSERVER_BACKUP_RECIPIENTS encrypts it.
    """
    with settings_with_database(as_owner=True) as (settings, url):
        request = BackupRequest(
            folder=_folder(folder, settings),
            programs=PostgresPrograms(url, run_as=run_as),
            store=None if without_screenshots else open_store(settings),
            encryption=encryption_to(settings.backup_recipients),
            version=metadata.version("wfhserver"),
            settings=settings_folder,
            full=full,
            keep_days=keep_days or settings.backup_days,
        )
        typer.echo(create(request, SystemClock()))


@app.command("verify")
def verify_(
    backup: Path | None = typer.Argument(None, help="A backup; the newest one if not given."),
    identity: Path | None = _IDENTITY,
) -> None:
    """Check each file of a backup; exit code 1 when one is missing or damaged.

    The result is recorded next to it, for Getting started and the alert about backups.
    """
    chosen = (backup or _newest(read_settings())).absolute()
    try:
        found = verify(chosen, identity)
    except DamagedBackupError as error:
        _record(chosen, str(error))
        raise
    _record(chosen, None)
    typer.echo(f"{found.files} files are as they were written.")
    for line in _lines_of(found.manifest):
        typer.echo(line)
    if not found.is_readable:
        typer.echo("The backup is encrypted: --identity FILE checks that it can be read, too.")


def _record(backup: Path, problem: str | None) -> None:
    try:
        record_verification(backup, SystemClock().now(), problem)
    except OSError as error:
        typer.echo(
            f"The result is not recorded: {error.filename} cannot be written ({error.strerror})."
            " Getting started and the alert do not know of it.",
            err=True,
        )


@app.command("restore")
def restore_(
    backup: Path = typer.Argument(help="The backup."),
    identity: Path | None = _IDENTITY,
    without_screenshots: bool = _NO_SCREENSHOTS,
) -> None:
    """Restore into an empty database and an empty place for screenshots, and check both.

    They are those of the settings: WFHSERVER_DATABASE_URL or WFHSERVER_DATA_DIRECTORY, and
    WFHSERVER_SCREENSHOTS.
    """
    with _unprepared_database() as (settings, url):
        request = RestoreRequest(
            backup=backup,
            url=url,
            store=None if without_screenshots else open_store(settings),
            identity=identity,
            actor=actor(),
            audit_days=settings.audit_retention_days,
        )
        restored = asyncio.run(restore(request, SystemClock()))
    for line in _restored_lines(restored):
        typer.echo(line)
    if settings.database_url is not None:
        typer.echo("Next: wfhserver db upgrade, and privileges.sql if the server has its own role.")


@contextmanager
def _unprepared_database() -> Iterator[tuple[Settings, str]]:
    """Yield the settings and the URL of a database without a schema, which a restore brings."""
    settings = read_settings()
    if settings.database_url is not None:
        yield settings, settings.database_url
        return
    folder = settings.data_directory.absolute()
    make_folder(folder, 0o711)
    with embedded_postgres(folder, user=settings.embedded_user) as url:
        yield settings, url


def _folder(given: Path | None, settings: Settings) -> Path:
    folder = given or settings.backup_directory
    if folder is None:
        raise SettingsError(
            "No folder for backups is named. Give one, or set WFHSERVER_BACKUP_DIRECTORY."
        )
    return folder.absolute()


def _newest(settings: Settings) -> Path:
    folder = _folder(None, settings)
    try:
        return backups_in(folder)[-1]
    except (OSError, IndexError):
        raise BackupError(
            f"There is no backup in {folder}. wfhserver backup create makes one."
        ) from None


def _lines_of(manifest: Manifest) -> Iterator[str]:
    yield f"made: {manifest.made_at:%Y-%m-%d %H:%M} UTC by wfhserver {manifest.wfhserver}"
    yield f"database: schema {manifest.schema}, PostgreSQL {manifest.postgresql}"
    if manifest.screenshots is None:
        yield "screenshots: left out"
    else:
        yield f"screenshots: {manifest.screenshots}, of which {manifest.new} were new"
    yield f"encryption: {manifest.encryption}"


def _restored_lines(restored: Restored) -> Iterator[str]:
    yield f"The database is restored: schema {restored.manifest.schema}."
    yield f"Its audit is whole: {restored.audit_rows} rows."
    yield f"{restored.screenshots} screenshots are restored, and are what their logs say."
    if restored.missing:
        yield (
            f"{restored.missing} screenshots of logs are not in the backup: retention or an erasure"
            " deleted them while it was made."
        )
