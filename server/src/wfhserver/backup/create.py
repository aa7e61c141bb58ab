"""Makes a backup: complete, or not there."""

import asyncio
import io
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, TextIO

from wfhserver.backup.encryption import Encryption
from wfhserver.backup.folder import backups_in, finish, new_backup, remove_old
from wfhserver.backup.manifest import (
    DATABASE,
    MANIFEST,
    SCREENSHOTS,
    SETTINGS,
    Manifest,
    read_manifest,
    write_manifest,
)
from wfhserver.backup.programs import PostgresPrograms, list_contents
from wfhserver.backup.records import record_backup
from wfhserver.backup.sums import SUMS, HashedFile, Sum, digest_of, read_sums
from wfhserver.clock import Clock
from wfhserver.errors import BackupError
from wfhserver.files import make_folder
from wfhserver.screenshots.store import ScreenshotStore, is_thumbnail


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupRequest:
    """What is backed up, and how.

    *store* is None to leave the screenshots out, *settings* a folder to add. A *full* backup reads
    each screenshot again, instead of linking what the backup before has. Backups older than
    *keep_days* are removed afterwards.
    """

    folder: Path
    programs: PostgresPrograms
    store: ScreenshotStore | None
    encryption: Encryption
    version: str
    settings: Path | None = None
    full: bool = False
    keep_days: int = 7


def create(request: BackupRequest, clock: Clock) -> Path:
    """Make a backup and return its folder. Raises BackupError; nothing is left of a failed one."""
    at = clock.now()
    try:
        with new_backup(request.folder) as unfinished:
            with (unfinished / SUMS).open("w", encoding="utf-8", newline="\n") as sums:
                _Writer(request, unfinished, sums).write(at)
            made = finish(unfinished, at)
            _conclude(request, made, at)
    except OSError as error:
        raise BackupError(
            f"The backup in {request.folder} failed: {error.strerror or error}"
            f" ({error.filename}). Nothing was left of it."
        ) from error
    return made


def _conclude(request: BackupRequest, made: Path, at: datetime) -> None:
    try:
        record_backup(made, at)
        remove_old(request.folder, at - timedelta(days=request.keep_days), made)
    except OSError as error:
        raise BackupError(
            f"{made} is complete, but {error.filename} cannot be written or removed:"
            f" {error.strerror}."
        ) from error


class _Writer:
    """Writes one backup into the folder *target*."""

    def __init__(self, request: BackupRequest, target: Path, sums: TextIO) -> None:
        self._request = request
        self._encryption = request.encryption
        self._target = target
        self._sums = sums

    def write(self, at: datetime) -> None:
        """Write everything. The database first: a later screenshot is one too many, never few."""
        programs = self._request.programs
        major, schema = programs.versions()
        size = self._write_database(major)
        if self._request.settings is not None:
            self._write_settings(self._request.settings)
        count = new = size_of_screenshots = 0
        if self._request.store is not None:
            for digest, path, is_new in self._screenshots(self._request.store):
                self._note(digest, path)
                count, new = count + 1, new + is_new
                size_of_screenshots += (self._target / path).stat().st_size
        manifest = Manifest(
            made_at=at,
            wfhserver=self._request.version,
            schema=schema,
            postgresql=major,
            encryption=self._encryption.name,
            recipients=self._encryption.recipients,
            database_bytes=size,
            screenshots=None if self._request.store is None else count,
            screenshot_bytes=size_of_screenshots,
            new=new,
        )
        write_manifest(self._target, manifest)
        self._note(digest_of(self._target / MANIFEST), MANIFEST)

    def _write_database(self, major: int) -> int:
        path = DATABASE + self._encryption.suffix
        with (self._target / path).open("xb") as file:
            hashed = HashedFile(file)
            self._request.programs.dump(major, lambda dump: self._encryption.encrypt(dump, hashed))
        if not self._encryption.suffix:
            list_contents(self._target / path, major)
        self._note(hashed.digest(), path)
        return hashed.size

    def _write_settings(self, folder: Path) -> None:
        for source in sorted(folder.rglob("*")):
            if not stat.S_ISREG(source.lstat().st_mode):
                continue
            path = f"{SETTINGS}/{source.relative_to(folder)}{self._encryption.suffix}"
            make_folder((self._target / path).parent)
            with source.open("rb") as content:
                self._note(self._write_file(path, content), path)
            if not self._encryption.suffix:
                shutil.copystat(source, self._target / path)

    def _screenshots(self, store: ScreenshotStore) -> Iterator[tuple[str, str, bool]]:
        """Store each screenshot; yield its hash, its path, and whether it is new."""
        before = self._previous()
        known = _ByDay(read_sums(before)) if before is not None else None
        with asyncio.Runner() as runner:
            make_folder(self._target / SCREENSHOTS)
            for day in runner.run(store.days()):
                linked = known.day(day) if known is not None else {}
                make_folder(self._target / SCREENSHOTS / day.isoformat())
                for key in runner.run(_keys(store, day)):
                    path = f"{SCREENSHOTS}/{key}{self._encryption.suffix}"
                    digest = linked.get(path)
                    if digest and before and _link(before / path, self._target / path):
                        yield digest, path, False
                        continue
                    # Retention or an erasure may take it meanwhile.
                    with suppress(FileNotFoundError):
                        content = runner.run(store.get(key))
                        yield self._write_file(path, io.BytesIO(content)), path, True

    def _previous(self) -> Path | None:
        """Return the newest backup whose screenshots can be linked."""
        if self._request.full:
            return None
        for backup in reversed(backups_in(self._request.folder)):
            try:
                manifest = read_manifest(backup)
                for _ in read_sums(backup):
                    pass
            except BackupError:
                continue
            if manifest.screenshots is not None and (
                (manifest.encryption, manifest.recipients)
                == (self._encryption.name, self._encryption.recipients)
            ):
                return backup
        return None

    def _write_file(self, path: str, content: BinaryIO) -> str:
        with (self._target / path).open("xb") as file:
            hashed = HashedFile(file)
            self._encryption.encrypt(content, hashed)
        return hashed.digest()

    def _note(self, digest: str, path: str) -> None:
        self._sums.write(f"{digest}  {path}\n")


class _ByDay:
    """The hashes of a backup's screenshots, read day by day, as the days rise."""

    def __init__(self, sums: Iterator[Sum]) -> None:
        shots = (each for each in sums if each.path.startswith(f"{SCREENSHOTS}/"))
        self._days = groupby(shots, key=lambda each: each.path.split("/")[1])
        self._next: tuple[str, dict[str, str]] | None = None

    def day(self, day: date) -> dict[str, str]:
        """Return the hashes of *day*, by path."""
        wanted = day.isoformat()
        while self._next is None or self._next[0] < wanted:
            name, sums = next(self._days, (None, iter(())))
            if name is None:
                return {}
            self._next = (name, {each.path: each.digest for each in sums})
        return self._next[1] if self._next[0] == wanted else {}


async def _keys(store: ScreenshotStore, day: date) -> list[str]:
    """Return the screenshots of *day*; thumbnails are made again when somebody asks."""
    return sorted([each.key async for each in store.files(day) if not is_thumbnail(each.key)])


def _link(source: Path, target: Path) -> bool:
    """Link the file of the backup before; False when it is gone or cannot be linked."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        return False
    return True
