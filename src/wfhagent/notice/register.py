"""Which version of the notice was shown and acknowledged here, when, and what has changed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from wfhagent.assembly import Assembly
from wfhagent.errors import FolderError, LockedError, NoticeError
from wfhagent.messages import N_, _
from wfhagent.notice.collected import changes
from wfhagent.notice.policy import Notice
from wfhagent.system.lock import hold
from wfhagent.system.paths import DataPaths
from wfhagent.system.private import replace_private
from wfhagent.system.probe import is_file
from wfhagent.system.user_agents import others_of_user

EARLIER = 20
"""Acknowledgements of earlier versions that stay on record."""
MOST_CHANGES = 60
LOCK_WAIT_SECONDS = 5.0
UNREAD = N_(
    "This version of the notice has not been shown on this device yet, so it cannot be "
    "acknowledged. Read it with `wfhagent notice`, or from the icon in the panel."
)
WORDS_CHANGED = N_("the text of your company's notice")


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True):
    """The acknowledgement of an earlier version."""

    version: str
    at: datetime


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Something that changed in what is collected or stated, as the agent met it *at* a moment."""

    at: datetime
    text: str


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of *version*, which the agent or a command first met at *since*.

    *words* and *collected* are what it is made from; None in a record of a program that did not
    keep them yet. *changes* are the latest, acknowledged ones included.
    """

    version: str
    since: datetime
    shown_at: datetime | None = None
    acknowledged_at: datetime | None = None
    earlier: tuple[Acknowledged, ...] = ()
    words: str | None = None
    collected: Mapping[str, str] | None = None
    changes: tuple[Change, ...] = ()

    @property
    def open_changes(self) -> tuple[str, ...]:
        """What changed since the last acknowledgement; where none was given, since the first."""
        if self.acknowledged_at is not None:
            return ()
        last = self.earlier[-1].at if self.earlier else None
        return tuple(one.text for one in self.changes if last is None or one.at > last)


class Register:
    """The record in *file*. Agent, tray and commands write it, each under its lock."""

    def __init__(self, file: Path, *, before: Sequence[Path] = ()) -> None:
        """Keep the record in *file*; where there is none it goes on from the first of *before*."""
        self.file = file
        self._before = before

    def read(self) -> Record | None:
        """Return the record; None before the first, and when it cannot be read."""
        for file in (self.file, *self._before):
            try:
                return msgspec.json.decode(file.read_bytes(), type=Record)
            except FileNotFoundError:
                continue
            except (OSError, ValueError):
                # Then the notice counts as new: it is shown, and acknowledged, once more.
                return None
        return None

    def meet(self, notice: Notice, now: datetime) -> Record:
        """Begin a record for *notice*, unless there is one."""
        return self._change(notice, now, lambda record: record)

    def show(self, notice: Notice, now: datetime) -> Record:
        """Note that *notice* was shown; the first time counts."""
        return self._change(
            notice,
            now,
            lambda record: msgspec.structs.replace(record, shown_at=record.shown_at or now),
        )

    def acknowledge(self, notice: Notice, now: datetime) -> Record:
        """Note that the person at this machine has acknowledged *notice*.

        Raises:
            NoticeError: it was not shown before, or the record cannot be written.
        """
        return self._change(notice, now, lambda record: _acknowledged(record, now))

    def _change(self, notice: Notice, now: datetime, change: Callable[[Record], Record]) -> Record:
        try:
            with hold(self.file.with_suffix(".lock"), wait_seconds=LOCK_WAIT_SECONDS):
                before = self.read()
                after = change(record_of(notice, before, now))
                if after != before or not is_file(self.file):
                    replace_private(
                        self.file, msgspec.json.format(msgspec.json.encode(after), indent=2)
                    )
        except (OSError, FolderError, LockedError) as error:
            raise NoticeError(
                _("{file} cannot be written: {error}.").format(
                    file=self.file, error=str(error).rstrip(".")
                )
            ) from error
        return after


def register_of(assembly: Assembly) -> Register:
    """Return the register of *assembly*.

    An agent.toml with another data folder starts from the record of this user's agent before it:
    whoever changes what is collected cannot hide that by a new folder.
    """
    others = others_of_user(assembly.paths.directory)
    before = [DataPaths(directory=Path(other.data_directory)).notice for other in others]
    return Register(assembly.paths.notice, before=before)


def record_of(notice: Notice, before: Record | None, now: datetime) -> Record:
    """Return the record of *notice* that follows *before*.

    Where nothing has changed that people are to know, such as by an update of the program, it is
    the one before under its new version.
    """
    values = dict(notice.collected.values)
    new = Record(version=notice.version, since=now, words=notice.words, collected=values)
    if before is None:
        return new
    if before.version == notice.version:
        return before
    changed = _changes(notice, before)
    if not changed:
        return msgspec.structs.replace(
            before, version=notice.version, words=notice.words, collected=values
        )
    earlier = before.earlier
    if before.acknowledged_at is not None:
        earlier = (*earlier, Acknowledged(version=before.version, at=before.acknowledged_at))
    every = (*before.changes, *(Change(at=now, text=text) for text in changed))
    return msgspec.structs.replace(new, earlier=earlier[-EARLIER:], changes=every[-MOST_CHANGES:])


def _changes(notice: Notice, before: Record) -> list[str]:
    if before.words is None or before.collected is None:
        # Of a program whose versions were of the words alone.
        return [] if before.version == notice.words else [_(WORDS_CHANGED)]
    words = [_(WORDS_CHANGED)] if before.words != notice.words else []
    return words + changes(before.collected, notice.collected)


def _acknowledged(record: Record, now: datetime) -> Record:
    if record.shown_at is None:
        raise NoticeError(_(UNREAD))
    return msgspec.structs.replace(record, acknowledged_at=record.acknowledged_at or now)
