"""The laptop's own zone, with a name and without one."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tzlocal
from tests.linux_only import not_windows

from wfhagent.system import zone
from wfhagent.system.zone import local_zone

Go = Callable[[str], None]


@pytest.fixture
def go(monkeypatch: pytest.MonkeyPatch) -> Iterator[Go]:
    """Return a function that sets the time zone of this process to a value of TZ."""
    if not hasattr(time, "tzset"):
        pytest.skip("Windows has no tzset: its zone changes for all users at once")

    def into(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield into
    monkeypatch.undo()
    time.tzset()
    tzlocal.reload_localzone()


def test_it_is_where_the_laptop_is_now(go: Go):
    for name in ("Asia/Tokyo", "Europe/Lisbon"):
        go(name)
        assert str(local_zone("")) == name


def test_a_zone_in_the_settings_does_not_hide_from_collectors_where_the_laptop_is(go: Go):
    go("Asia/Tokyo")

    assert str(local_zone("Europe/Vienna")) == "Europe/Vienna"
    assert str(tzlocal.get_localzone()) == "Asia/Tokyo"


@pytest.mark.parametrize("none", [":", "/nowhere", "Europe", "../../../etc/passwd", "x" * 300])
def test_what_is_no_zone_stops_nobody(go: Go, none: str):
    go(none)
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    assert now.astimezone(local_zone("")).utcoffset() == now.astimezone().utcoffset()


@pytest.mark.parametrize("hours", [-30, -1, 0, 1, 1.5, 2, 30])
def test_a_zone_without_a_name_shows_what_one_with_a_name_does(go: Go, hours: float):
    go("CET-1CEST,M3.5.0,M10.5.0/3")
    unnamed, named = local_zone(""), local_zone("Europe/Vienna")

    for change in (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)):
        moment = change + timedelta(hours=hours)
        shown, expected = moment.astimezone(unnamed), moment.astimezone(named)
        assert (shown.replace(tzinfo=None), shown.fold) == (
            expected.replace(tzinfo=None),
            expected.fold,
        )
        assert (shown.utcoffset(), shown.astimezone(UTC)) == (expected.utcoffset(), moment)
        assert shown.tzname() == expected.tzname()


@pytest.mark.parametrize("left_over", ["Europe/Vienna", "UTC", "Africa/Lagos", "America/Bogota"])
def test_a_name_that_the_clock_contradicts_is_not_believed(
    go: Go, left_over: str, monkeypatch: pytest.MonkeyPatch
):
    go("Pacific/Auckland")
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    # The result for an unchanged /etc/timezone.
    monkeypatch.setattr("tzlocal.reload_localzone", lambda: ZoneInfo(left_over))

    found = zone._look_up()
    monkeypatch.setattr(zone, "_own_zone", lambda: found)

    assert now.astimezone(found).utcoffset() == timedelta(hours=13)
    assert zone.zone_name(now) == "+13:00"
    assert zone.disbelieved_zone() == left_over


def test_a_zone_that_differs_in_half_a_year_only_is_not_believed(
    go: Go, monkeypatch: pytest.MonkeyPatch
):
    go("Europe/Vienna")
    # The same time in winter, and no summer time.
    monkeypatch.setattr("tzlocal.reload_localzone", lambda: ZoneInfo("Africa/Lagos"))

    assert str(zone._look_up()) == "a zone without a name"


def test_another_name_of_the_same_zone_is_believed(go: Go, monkeypatch: pytest.MonkeyPatch):
    go("Europe/Vienna")
    monkeypatch.setattr("tzlocal.reload_localzone", lambda: ZoneInfo("Europe/Berlin"))

    assert str(zone._look_up()) == "Europe/Berlin"
    assert zone.disbelieved_zone() == ""


@not_windows("the zone is no file there")
def test_nothing_is_looked_up_again_until_a_file_is_another_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(zone, "_is_on_the_clock", lambda _zone: True)
    link, names = tmp_path / "localtime", iter(("Asia/Tokyo", "Europe/Lisbon"))
    for name in ("first", "second"):
        (tmp_path / name).touch()
    link.symlink_to("first")
    monkeypatch.setattr(zone, "_FILES", (link, tmp_path / "missing"))
    monkeypatch.setattr("tzlocal.reload_localzone", lambda: ZoneInfo(next(names)))

    before = [str(local_zone("")) for _ in range(3)]
    link.unlink()
    link.symlink_to("second")

    assert before == ["Asia/Tokyo"] * 3
    assert [str(local_zone("")) for _ in range(3)] == ["Europe/Lisbon"] * 3
