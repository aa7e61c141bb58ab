"""The record of the logs taken by all agents of a user."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.modes import has_mode, of_modes

from wfhagent.errors import LedgerError
from wfhagent.outbox.slot_ledger import MOST_DAYS, SlotLedger

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "records" / "days.json"


def test_a_slot_is_claimed_by_one_outbox(file: Path):
    one, two = SlotLedger(file, 1), SlotLedger(file, 2)

    assert [one.claim(TODAY, 1), two.claim(TODAY, 1), two.claim(TODAY, 2)] == [True, False, True]
    assert one.taken(TODAY) == {1: 1, 2: 2}
    assert one.taken(TODAY + timedelta(days=1)) == {}


def test_only_its_own_outbox_gives_a_claim_up(file: Path):
    one, two = SlotLedger(file, 1), SlotLedger(file, 2)
    one.claim(TODAY, 1)

    two.release(TODAY, 1)
    assert one.taken(TODAY) == {1: 1}
    one.release(TODAY, 1)
    assert one.taken(TODAY) == {}


def test_a_record_that_cannot_be_read_knows_of_nothing(file: Path):
    ledger = SlotLedger(file, 1)
    ledger.claim(TODAY, 1)
    ledger.remember_outbox()
    assert ledger.knows_outbox()

    file.write_bytes(file.read_bytes()[:-3])

    assert not ledger.knows_outbox()
    assert ledger.taken(TODAY) == {}


def test_a_record_that_cannot_be_written_says_so(tmp_path: Path):
    (tmp_path / "file").touch()

    with pytest.raises(LedgerError, match=r"days\.json cannot be written"):
        SlotLedger(tmp_path / "file" / "days.json", 1).claim(TODAY, 1)


def test_three_test_logs_are_counted_within_a_day_and_no_fourth(file: Path):
    one, two = SlotLedger(file, 1), SlotLedger(file, 2)
    moments = [NOW + timedelta(hours=hour) for hour in (0, 1, 2, 3, 23)]

    assert [one.claim_test(at) for at in moments] == [True, True, True, False, False]
    assert (two.claim_test(NOW), two.tests_taken(NOW)) == (False, 3)
    assert one.claim_test(NOW + timedelta(hours=24))


def test_the_record_stays_small_and_keeps_what_was_written_last(file: Path):
    ledger = SlotLedger(file, 1)
    for number in range(MOST_DAYS + 20):
        ledger.claim(TODAY - timedelta(days=number), 1)

    assert ledger.taken(TODAY - timedelta(days=MOST_DAYS + 19)) == {1: 1}
    assert ledger.taken(TODAY) == {}
    assert file.stat().st_size < 5000


@of_modes
def test_nobody_else_can_read_it(file: Path):
    SlotLedger(file, 1).claim(TODAY, 1)

    assert has_mode(file, 0o600)
