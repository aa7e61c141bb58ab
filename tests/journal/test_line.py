"""Heartbeats become stretches without hiding a gap. A text describes the same in words."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from wfhagent.journal.line import draw, in_words
from wfhagent.journal.timeline import DayOfJournal, Fate, HeartbeatEntry, stretches

DAY = date(2026, 11, 23)
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
FIVE = timedelta(minutes=5)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=UTC)


def heartbeats(*moments: datetime, fate: Fate = Fate.SENT) -> list[HeartbeatEntry]:
    return [HeartbeatEntry(at=moment, fate=fate, answered_at=None, answer="") for moment in moments]


def spans(found: list[HeartbeatEntry]) -> list[tuple[str, str, str]]:
    return [
        (f"{one.start:%H:%M}", f"{one.end:%H:%M}", one.fate)
        for one in stretches(found, FIVE, until=MIDNIGHT)
    ]


def day(found: list[HeartbeatEntry]) -> DayOfJournal:
    return DayOfJournal(
        day=DAY,
        beats=tuple(found),
        stretches=tuple(stretches(found, FIVE, until=MIDNIGHT)),
        logs=(),
        missed=(),
        lost=(),
    )


def test_heartbeats_one_after_another_are_one_stretch():
    assert spans(heartbeats(at(9), at(9, 5), at(9, 10))) == [("09:00", "09:15", "sent")]


def test_a_missing_heartbeat_is_a_gap():
    assert spans(heartbeats(at(9), at(9, 10))) == [
        ("09:00", "09:05", "sent"),
        ("09:10", "09:15", "sent"),
    ]


def test_another_fate_begins_another_stretch():
    found = [*heartbeats(at(9), at(9, 5)), *heartbeats(at(9, 10), fate=Fate.WAITS)]

    assert spans(found) == [("09:00", "09:10", "sent"), ("09:10", "09:15", "waits")]


def test_the_last_heartbeat_of_a_day_does_not_reach_into_the_next():
    assert spans(heartbeats(at(23, 58))) == [("23:58", "00:00", "sent")]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Vienna", "Asia/Kolkata"])
def test_no_bar_leaves_the_line(zone: str):
    drawn = draw(
        day(heartbeats(at(0), at(12), at(18, 26), at(23, 58))), ZoneInfo(zone), time(8), time(22)
    )

    assert 'width="-' not in drawn


def test_the_line_is_also_described_in_words():
    found = [*heartbeats(at(9), at(9, 5)), *heartbeats(at(12), fate=Fate.WAITS)]

    text = in_words(day(found), ZoneInfo("Europe/Vienna"))

    assert text == "3 heartbeats: 10:00 to 10:10, 13:00 to 13:05 (waiting)"
