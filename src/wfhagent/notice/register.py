"""Which version of the notice was shown and acknowledged on this machine, and when."""

import contextlib
import os
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from wfhagent.errors import FolderError, LockedError, NoticeError
from wfhagent.lock import hold

EARLIER = 20
"""Acknowledgements of earlier versions that stay on record."""
PATIENCE_SECONDS = 5.0


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True):
    """The acknowledgement of an earlier version."""

    version: str
    at: datetime


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of *version*, which the agent or a command first met at *since*."""

    version: str
    since: datetime
    shown_at: datetime | None = None
    acknowledged_at: datetime | None = None
    earlier: tuple[Acknowledged, ...] = ()


class Register:
    """The record in *file*. Agent, tray and commands write it, each under its lock."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def read(self) -> Record | None:
        """Return the record; None before the first, and when it cannot be read."""
        try:
            return msgspec.json.decode(self.file.read_bytes(), type=Record)
        except (OSError, ValueError):
            # Then the notice counts as new: it is shown, and acknowledged, once more.
            return None

    def meet(self, version: str, now: datetime) -> Record:
        """Begin a record for *version*, unless there is one."""
        return self._change(version, now, lambda record: record)

    def show(self, version: str, now: datetime) -> Record:
        """Note that *version* was shown; the first time counts."""
        return self._change(
            version,
            now,
            lambda record: msgspec.structs.replace(record, shown_at=record.shown_at or now),
        )

    def acknowledge(self, version: str, now: datetime) -> Record:
        """Note that the person at this machine has acknowledged *version*."""
        return self._change(
            version,
            now,
            lambda record: msgspec.structs.replace(
                record,
                shown_at=record.shown_at or now,
                acknowledged_at=record.acknowledged_at or now,
            ),
        )

    def _change(self, version: str, now: datetime, change: Callable[[Record], Record]) -> Record:
        try:
            with hold(self.file.with_suffix(".lock"), patience_seconds=PATIENCE_SECONDS):
                before = self.read()
                after = change(_of_version(before, version, now))
                if after != before:
                    self._write(after)
        except (OSError, FolderError, LockedError) as error:
            raise NoticeError(
                f"{self.file} cannot be written: {error}".rstrip(".") + "."
            ) from error
        return after

    def _write(self, record: Record) -> None:
        handle, temporary = tempfile.mkstemp(dir=self.file.parent, prefix=".notice-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(msgspec.json.format(msgspec.json.encode(record), indent=2))
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).replace(self.file)
        except OSError:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise


def _of_version(record: Record | None, version: str, now: datetime) -> Record:
    """Return *record* when it is of *version*, else a new one that remembers it."""
    if record is None:
        return Record(version=version, since=now)
    if record.version == version:
        return record
    earlier = record.earlier
    if record.acknowledged_at is not None:
        earlier = (*earlier, Acknowledged(version=record.version, at=record.acknowledged_at))
    return Record(version=version, since=now, earlier=earlier[-EARLIER:])
