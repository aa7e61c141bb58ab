"""Restores a backup into an empty database and an empty place for screenshots."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from wfhserver.audit.log import Entry, record
from wfhserver.audit.log import verify as verify_audit
from wfhserver.backup.encryption import SUFFIXES, Decryption, decryption_of
from wfhserver.backup.manifest import SCREENSHOTS, Manifest, read_manifest
from wfhserver.backup.programs import PostgresPrograms
from wfhserver.backup.sums import read_sums
from wfhserver.backup.verify import opened_dump, verify
from wfhserver.clock import Clock
from wfhserver.errors import BackupError
from wfhserver.screenshots.store import ScreenshotStore, is_key, is_thumbnail
from wfhserver.storage.postgres import backups
from wfhserver.storage.postgres.connection import Connection, connect
from wfhserver.storage.postgres.migrate import newest_revision
from wfhserver.storage.postgres.translation import translated


@dataclass(frozen=True, kw_only=True, slots=True)
class RestoreRequest:
    """A backup, and where it goes. *store* is None to leave the screenshots out.

    *identity* is the file that decrypts it; *actor* is put on record, *audit_days* is how long
    rows of the audit log are kept.
    """

    backup: Path
    url: str
    store: ScreenshotStore | None
    identity: Path | None
    actor: str
    audit_days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """What was restored. *missing* counts screenshots of logs that were deleted before the copy."""

    manifest: Manifest
    screenshots: int
    missing: int
    audit_rows: int


async def restore(request: RestoreRequest, clock: Clock) -> Restored:
    """Restore, and check the result: the audit's chain, and each screenshot that a log names.

    Raises BackupError. Everything that can be refused is refused before anything is written. The
    database is restored last, as a whole or not at all, so a failed restore can be repeated.
    """
    manifest = read_manifest(request.backup)
    decryption = decryption_of(manifest.encryption, request.identity)
    if decryption is None:
        raise BackupError(
            f"{request.backup} is encrypted. Name the file with the identity of age:"
            " --identity FILE."
        )
    _require_known_schema(manifest)
    major = await _require_empty(request.url, manifest)
    verify(request.backup)
    copied = await _restore_screenshots(request, manifest, decryption)
    with opened_dump(request.backup, manifest, decryption) as dump:
        PostgresPrograms(request.url).restore(dump, major)
    with translated():
        connection = await connect(request.url, command_seconds=None)
        try:
            return await _check(connection, request, manifest, copied, clock)
        finally:
            await connection.close()


def _require_known_schema(manifest: Manifest) -> None:
    if manifest.schema > newest_revision():
        raise BackupError(
            f"The backup has schema {manifest.schema}, which is newer than this version's"
            f" {newest_revision()}. Nothing was changed. Install wfhserver {manifest.wfhserver}"
            " or newer."
        )


async def _require_empty(url: str, manifest: Manifest) -> int:
    """Return the major version of an empty database's server."""
    with translated():
        connection = await connect(url, command_seconds=None)
        try:
            is_empty = await backups.is_empty(connection)
            major = await backups.major_version(connection)
        finally:
            await connection.close()
    if not is_empty:
        raise BackupError(
            "The database is not empty. Nothing was changed. Name an empty one in"
            " WFHSERVER_DATABASE_URL, or an empty folder in WFHSERVER_DATA_DIRECTORY."
        )
    if major < manifest.postgresql:
        raise BackupError(
            f"The backup is of PostgreSQL {manifest.postgresql}, and the database is of"
            f" {major}. Nothing was changed. Use PostgreSQL {manifest.postgresql} or newer."
        )
    return major


async def _restore_screenshots(
    request: RestoreRequest, manifest: Manifest, decryption: Decryption
) -> int:
    if request.store is None:
        return 0
    suffix = SUFFIXES[manifest.encryption]
    keys = {
        each.path.removeprefix(f"{SCREENSHOTS}/").removesuffix(suffix)
        for each in read_sums(request.backup)
        if each.path.startswith(f"{SCREENSHOTS}/")
    }
    unknown = next((key for key in sorted(keys) if not is_key(key)), None)
    if unknown is not None:
        raise BackupError(f"{unknown!r} in {request.backup} is not the name of a screenshot.")
    await _require_no_others(request.store, keys)
    for key in sorted(keys):
        content = io.BytesIO()
        with (request.backup / SCREENSHOTS / (key + suffix)).open("rb") as source:
            decryption.decrypt(source, content)
        await request.store.put(key, content.getvalue())
    return len(keys)


async def _require_no_others(store: ScreenshotStore, keys: set[str]) -> None:
    """Refuse a place with files of another server; those of a restore that failed may stay."""
    for day in await store.days():
        async for file in store.files(day):
            if file.key not in keys and not is_thumbnail(file.key):
                raise BackupError(
                    f"The place of the screenshots is not empty: it has {file.key}, which is not in"
                    " the backup. Nothing was changed. Name an empty one in WFHSERVER_SCREENSHOTS."
                )


async def _check(
    connection: Connection,
    request: RestoreRequest,
    manifest: Manifest,
    copied: int,
    clock: Clock,
) -> Restored:
    verdict = await verify_audit(connection, request.audit_days)
    if verdict.problem is not None:
        raise BackupError(f"The database was restored, but its audit is broken. {verdict.problem}")
    missing = 0
    if request.store is not None and copied:
        missing = await _missing_screenshots(connection, request.store)
    details = {"backup": request.backup.name}
    async with connection.transaction():
        entry = Entry(actor=request.actor, action="backup.restore", details=details)
        await record(connection, entry, clock.now())
    return Restored(manifest=manifest, screenshots=copied, missing=missing, audit_rows=verdict.rows)


async def _missing_screenshots(connection: Connection, store: ScreenshotStore) -> int:
    """Compare each screenshot with its log; return how many are not there."""
    missing = 0
    async for key, digest in backups.named_screenshots(connection):
        try:
            content = await store.get(key)
        except FileNotFoundError:
            missing += 1
            continue
        if hashlib.sha256(content).digest() != digest:
            raise BackupError(
                f"The database was restored, but the screenshot {key} is not the one of its log."
            )
    return missing
