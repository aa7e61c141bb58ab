"""Whether there is a good backup that is new enough, and what its last verification found."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from wfhserver.backup.folder import backups_in, made_at
from wfhserver.backup.last_good import last_good
from wfhserver.backup.records import LAST_VERIFICATION, read_record
from wfhserver.clock import Clock
from wfhserver.messages import _
from wfhserver.models.checklist import BackupState, BackupVerification

_IS_OLD: Final = timedelta(hours=36)
_LOOK_EVERY_SECONDS: Final = 3600.0


class _Found(NamedTuple):
    """The newest good backup among those *names*, *at* a time of `Clock.elapsed`."""

    names: list[str]
    at: float
    newest: Path | None


class BackupCheck:
    """Looks at the backups in *folder*, which is None where nobody named one.

    The newest good one holds for an hour, unless the folder has changed: each of its files is
    looked at.
    """

    def __init__(self, folder: Path | None, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._found: _Found | None = None

    async def state(self) -> BackupState | None:
        """Return what is known of the backups; None without a folder that can be read."""
        if self._folder is not None:
            with suppress(OSError):
                return await asyncio.to_thread(self._look, self._folder)
        return None

    async def problem(self) -> str | None:
        """Return that a good backup is missing or too old, or that one is damaged."""
        if self._folder is None:
            return None
        try:
            state = await asyncio.to_thread(self._look, self._folder)
        except OSError as error:
            return _("The folder of backups cannot be read: {why}").format(why=error)
        if state.made_at is None:
            return _("There is no complete backup in {folder}.").format(folder=self._folder)
        return _damage(state.verification) or _age(state.made_at, self._clock.now())

    def _look(self, folder: Path) -> BackupState:
        newest = self._newest(folder)
        made = None if newest is None else made_at(newest.name)
        return BackupState(made, _last_verification(folder))

    def _newest(self, folder: Path) -> Path | None:
        names, elapsed = [each.name for each in backups_in(folder)], self._clock.elapsed()
        found = self._found
        if found is None or found.names != names or elapsed - found.at >= _LOOK_EVERY_SECONDS:
            self._found = found = _Found(names, elapsed, last_good(folder))
        return found.newest


def _last_verification(folder: Path) -> BackupVerification | None:
    record = read_record(folder / LAST_VERIFICATION)
    made = None if record is None else made_at(record.backup)
    if record is None or made is None:
        return None
    return BackupVerification(made, record.at, record.problem)


def _damage(verification: BackupVerification | None) -> str | None:
    if verification is None or verification.problem is None:
        return None
    text = _("The last verification of a backup, on {day}, failed: {why}")
    return text.format(day=_minute(verification.verified_at), why=verification.problem)


def _age(made: datetime, now: datetime) -> str | None:
    if now - made <= _IS_OLD:
        return None
    return _("The newest complete backup is of {day}.").format(day=_minute(made))


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
