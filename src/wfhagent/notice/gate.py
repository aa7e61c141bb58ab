"""Holds detailed logs back until the notice was shown, or acknowledged where that is required.

Where the company has written none, nothing is held; what changes is shown and acknowledged all the
same.
"""

import logging
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from wfhagent.errors import NoticeError
from wfhagent.messages import N_
from wfhagent.notice.policy import Notice
from wfhagent.notice.register import Record, Register, record_of

log = logging.getLogger(__name__)

SHOW_WITHIN = timedelta(hours=24)
"""Where nothing can be shown, a notice that need not be acknowledged holds no longer than this."""
NOT_ACKNOWLEDGED = N_("the notice was not acknowledged")
NOT_SHOWN = N_("the notice was not shown")
"""The server gets them in English; screens translate them."""


class NoticeState(StrEnum):
    """The state of the notice on this machine."""

    NONE = ""
    NEW = "new"
    SHOWN = "shown"
    ACKNOWLEDGED = "acknowledged"


class Gate:
    """Looks at the record of *notice*, which commands and the tray write too."""

    def __init__(self, notice: Notice, register: Register) -> None:
        self.notice = notice
        self._register = register
        self._record: Record | None = None
        self._seen: tuple[int, int] | None = None

    def reason(self, now: datetime) -> str:
        """Return why no detailed log may be taken at *now*; empty when it may."""
        if not self.notice.words:
            return ""
        record = self._look(now)
        if record.acknowledged_at is not None:
            return ""
        if self.notice.required:
            return NOT_ACKNOWLEDGED
        if record.shown_at is None and now - record.since < SHOW_WITHIN:
            return NOT_SHOWN
        return ""

    def state(self, now: datetime) -> NoticeState:
        """Return the state of the notice."""
        record = self._look(now)
        if not self.notice.words and not record.changes:
            return NoticeState.NONE
        if record.acknowledged_at is not None:
            return NoticeState.ACKNOWLEDGED
        return NoticeState.NEW if record.shown_at is None else NoticeState.SHOWN

    def report(self, now: datetime) -> dict[str, Any] | None:
        """Return what the server gets of it; None where there is no notice."""
        if not self.notice.words:
            return None
        record = self._look(now)
        report = {
            "version": self.notice.version,
            "required": self.notice.required,
            "shown_at": record.shown_at,
            "acknowledged_at": record.acknowledged_at,
            "holds": self.reason(now) or None,
        }
        return {name: value for name, value in report.items() if value is not None}

    def collected(self, now: datetime) -> dict[str, Any]:
        """Return what the server learns about what is collected here."""
        record = self._look(now)
        collected: dict[str, Any] = {
            "fingerprint": self.notice.collected.fingerprint,
            "since": record.changes[-1].at if record.changes else record.since,
        }
        if record.open_changes:
            collected["open_changes"] = len(record.open_changes)
        return collected

    def open_changes(self, now: datetime) -> tuple[str, ...]:
        """Return what changed and is not acknowledged yet, one short text each."""
        return self._look(now).open_changes

    def _look(self, now: datetime) -> Record:
        seen = self._stamp()
        if self._record is None or seen is None or seen != self._seen:
            self._seen = seen
            self._record = self._read(self.notice, now)
        return self._record

    def _read(self, notice: Notice, now: datetime) -> Record:
        found = self._register.read()
        if found is not None and found.version == notice.version and self._seen is not None:
            return found
        try:
            return self._register.meet(notice, now)
        except NoticeError as error:
            log.warning("The notice is not on record yet: %s", error)
            return record_of(notice, self._record or found, now)

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self._register.file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino
