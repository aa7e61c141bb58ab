"""The outbox loses nothing, repeats nothing, and never holds a third log of a day."""

import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.damage import damage, damage_around
from tests.modes import has_mode, of_modes

from wfhagent.errors import OutboxError
from wfhagent.outbox import schema
from wfhagent.outbox.bounds import MEGABYTE, Bounds
from wfhagent.outbox.damage import check_whole
from wfhagent.outbox.entry import EntryKind, EntryState
from wfhagent.outbox.history import History
from wfhagent.outbox.store import Outbox
from wfhagent.payload import DetailedLog, Heartbeat, MissedSlot
from wfhagent.plugin import Attachment

NAMES = {"username": "alice", "hostname": "laptop-7"}
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = NOW.date()
SCREENSHOT = Attachment(name="screenshot", media_type="image/webp", data=b"RIFF....WEBP")


def waiting(outbox: Outbox, kind: EntryKind = EntryKind.HEARTBEAT) -> list[int]:
    return [entry.id for entry in outbox.waiting(kind, limit=1000, **NAMES)]


def test_an_entry_survives_closing_and_opening(tmp_path: Path, heartbeat: Heartbeat):
    with Outbox(tmp_path / "o.sqlite3", now=NOW) as outbox:
        entry_id = outbox.add_heartbeat(heartbeat)

    with Outbox(tmp_path / "o.sqlite3", now=NOW) as outbox:
        assert waiting(outbox) == [entry_id]


def test_seq_grows_even_when_the_clock_goes_backwards(outbox: Outbox, heartbeat: Heartbeat):
    earlier = msgspec.structs.replace(heartbeat, timestamp=heartbeat.timestamp - timedelta(days=1))
    for one in (heartbeat, heartbeat, earlier):
        outbox.add_heartbeat(one)

    numbers = [
        msgspec.json.decode(entry.body)["seq"]
        for entry in outbox.waiting(EntryKind.HEARTBEAT, limit=10, **NAMES)
    ]
    first = int(heartbeat.timestamp.timestamp() * 1000)

    assert numbers == [first, first + 1, first + 2]


def test_a_slot_is_filled_once_and_only_once(outbox: Outbox, detailed: DetailedLog):
    first = outbox.add_log(detailed, None)
    again = outbox.add_log(detailed, None)

    assert first is not None
    assert again is None
    assert waiting(outbox, EntryKind.LOG) == [first]
    assert outbox.days.get(detailed.workday).slots == {1}


def test_slot_and_log_are_stored_together_or_not_at_all(
    outbox: Outbox, detailed: DetailedLog, monkeypatch: pytest.MonkeyPatch
):
    def power_cut(*args: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("wfhagent.outbox.queue.insert", power_cut)
    with pytest.raises(KeyboardInterrupt):
        outbox.add_log(detailed, None)

    assert outbox.days.get(detailed.workday).slots == frozenset()


def test_test_logs_fill_no_slot(outbox: Outbox, detailed: DetailedLog):
    test_log = msgspec.structs.replace(detailed, slot=0)

    assert outbox.add_log(test_log, None) is not None
    assert outbox.add_log(test_log, None) is not None
    assert outbox.days.get(detailed.workday).slots == frozenset()


def test_the_screenshot_comes_back_as_it_went_in(outbox: Outbox, detailed: DetailedLog):
    outbox.add_log(detailed, SCREENSHOT)

    (entry,) = outbox.waiting(EntryKind.LOG, limit=1, **NAMES)

    assert entry.attachment == SCREENSHOT


def test_a_sent_entry_waits_no_longer_and_stays_in_the_journal(
    outbox: Outbox, heartbeat: Heartbeat
):
    entry_id = outbox.add_heartbeat(heartbeat)

    outbox.mark_sent([entry_id], at=NOW, answer="stored")

    assert waiting(outbox) == []
    assert outbox.state(entry_id) == (EntryState.SENT, "stored")


def test_a_refused_entry_is_kept_and_counted(outbox: Outbox, heartbeat: Heartbeat):
    entry_id = outbox.add_heartbeat(heartbeat)

    (entry,) = outbox.waiting(EntryKind.HEARTBEAT, limit=1, **NAMES)
    outbox.refuse(entry, at=NOW, answer="422 invalid_field: status")

    assert outbox.totals().refused == 1
    assert outbox.state(entry_id) == (EntryState.REFUSED, "422 invalid_field: status")


def test_when_full_answered_entries_go_first_then_heartbeats_and_never_logs(
    outbox: Outbox, heartbeat: Heartbeat, detailed: DetailedLog
):
    sent = outbox.add_heartbeat(heartbeat)
    outbox.mark_sent([sent], at=NOW, answer="stored")
    outbox.add_heartbeat(heartbeat)
    log_id = outbox.add_log(detailed, Attachment(name="s", media_type="x", data=b"x" * MEGABYTE))

    outbox.trim(Bounds(keep_days=30, max_bytes=10_000, min_free_bytes=0), now=NOW, today=NOW.date())

    assert outbox.state(sent) is None
    assert waiting(outbox) == []
    assert waiting(outbox, EntryKind.LOG) == [log_id]
    assert outbox.totals().dropped_heartbeats == 1
    assert outbox.totals().dropped_logs == 0


def test_dropping_gives_the_disk_back(outbox: Outbox, heartbeat: Heartbeat):
    heavy = msgspec.structs.replace(heartbeat, extra={"battery": {"note": "x" * 20_000}})
    for _ in range(300):
        outbox.add_heartbeat(heavy)

    outbox.trim(
        Bounds(keep_days=30, max_bytes=3 * MEGABYTE, min_free_bytes=0), now=NOW, today=NOW.date()
    )
    outbox.close()  # which writes the write-ahead log back

    assert outbox.file.stat().st_size < 6 * MEGABYTE / 2


def test_what_is_too_old_is_dropped_and_counted(outbox: Outbox, heartbeat: Heartbeat):
    outbox.add_heartbeat(heartbeat)
    bounds = Bounds(keep_days=30, max_bytes=500 * MEGABYTE, min_free_bytes=0)

    outbox.trim(bounds, now=NOW + timedelta(days=29), today=NOW.date())
    count_before = len(waiting(outbox))
    outbox.trim(bounds, now=NOW + timedelta(days=31), today=NOW.date())

    assert count_before == 1
    assert waiting(outbox) == []
    assert outbox.totals().dropped_heartbeats == 1


def test_nothing_that_is_done_every_hour_reads_the_whole_journal(
    outbox: Outbox, heartbeat: Heartbeat, detailed: DetailedLog
):
    statements: list[str] = []
    outbox._db.set_trace_callback(statements.append)
    outbox.mark_sent([outbox.add_heartbeat(heartbeat)], at=NOW, answer="stored")
    outbox.add_log(detailed, SCREENSHOT)
    outbox.oldest()
    waiting(outbox)
    outbox.totals()
    outbox.size_bytes()
    outbox.days.unreported()
    outbox.trim(Bounds(keep_days=30, max_bytes=MEGABYTE, min_free_bytes=0), now=NOW, today=DAY)
    outbox._db.set_trace_callback(None)

    read = [
        (step, statement)
        for statement in statements
        if statement.startswith(("SELECT", "UPDATE", "DELETE"))
        for *_, step in outbox._db.execute(f"EXPLAIN QUERY PLAN {statement}")
    ]

    assert len(read) > 10
    assert [each for each in read if each[0] == "SCAN entries"] == []


def test_missed_slots_travel_with_one_heartbeat(outbox: Outbox, heartbeat: Heartbeat):
    friday = date(2026, 11, 20)
    outbox.days.record_awake(friday, NOW - timedelta(days=3))
    missed = MissedSlot(workday=friday, slot=2, reason="off or asleep from 17:02")

    outbox.days.close(friday, [missed])
    before = outbox.days.unreported()
    outbox.add_heartbeat(heartbeat)

    assert before == (missed,)
    assert outbox.days.unreported() == ()
    assert outbox.days.oldest_open(NOW.date()) == date(2026, 11, 21)


def test_missed_slots_are_reported_again_when_their_heartbeat_was_dropped(
    outbox: Outbox, heartbeat: Heartbeat
):
    missed = MissedSlot(workday=date(2026, 11, 20), slot=2, reason="off or asleep from 17:02")
    outbox.days.close(missed.workday, [missed])
    outbox.add_heartbeat(heartbeat)

    outbox.trim(Bounds(keep_days=30, max_bytes=0, min_free_bytes=0), now=NOW, today=NOW.date())

    assert outbox.days.unreported() == (missed,)


def test_a_day_remembers_when_the_machine_was_awake(outbox: Outbox):
    today = NOW.date()
    for minutes in (30, 0, 90):
        outbox.days.record_awake(today, NOW + timedelta(minutes=minutes))

    day = outbox.days.get(today)

    assert (day.first_awake, day.last_awake) == (NOW, NOW + timedelta(minutes=90))
    assert outbox.days.before(today + timedelta(days=1), limit=20) == [day]


def test_a_damaged_file_is_set_aside_and_a_new_one_begun(tmp_path: Path, heartbeat: Heartbeat):
    file = tmp_path / "o.sqlite3"
    file.write_bytes(b"this is no database at all, but long enough to be one" * 100)

    with Outbox(file, now=NOW) as outbox:
        outbox.add_heartbeat(heartbeat)

        assert outbox.set_aside == tmp_path / "o.sqlite3.damaged-20261123T090000"
        assert outbox.set_aside.exists()
        assert len(waiting(outbox)) == 1


@pytest.mark.parametrize("where", ["entries_answered", "missed", "counters"])
def test_what_can_be_read_of_a_damaged_file_is_saved(
    tmp_path: Path, heartbeat: Heartbeat, detailed: DetailedLog, where: str
):
    file = tmp_path / "o.sqlite3"
    with Outbox(file, now=NOW) as outbox:
        for _ in range(40):
            outbox.add_heartbeat(heartbeat)
        outbox.add_log(detailed, SCREENSHOT)
        outbox.mark_sent(waiting(outbox)[:10], at=NOW, answer="stored")
        before = [waiting(outbox, kind) for kind in EntryKind]
    damage(file, where)

    with Outbox(file, now=NOW) as outbox:
        assert outbox.set_aside == tmp_path / "o.sqlite3.damaged-20261123T090000"
        assert [waiting(outbox, kind) for kind in EntryKind] == before
        (log,) = outbox.waiting(EntryKind.LOG, limit=2, **NAMES)
        assert log.attachment == SCREENSHOT
        # Never a third log.
        assert outbox.add_log(detailed, SCREENSHOT) is None
        check_whole(file)


def test_entries_on_both_sides_of_the_damage_are_saved(tmp_path: Path, heartbeat: Heartbeat):
    file = tmp_path / "o.sqlite3"
    with Outbox(file, now=NOW) as outbox:
        ids = [outbox.add_heartbeat(heartbeat) for _ in range(200)]
        body = outbox.waiting(EntryKind.HEARTBEAT, limit=101, **NAMES)[-1].body
    damage_around(file, body)

    with Outbox(file, now=NOW) as outbox:
        saved = waiting(outbox)

    assert len(saved) > 150
    assert (saved[0], saved[-1]) == (ids[0], ids[-1])


def test_who_is_not_alone_leaves_a_damaged_file_to_who_works_with_it(tmp_path: Path):
    file = tmp_path / "o.sqlite3"
    file.write_bytes(b"this is no database at all, but long enough to be one" * 100)

    with pytest.raises(OutboxError, match="cannot be opened"):
        Outbox(file, now=NOW, alone=False)

    assert list(tmp_path.glob("*damaged*")) == []


def test_an_outbox_of_a_newer_version_is_left_alone(tmp_path: Path):
    file = tmp_path / "o.sqlite3"
    with Outbox(file, now=NOW) as outbox:
        outbox._db.execute("PRAGMA user_version = 99")

    with pytest.raises(OutboxError, match="newer wfhagent"):
        Outbox(file, now=NOW)
    assert file.exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")

    with pytest.raises(OutboxError, match=r"file[/\\]o\.sqlite3"):
        Outbox(tmp_path / "file" / "o.sqlite3", now=NOW)


@of_modes
def test_only_its_owner_may_read_it(outbox: Outbox):
    assert has_mode(outbox.file, 0o600)


def test_a_refused_log_is_reported_as_missed_with_the_answer(outbox: Outbox, detailed: DetailedLog):
    outbox.add_log(detailed, None)
    (entry,) = outbox.waiting(EntryKind.LOG, limit=1, **NAMES)
    outbox.refuse(entry, at=NOW, answer="422 outside_retention: workday")

    assert outbox.days.unreported() == (
        MissedSlot(
            workday=detailed.workday,
            slot=1,
            reason="refused by the server: 422 outside_retention: workday",
        ),
    )


def test_a_damaged_outbox_that_is_only_read_is_closed_again(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
):
    outbox.close()
    damage(outbox.file, "everywhere")
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def remembered(*arguments: Any, **named: Any) -> sqlite3.Connection:
        opened.append(connect(*arguments, **named))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", remembered)
    with pytest.raises(OutboxError, match="cannot be read"):
        History(outbox.file)

    (connection,) = opened
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_two_processes_that_begin_the_same_file_both_open_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "o.sqlite3"
    schema.connect(file).close()
    usual, looks = schema._version, [0, 0]

    def version(connection: sqlite3.Connection) -> int:
        # The state before the other process had created the tables.
        return looks.pop() if looks else usual(connection)

    monkeypatch.setattr(schema, "_version", version)

    opened = schema.connect(file)

    assert opened.execute("SELECT count(*) FROM entries").fetchone() == (0,)
    opened.close()
