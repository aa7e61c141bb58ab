"""What the agent remembers of each working day: slots filled, hours awake, slots missed."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from msgspec import UNSET, UnsetType

from wfhagent.outbox.entry import Day
from wfhagent.outbox.schema import transaction
from wfhagent.payload import MissedSlot

MISSED_COLUMNS = "workday, slot, reason, awake_from, awake_until"
_SLOTS = (1, 2)
_UNREPORTED = "NOT EXISTS (SELECT 1 FROM entries WHERE entries.id = missed.entry_id)"


class Days:
    """The tables `days` and `missed`. `fill` and `attach_missed` join the outbox's transaction.

    Whoever holds the delivery lock is the only writer of `days`, so the day that was asked for last
    is known until it is written.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._held: set[tuple[date, int]] = set()
        self._known: Day | None = None

    def fill(self, workday: date, slot: int) -> bool:
        """Mark *slot* of *workday* as filled; false when it already was."""
        self._known = None
        self._db.execute("INSERT OR IGNORE INTO days (workday) VALUES (?)", (workday.isoformat(),))
        cursor = self._db.execute(
            "UPDATE days SET slots = slots | ? WHERE workday = ? AND slots & ? = 0",
            (1 << slot, workday.isoformat(), 1 << slot),
        )
        return cursor.rowcount == 1

    def empty(self, workday: date, slot: int) -> None:
        """Mark *slot* of *workday* as not filled: its log was of another day."""
        self._known = None
        self._db.execute(
            "UPDATE days SET slots = slots & ~? WHERE workday = ?", (1 << slot, workday.isoformat())
        )

    def forget_after(self, today: date) -> None:
        """Forget what a clock that was ahead has noted of days to come."""
        self._known = None
        self._db.execute("DELETE FROM days WHERE workday > ? AND slots = 0", (today.isoformat(),))

    def hold(self, workday: date, slot: int) -> None:
        """Remember in memory that *slot* of *workday* is filled: the disk does not take it."""
        self._held.add((workday, slot))

    def settle(self) -> None:
        """Write what is held to the disk; part of the caller's transaction."""
        for workday, slot in self._held:
            self.fill(workday, slot)

    def clear(self) -> None:
        """Forget what is held: it was settled."""
        self._held.clear()

    def record_awake(self, workday: date, at: datetime) -> None:
        """Remember that the machine was awake in the window of *workday* at *at*."""
        self._known = None
        self._db.execute(
            "INSERT INTO days (workday, first_awake, last_awake) VALUES (?1, ?2, ?2)"
            " ON CONFLICT (workday) DO UPDATE SET"
            " first_awake = min(coalesce(first_awake, ?2), ?2),"
            " last_awake = max(coalesce(last_awake, ?2), ?2)",
            (workday.isoformat(), at.timestamp()),
        )

    def hinder(self, workday: date, reason: str) -> None:
        """Remember why no log can be taken on *workday*."""
        self._known = None
        self._db.execute(
            "INSERT INTO days (workday, hindered) VALUES (?1, ?2)"
            " ON CONFLICT (workday) DO UPDATE SET hindered = ?2",
            (workday.isoformat(), reason),
        )

    def get(self, workday: date) -> Day:
        """Return what is remembered of *workday*; an empty day when nothing is."""
        day = self._known
        if day is None or day.workday != workday:
            day = self._read(workday)
        held = {slot for of, slot in self._held if of == workday}
        return replace(day, slots=day.slots | held) if held else day

    def _read(self, workday: date) -> Day:
        rows = self._select("WHERE workday = ?", workday.isoformat())
        day = rows[0] if rows else Day(workday=workday, slots=frozenset())
        # What a transaction has written may yet be undone.
        self._known = None if self._db.in_transaction else day
        return day

    def before(self, workday: date, *, limit: int) -> Sequence[Day]:
        """Return the newest *limit* days before *workday* on which it was awake, newest first."""
        return self._select(
            "WHERE workday < ? AND last_awake IS NOT NULL ORDER BY workday DESC LIMIT ?",
            workday.isoformat(),
            limit,
        )

    def oldest_open(self, today: date) -> date | None:
        """Return the first day before *today* whose missing slots were not determined yet.

        That is the day after the last closed one, or the first that is remembered at all: days
        in which the machine was never on have no row, and count all the same.
        """
        (closed, first) = self._db.execute(
            "SELECT max(workday) FILTER (WHERE closed = 1), min(workday) FROM days"
            " WHERE workday < ?",
            (today.isoformat(),),
        ).fetchone()
        if closed is not None:
            return date.fromisoformat(closed) + timedelta(days=1)
        return None if first is None else date.fromisoformat(first)

    def _select(self, condition: str, *parameters: str | int) -> list[Day]:
        rows = self._db.execute(
            "SELECT workday, slots, first_awake, last_awake, closed, hindered"
            f" FROM days {condition}",
            parameters,
        )
        return [
            Day(
                workday=date.fromisoformat(workday),
                slots=frozenset(slot for slot in _SLOTS if slots & 1 << slot),
                first_awake=_moment(first),
                last_awake=_moment(last),
                closed=bool(closed),
                hindered=hindered,
            )
            for workday, slots, first, last, closed, hindered in rows
        ]

    def close(self, workday: date, missed: Sequence[MissedSlot]) -> None:
        """Close *workday*: *missed* slots will be reported with the next heartbeat."""
        self._known = None
        with transaction(self._db):
            self._db.execute(
                "INSERT INTO days (workday, closed) VALUES (?, 1)"
                " ON CONFLICT (workday) DO UPDATE SET closed = 1",
                (workday.isoformat(),),
            )
            self._db.executemany(
                "INSERT OR IGNORE INTO missed (workday, slot, reason, awake_from, awake_until)"
                " VALUES (?, ?, ?, ?, ?)",
                [
                    (
                        slot.workday.isoformat(),
                        slot.slot,
                        slot.reason,
                        _seconds(slot.awake_from),
                        _seconds(slot.awake_until),
                    )
                    for slot in missed
                ],
            )

    def miss(self, workday: date, slot: int, reason: str) -> None:
        """Report *slot* of *workday* as missed with the next heartbeat; test logs are not."""
        if slot in _SLOTS:
            self._db.execute(
                "INSERT OR IGNORE INTO missed (workday, slot, reason) VALUES (?, ?, ?)",
                (workday.isoformat(), slot, reason),
            )

    def unreported(self) -> tuple[MissedSlot, ...]:
        """Return the missed slots that no heartbeat carries, or only one that was dropped."""
        rows = self._db.execute(
            f"SELECT {MISSED_COLUMNS} FROM missed WHERE {_UNREPORTED} ORDER BY workday, slot"
        )
        return tuple(missed_slot(row) for row in rows)

    def attach_missed(self, entry_id: int) -> None:
        """Note that the heartbeat *entry_id* carries all that `unreported` gave."""
        self._db.execute(f"UPDATE missed SET entry_id = ? WHERE {_UNREPORTED}", (entry_id,))

    def forget(self, *, days_before: date, missed_before: date) -> None:
        """Forget old days, old missed slots, and what was given up as long ago."""
        self._known = None
        self._db.execute("DELETE FROM days WHERE workday < ?", (days_before.isoformat(),))
        self._db.execute("DELETE FROM missed WHERE workday < ?", (missed_before.isoformat(),))
        self._db.execute("DELETE FROM dropped WHERE day < ?", (missed_before.isoformat(),))


def missed_slot(row: tuple[Any, ...]) -> MissedSlot:
    """Return the missed slot in *row*, which has MISSED_COLUMNS."""
    workday, slot, reason, awake_from, awake_until = row
    return MissedSlot(
        workday=date.fromisoformat(workday),
        slot=slot,
        reason=reason,
        awake_from=_moment(awake_from) or UNSET,
        awake_until=_moment(awake_until) or UNSET,
    )


def _seconds(moment: datetime | UnsetType) -> float | None:
    return None if moment is UNSET else moment.timestamp()


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
