"""A full disk: heartbeats continue from memory and reach the disk later.

SQLite itself refuses to grow: `max_page_count` gives the very error that a full disk gives.
"""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from wfhagent.outbox import memory_spill, schema
from wfhagent.outbox.bounds import Bounds
from wfhagent.outbox.entry import Entry, EntryKind, EntryState
from wfhagent.outbox.history import History
from wfhagent.outbox.schema import Sharing
from wfhagent.outbox.store import Outbox
from wfhagent.payload import TEST_SLOT, DetailedLog, Heartbeat
from wfhagent.plugin import Attachment
from wfhagent.testing import StaticClock

NAMES = {"username": "alice", "hostname": "laptop-7"}
SCREENSHOT = Attachment(name="screenshot", media_type="image/webp", data=b"x" * 20_000)
BOUNDS = Bounds(keep_days=30, max_bytes=1 << 30, min_free_bytes=0)


def fill_disk(outbox: Outbox) -> None:
    """Stop the file from growing. A screenshot fills its free pages."""
    (pages,) = outbox._db.execute("PRAGMA page_count").fetchone()
    outbox._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        outbox._db.executemany(
            "INSERT INTO counters VALUES (?, 0)", ((f"filler {n}",) for n in range(10_000))
        )


def empty_disk(outbox: Outbox) -> None:
    outbox._db.execute("PRAGMA max_page_count = 1000000")


def add_heartbeats(outbox: Outbox, heartbeat: Heartbeat, count: int) -> list[int]:
    """Add *count* heartbeats a minute apart, each with room for a page of its own."""
    return [
        outbox.add_heartbeat(
            msgspec.structs.replace(
                heartbeat,
                timestamp=heartbeat.timestamp + timedelta(minutes=number),
                extra={"filler": "x" * 5000},
            )
        )
        for number in range(count)
    ]


def waiting(outbox: Outbox) -> list[Entry]:
    return list(outbox.waiting(EntryKind.HEARTBEAT, limit=10_000, **NAMES))


def sequence(entries: list[Entry]) -> list[int]:
    return [msgspec.json.decode(entry.body)["seq"] for entry in entries]


def test_heartbeats_wait_in_memory_behind_those_on_the_disk(outbox: Outbox, heartbeat: Heartbeat):
    on_disk = add_heartbeats(outbox, heartbeat, 3)
    fill_disk(outbox)

    in_memory = add_heartbeats(outbox, heartbeat, 3)

    assert [entry.id for entry in waiting(outbox)] == [*on_disk, *in_memory]
    assert sequence(waiting(outbox)) == sorted(sequence(waiting(outbox)))
    assert outbox.totals().queued_heartbeats == 6


def test_with_room_again_everything_is_on_the_disk(
    tmp_path: Path, clock: StaticClock, heartbeat: Heartbeat
):
    with Outbox(tmp_path / "o.sqlite3", now=clock.now()) as outbox:
        add_heartbeats(outbox, heartbeat, 2)
        fill_disk(outbox)
        add_heartbeats(outbox, heartbeat, 3)
        before = sequence(waiting(outbox))
        empty_disk(outbox)
        outbox.trim(BOUNDS, now=clock.now(), today=clock.now().date())

    with Outbox(tmp_path / "o.sqlite3", now=clock.now()) as reopened:
        assert sequence(waiting(reopened)) == before
        assert len(before) == 5


def test_what_is_sent_from_memory_is_not_sent_again(
    outbox: Outbox, heartbeat: Heartbeat, clock: StaticClock
):
    add_heartbeats(outbox, heartbeat, 2)
    fill_disk(outbox)
    add_heartbeats(outbox, heartbeat, 3)
    all_ids = [entry.id for entry in waiting(outbox)]

    outbox.mark_sent(all_ids[:4], at=clock.now(), answer="stored")

    assert [entry.id for entry in waiting(outbox)] == all_ids[4:]
    oldest = outbox.oldest()
    assert oldest is not None
    assert oldest.id == all_ids[4]

    empty_disk(outbox)
    outbox.trim(BOUNDS, now=clock.now(), today=clock.now().date())

    assert outbox.totals().queued_heartbeats == 1
    assert outbox.state(all_ids[0]) == (EntryState.SENT, "stored")


def test_numbers_go_on_after_a_full_disk(outbox: Outbox, heartbeat: Heartbeat, clock: StaticClock):
    fill_disk(outbox)
    add_heartbeats(outbox, heartbeat, 2)
    empty_disk(outbox)
    outbox.trim(BOUNDS, now=clock.now(), today=clock.now().date())
    add_heartbeats(outbox, heartbeat, 1)

    numbers = sequence(waiting(outbox))

    assert numbers == sorted(set(numbers))
    assert len(numbers) == 3


def test_what_comes_after_a_full_disk_queues_behind_what_was_held(
    outbox: Outbox, heartbeat: Heartbeat
):
    add_heartbeats(outbox, heartbeat, 1)
    fill_disk(outbox)
    add_heartbeats(outbox, heartbeat, 2)
    empty_disk(outbox)
    add_heartbeats(outbox, heartbeat, 2)

    numbers = sequence(waiting(outbox))

    assert numbers == sorted(numbers)
    assert len(numbers) == 5


def test_a_log_waits_in_memory_with_its_screenshot_and_fills_its_slot_once(
    outbox: Outbox, detailed: DetailedLog, clock: StaticClock
):
    fill_disk(outbox)

    entry_id = outbox.add_log(detailed, SCREENSHOT)

    assert entry_id is not None
    assert outbox.add_log(detailed, SCREENSHOT) is None
    assert outbox.days.get(detailed.workday).slots == {detailed.slot}
    (entry,) = outbox.waiting(EntryKind.LOG, limit=10, **NAMES)
    assert (entry.id, entry.attachment) == (
        entry_id,
        Attachment(name="screenshot", media_type="image/webp", data=SCREENSHOT.data),
    )
    assert outbox.totals().queued_logs == 1


def test_a_log_from_memory_is_on_the_disk_when_there_is_room_again(
    tmp_path: Path, detailed: DetailedLog, clock: StaticClock
):
    with Outbox(tmp_path / "outbox.sqlite3", now=clock.now()) as outbox:
        fill_disk(outbox)
        outbox.add_log(detailed, SCREENSHOT)
        empty_disk(outbox)
        outbox.trim(BOUNDS, now=clock.now(), today=clock.now().date())

    with Outbox(tmp_path / "outbox.sqlite3", now=clock.now()) as outbox:
        (entry,) = outbox.waiting(EntryKind.LOG, limit=10, **NAMES)
        assert entry.attachment is not None
        assert entry.attachment.data == SCREENSHOT.data
        assert outbox.days.get(detailed.workday).slots == {detailed.slot}


def test_memory_takes_so_many_logs_only_and_leaves_the_next_slot_free(
    outbox: Outbox, detailed: DetailedLog, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(memory_spill, "MOST_LOGS_HELD", 1)
    fill_disk(outbox)
    outbox.add_log(detailed, SCREENSHOT)
    second = msgspec.structs.replace(detailed, slot=3 - detailed.slot)

    with pytest.raises(sqlite3.OperationalError, match="full"):
        outbox.add_log(second, SCREENSHOT)

    assert outbox.days.get(detailed.workday).slots == {detailed.slot}
    empty_disk(outbox)
    assert outbox.add_log(second, SCREENSHOT) is not None


def test_a_log_for_a_test_is_refused_by_a_full_disk(outbox: Outbox, detailed: DetailedLog):
    fill_disk(outbox)

    with pytest.raises(sqlite3.OperationalError, match="full"):
        outbox.add_log(msgspec.structs.replace(detailed, slot=TEST_SLOT), SCREENSHOT)


def test_too_many_in_memory_are_dropped_oldest_first_and_counted(
    outbox: Outbox, heartbeat: Heartbeat, clock: StaticClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(memory_spill, "MOST_HELD", 3)
    fill_disk(outbox)
    ids = add_heartbeats(outbox, heartbeat, 5)

    assert [entry.id for entry in waiting(outbox)] == ids[2:]
    assert outbox.totals().dropped_heartbeats == 2

    empty_disk(outbox)
    outbox.trim(BOUNDS, now=clock.now(), today=clock.now().date())

    assert outbox.totals().dropped_heartbeats == 2


def test_other_faults_of_the_database_are_not_taken_for_a_full_disk(
    outbox: Outbox, heartbeat: Heartbeat
):
    outbox._db.execute("DROP TABLE entries")

    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        outbox.add_heartbeat(heartbeat)


def refuse_to_share(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """Let SQLite fail with *code* where memory is shared with other processes."""
    usual = schema.connect

    def connect(file: Path, sharing: Sharing = Sharing.MEMORY) -> sqlite3.Connection:
        if sharing is not Sharing.MEMORY:
            return usual(file, sharing)
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = code
        raise error

    monkeypatch.setattr("wfhagent.outbox.damage.connect", connect)


@pytest.mark.parametrize(
    "code",
    [sqlite3.SQLITE_IOERR_SHMMAP, sqlite3.SQLITE_IOERR_SHMOPEN, sqlite3.SQLITE_IOERR_SHMLOCK],
)
def test_in_a_folder_that_cannot_share_memory_the_journal_reads_the_outbox_all_the_same(
    tmp_path: Path, heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch, code: int
):
    file = tmp_path / "o.sqlite3"
    with Outbox(file, now=heartbeat.timestamp) as outbox:
        outbox.add_heartbeat(heartbeat)
    refuse_to_share(monkeypatch, code)

    with Outbox(file, now=heartbeat.timestamp) as outbox:
        outbox.add_heartbeat(heartbeat)

        assert not file.with_name("o.sqlite3-shm").exists()
        assert outbox.totals().queued_heartbeats == 2
        # Opening it again would not help.
        assert not outbox.has_room_again
        with History(file) as history:
            day = timedelta(days=1)
            heartbeats = history.heartbeats(
                heartbeat.timestamp - day, heartbeat.timestamp + day, bodies=False
            )
            assert len(list(heartbeats)) == 2


def test_while_another_process_holds_the_outbox_entries_wait_in_memory(
    tmp_path: Path, clock: StaticClock, heartbeat: Heartbeat, detailed: DetailedLog
):
    file = tmp_path / "o.sqlite3"
    with Outbox(file, now=clock.now()) as outbox, closing(sqlite3.connect(file)) as other:
        outbox._db.execute("PRAGMA busy_timeout = 0")
        on_disk = add_heartbeats(outbox, heartbeat, 1)
        other.execute("BEGIN EXCLUSIVE")

        in_memory = add_heartbeats(outbox, heartbeat, 2)
        held_log = outbox.add_log(detailed, SCREENSHOT)
        outbox.mark_sent(on_disk, at=clock.now(), answer="200")

        assert outbox.unwritable == "another program held the outbox"
        assert [entry.id for entry in waiting(outbox)] == in_memory
        other.rollback()
        outbox.trim(BOUNDS, now=clock.now(), today=clock.now().date())
        assert outbox.unwritable == ""
        assert (outbox.totals().queued_heartbeats, outbox.totals().queued_logs) == (2, 1)
        assert held_log is not None
        assert outbox.totals().dropped_heartbeats == 0


def test_a_disk_that_is_full_at_the_start_is_no_obstacle(
    tmp_path: Path, heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "o.sqlite3"
    with Outbox(file, now=heartbeat.timestamp) as outbox:
        outbox.add_heartbeat(heartbeat)
    refuse_to_share(monkeypatch, sqlite3.SQLITE_IOERR_SHMSIZE)
    free = [4096]
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: SimpleNamespace(free=free[0]))
    with Outbox(file, now=heartbeat.timestamp) as outbox:
        # No shared memory, which would need a file on the full disk.
        assert not file.with_name("o.sqlite3-shm").exists()
        outbox.add_heartbeat(heartbeat)
        assert outbox.totals().queued_heartbeats == 2
        assert not outbox.has_room_again
        free[0] = 1 << 30
        assert outbox.has_room_again
    monkeypatch.undo()

    with Outbox(file, now=heartbeat.timestamp) as outbox:
        assert outbox.totals().queued_heartbeats == 2
        assert not outbox.has_room_again


def test_a_disk_that_stays_full_is_not_opened_again(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(outbox, "_sharing", Sharing.NONE)
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: SimpleNamespace(free=4096))

    assert not outbox.has_room_again
