"""No detailed log before the notice was shown, or acknowledged where it must be."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from wfhagent.errors import NoticeError, SettingsError
from wfhagent.notice.gate import NOT_ACKNOWLEDGED, NOT_SHOWN, SHOW_WITHIN, Gate, NoticeState
from wfhagent.notice.policy import Notice, notice_of, paragraphs, rows
from wfhagent.notice.register import EARLIER, Register
from wfhagent.settings import NoticeSettings, parse_settings

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=1)


def notice(text: str = "You are told.", *, required: bool = False) -> Notice:
    found = notice_of(NoticeSettings(text=text, company="ACME", required=required))
    assert found is not None
    return found


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(tmp_path / "notice.json")


def test_without_a_notice_nothing_is_held_and_nothing_told(register: Register):
    gate = Gate(notice_of(NoticeSettings()), register)

    assert (gate.reason(NOW), gate.state(NOW), gate.told(NOW)) == ("", NoticeState.NONE, None)
    assert not register.file.exists()


def test_a_required_notice_holds_until_it_is_acknowledged_however_long(register: Register):
    required = notice(required=True)
    gate = Gate(required, register)
    register.show(required.version, NOW)

    held = gate.reason(NOW + timedelta(days=300))
    register.acknowledge(required.version, SOON)

    assert held == NOT_ACKNOWLEDGED
    assert gate.reason(SOON) == ""
    assert gate.state(SOON) is NoticeState.ACKNOWLEDGED


def test_another_one_holds_until_it_was_shown_and_at_most_a_day(register: Register):
    other = notice()
    gate = Gate(other, register)

    assert gate.reason(NOW) == NOT_SHOWN
    assert gate.reason(NOW + SHOW_WITHIN) == ""

    register.show(other.version, SOON)

    assert gate.reason(SOON) == ""
    assert gate.state(SOON) is NoticeState.SHOWN


def test_a_changed_word_is_a_new_notice_and_the_earlier_acknowledgement_stays(register: Register):
    first, second = notice("Thirty days."), notice("Sixty days.", required=True)
    register.acknowledge(first.version, NOW)

    gate = Gate(second, register)

    assert first.version != second.version
    assert gate.reason(SOON) == NOT_ACKNOWLEDGED
    record = register.read()
    assert record is not None
    assert [(one.version, one.at) for one in record.earlier] == [(first.version, NOW)]


def test_to_require_it_is_no_other_notice():
    assert notice().version == notice(required=True).version


def test_the_server_is_told_what_stands_on_record(register: Register):
    required = notice(required=True)
    gate = Gate(required, register)

    before = gate.told(NOW)
    register.acknowledge(required.version, SOON)

    assert before == {"version": required.version, "required": True, "holds": NOT_ACKNOWLEDGED}
    assert gate.told(SOON) == {
        "version": required.version,
        "required": True,
        "shown_at": SOON,
        "acknowledged_at": SOON,
    }


def test_the_first_time_counts(register: Register):
    register.acknowledge("v", NOW)
    record = register.acknowledge("v", SOON)

    assert (record.shown_at, record.acknowledged_at) == (NOW, NOW)


def test_a_record_that_cannot_be_read_lets_nothing_through(register: Register):
    required = notice(required=True)
    register.file.write_text("{")

    assert Gate(required, register).reason(NOW) == NOT_ACKNOWLEDGED


def test_a_record_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")

    with pytest.raises(NoticeError, match=r"notice\.json cannot be written"):
        Register(tmp_path / "file" / "notice.json").acknowledge("v", NOW)


def test_a_gate_without_a_disk_still_holds_and_lets_go_a_day_later(tmp_path: Path):
    (tmp_path / "file").write_text("")
    gate = Gate(notice(), Register(tmp_path / "file" / "notice.json"))

    assert gate.reason(NOW) == NOT_SHOWN
    assert gate.reason(NOW + SHOW_WITHIN) == ""


def test_the_record_does_not_grow_for_ever(register: Register):
    for number in range(EARLIER + 10):
        register.acknowledge(f"{number}", NOW)

    record = register.read()

    assert record is not None
    assert [one.version for one in record.earlier][-1] == f"{EARLIER + 8}"
    assert len(record.earlier) == EARLIER


def test_what_is_filled_in_is_shown():
    found = notice("First\npart.\n\nSecond part.\n")

    assert list(rows(found)) == [("Who", "ACME")]
    assert paragraphs(found) == ["First part.", "Second part."]


def test_a_notice_that_is_required_must_say_something(tmp_path: Path):
    raw = {"server": {"url": "https://wfh.example.com"}, "notice": {"required": True}}

    with pytest.raises(SettingsError, match=r"\[notice\] required: there is nothing to read"):
        parse_settings(raw, tmp_path / "agent.toml")
