"""No detailed log before the notice was shown, or acknowledged if that is required."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from wfhagent.errors import NoticeError, SettingsError
from wfhagent.notice.collected import COMES_WITH_IT, Collected
from wfhagent.notice.gate import NOT_ACKNOWLEDGED, NOT_SHOWN, SHOW_WITHIN, Gate, NoticeState
from wfhagent.notice.policy import Notice, notice_of, paragraphs, rows
from wfhagent.notice.register import EARLIER, MOST_CHANGES, Record, Register
from wfhagent.settings import NoticeSettings, parse_settings

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=1)


NOTHING = Collected()
BEFORE = {
    "heartbeat: interval_seconds": "300",
    "plugin screenshot": COMES_WITH_IT,
    "screenshot: data": "screenshot",
    "screenshot: quality": "50",
}


def notice(
    text: str = "Your screen is recorded.",
    *,
    required: bool = False,
    collected: Collected = NOTHING,
) -> Notice:
    return notice_of(NoticeSettings(text=text, company="ACME", required=required), collected)


def collecting(
    changed: dict[str, str] | None = None, *, defaults: frozenset[str] = frozenset()
) -> Collected:
    return Collected(values={**BEFORE, **(changed or {})}, defaults=defaults)


def acknowledge(register: Register, read: Notice, now: datetime = NOW) -> Record:
    register.show(read, now)
    return register.acknowledge(read, now)


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(tmp_path / "notice.json")


def test_without_a_notice_nothing_is_held_back_or_reported(register: Register):
    gate = Gate(notice_of(NoticeSettings(), Collected()), register)

    assert (gate.reason(NOW), gate.state(NOW), gate.report(NOW)) == ("", NoticeState.NONE, None)


def test_a_required_notice_holds_until_it_is_acknowledged_however_long(register: Register):
    required = notice(required=True)
    gate = Gate(required, register)
    register.show(required, NOW)

    reason = gate.reason(NOW + timedelta(days=300))
    acknowledge(register, required, SOON)

    assert reason == NOT_ACKNOWLEDGED
    assert gate.reason(SOON) == ""
    assert gate.state(SOON) is NoticeState.ACKNOWLEDGED


def test_another_one_holds_until_it_was_shown_and_at_most_a_day(register: Register):
    other = notice()
    gate = Gate(other, register)

    assert gate.reason(NOW) == NOT_SHOWN
    assert gate.reason(NOW + SHOW_WITHIN) == ""

    register.show(other, SOON)

    assert gate.reason(SOON) == ""
    assert gate.state(SOON) is NoticeState.SHOWN


def test_a_changed_word_is_a_new_notice_and_the_earlier_acknowledgement_stays(register: Register):
    first, second = notice("Thirty days."), notice("Sixty days.", required=True)
    acknowledge(register, first)

    gate = Gate(second, register)

    assert first.version != second.version
    assert gate.reason(SOON) == NOT_ACKNOWLEDGED
    record = register.read()
    assert record is not None
    assert [(one.version, one.at) for one in record.earlier] == [(first.version, NOW)]


def test_who_has_acknowledged_a_notice_is_not_asked_again_because_it_is_required_now(
    register: Register,
):
    lax, strict = (
        notice(required=required, collected=Collected(values={"notice: required": text}))
        for required, text in ((False, "false"), (True, "true"))
    )
    acknowledge(register, lax)

    assert Gate(strict, register).reason(SOON) == ""
    assert Gate(lax, register).open_changes(SOON) == ("notice: required true → false",)


def test_the_report_to_the_server_is_what_is_on_record(register: Register):
    required = notice(required=True)
    gate = Gate(required, register)

    before = gate.report(NOW)
    acknowledge(register, required, SOON)

    assert before == {"version": required.version, "required": True, "holds": NOT_ACKNOWLEDGED}
    assert gate.report(SOON) == {
        "version": required.version,
        "required": True,
        "shown_at": SOON,
        "acknowledged_at": SOON,
    }


def test_the_first_time_counts(register: Register):
    acknowledge(register, notice())
    record = acknowledge(register, notice(), SOON)

    assert (record.shown_at, record.acknowledged_at) == (NOW, NOW)


def test_a_record_that_cannot_be_read_lets_nothing_through(register: Register):
    required = notice(required=True)
    register.file.write_text("{")

    assert Gate(required, register).reason(NOW) == NOT_ACKNOWLEDGED


def test_a_record_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")

    with pytest.raises(NoticeError, match=r"notice\.json cannot be written"):
        Register(tmp_path / "file" / "notice.json").show(notice(), NOW)


def test_a_gate_without_a_disk_still_holds_and_lets_go_a_day_later(tmp_path: Path):
    (tmp_path / "file").write_text("")
    gate = Gate(notice(), Register(tmp_path / "file" / "notice.json"))

    assert gate.reason(NOW) == NOT_SHOWN
    assert gate.reason(NOW + SHOW_WITHIN) == ""


def test_the_record_does_not_grow_for_ever(register: Register):
    for number in range(EARLIER + 10):
        acknowledge(register, notice(f"{number}"))

    record = register.read()

    assert record is not None
    assert record.earlier[-1].version == notice(f"{EARLIER + 8}").version
    assert len(record.earlier) == EARLIER


def test_what_is_filled_in_is_shown():
    found = notice("First\npart.\n\nSecond part.\n")

    assert list(rows(found)) == [("Who", "ACME")]
    assert paragraphs(found) == ["First part.", "Second part."]


def test_a_notice_that_is_required_must_say_something(tmp_path: Path):
    raw = {"server": {"url": "https://wfh.example.com"}, "notice": {"required": True}}

    with pytest.raises(SettingsError, match=r"\[notice\] required: there is nothing to read"):
        parse_settings(raw, tmp_path / "agent.toml")


def test_nobody_acknowledges_what_was_not_shown(register: Register):
    with pytest.raises(NoticeError, match="cannot be acknowledged"):
        register.acknowledge(notice(), NOW)

    acknowledge(register, notice())
    with pytest.raises(NoticeError, match="cannot be acknowledged"):
        register.acknowledge(notice("Other words."), SOON)


def test_a_changed_setting_is_another_version_and_is_asked_again_with_what_changed(
    register: Register,
):
    before = notice(required=True, collected=collecting())
    after = notice(required=True, collected=collecting({"screenshot: quality": "95"}))
    acknowledge(register, before)

    gate = Gate(after, register)

    assert gate.reason(SOON) == NOT_ACKNOWLEDGED
    assert gate.state(SOON) is NoticeState.NEW
    assert gate.open_changes(SOON) == ("screenshot: quality 50 → 95",)
    report = gate.report(SOON)
    assert report is not None
    assert report["version"] == after.version != before.version
    assert gate.collected(SOON) == {
        "fingerprint": after.collected.fingerprint,
        "since": SOON,
        "open_changes": 1,
    }


def test_a_setting_that_is_changed_back_again_leaves_both_changes_to_be_read(register: Register):
    before = notice(collected=collecting())
    after = notice(collected=collecting({"screenshot: quality": "95"}))
    acknowledge(register, before)

    Gate(after, register).open_changes(SOON)
    open_changes = Gate(before, register).open_changes(SOON + timedelta(hours=1))

    assert open_changes == ("screenshot: quality 50 → 95", "screenshot: quality 95 → 50")
    record = acknowledge(register, before, SOON + timedelta(hours=2))
    assert record.open_changes == ()
    assert len(record.changes) == 2


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"heartbeat: interval_seconds": "5"}, "heartbeat: interval_seconds 300 → 5"),
        (
            {"plugin idle": COMES_WITH_IT, "idle: data": "idle_seconds"},
            f"plugin idle: new, {COMES_WITH_IT}; it declares that it collects idle_seconds",
        ),
        (
            {"plugin screenshot": "drop-in, SHA-256 abc"},
            f"plugin screenshot: {COMES_WITH_IT} → drop-in, SHA-256 abc",
        ),
        (
            {"screenshot: data": "screenshot, titles"},
            "screenshot: data screenshot → screenshot, titles",
        ),
        ({"screenshot: sound": "true"}, "screenshot: sound → true"),
    ],
)
def test_each_change_is_described_in_words(register: Register, changed: dict[str, str], text: str):
    register.meet(notice(collected=collecting()), NOW)

    gate = Gate(notice(collected=collecting(changed)), register)

    assert gate.open_changes(SOON) == (text,)


def test_a_plugin_that_is_no_longer_used_is_an_open_change(register: Register):
    register.meet(notice(collected=collecting()), NOW)
    rest = {key: text for key, text in BEFORE.items() if "screenshot" not in key}

    gate = Gate(notice(collected=Collected(values=rest)), register)

    assert gate.open_changes(SOON) == ("plugin screenshot: no longer used",)


def test_an_update_that_only_knows_a_further_setting_asks_nobody(register: Register):
    acknowledge(register, notice(required=True, collected=collecting()))
    updated = collecting({"screenshot: new_key": "0"}, defaults=frozenset({"screenshot: new_key"}))

    gate = Gate(notice(required=True, collected=updated), register)

    assert gate.reason(SOON) == ""
    assert gate.state(SOON) is NoticeState.ACKNOWLEDGED
    record = register.read()
    assert record is not None
    assert record.version == notice(required=True, collected=updated).version


def test_an_acknowledgement_of_the_same_words_to_an_earlier_program_still_counts(
    register: Register,
):
    same = notice(required=True, collected=collecting())
    register.file.write_bytes(
        msgspec.json.encode(
            {"version": same.words, "since": NOW, "shown_at": NOW, "acknowledged_at": NOW}
        )
    )

    assert Gate(same, register).reason(SOON) == ""
    other = notice("Other words.", required=True, collected=collecting())
    assert Gate(other, register).reason(SOON) == NOT_ACKNOWLEDGED


def test_without_words_of_the_company_changes_are_shown_and_acknowledged_too(register: Register):
    silent = [
        notice_of(NoticeSettings(), collecting({"screenshot: quality": quality}))
        for quality in ("50", "95")
    ]
    register.meet(silent[0], NOW)
    gate = Gate(silent[1], register)

    assert (gate.reason(SOON), gate.state(SOON)) == ("", NoticeState.NEW)
    assert gate.open_changes(SOON) == ("screenshot: quality 50 → 95",)
    acknowledge(register, silent[1], SOON)
    assert gate.state(SOON) is NoticeState.ACKNOWLEDGED


def test_another_data_folder_hides_no_change(register: Register, tmp_path: Path):
    acknowledge(register, notice(required=True, collected=collecting()))
    moved = Register(tmp_path / "other" / "notice.json", before=[register.file])
    (tmp_path / "other").mkdir()

    gate = Gate(notice(required=True, collected=collecting({"screenshot: quality": "95"})), moved)

    assert gate.reason(SOON) == NOT_ACKNOWLEDGED
    assert gate.open_changes(SOON) == ("screenshot: quality 50 → 95",)
    assert moved.file.exists()


def test_the_changes_do_not_grow_for_ever(register: Register):
    for number in range(MOST_CHANGES + 10):
        register.meet(notice(collected=collecting({"screenshot: quality": f"{number}"})), NOW)

    record = register.read()

    assert record is not None
    assert len(record.changes) == MOST_CHANGES
