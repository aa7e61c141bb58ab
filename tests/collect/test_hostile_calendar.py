"""Third-party calendars that misbehave: they know no day off, and the others are asked."""

from datetime import date
from pathlib import Path

from tests.collect.conftest import MakeAssembly, every_way
from tests.drop_ins import CRASHED, SHORT_LIMIT_SECONDS, calendar, daemon, ends
from tests.linux_only import linux_only

from wfhagent.collect.calendars import Calendars, DayOff
from wfhagent.testing import StaticClock

TODAY = date(2026, 11, 23)
HOSTILE = {
    "closes_files": ("import os; os.closerange(0, 100)", "before it answered"),
    "crashes": ("import ctypes; ctypes.string_at(0)", CRASHED),
    "exits": ("import os; os._exit(0)", "ended with 0 before it answered"),
    "gives_a_number": ("return 1", "it must give a reason, or None"),
    "loops": ("while True: pass", f"gave nothing within {SHORT_LIMIT_SECONDS} s"),
    "patches": ("import msgspec; msgspec.msgpack.encode = None", "before it answered"),
}


@every_way
def test_each_failure_has_a_reason_and_the_good_calendar_counts(
    assembly_of: MakeAssembly, clock: StaticClock
):
    sources = {
        name: calendar(name, body=body, limit=SHORT_LIMIT_SECONDS if name == "loops" else 60)
        for name, (body, _) in HOSTILE.items()
    }
    good = calendar("zz_good", body="return 'Epiphany'")
    calendars = Calendars(assembly_of(**sources, zz_good=good), clock)

    day_off = calendars.day_off(TODAY, today=TODAY)

    assert day_off == DayOff(calendar="zz_good", reason="Epiphany")
    assert set(calendars.failing) == set(HOSTILE)
    for name, (_, reason) in HOSTILE.items():
        assert reason in calendars.failing[name]


@every_way
@linux_only("the keeper; a job does it on Windows")
def test_a_daemon_that_it_leaves_behind_is_ended(
    assembly_of: MakeAssembly, clock: StaticClock, tmp_path: Path
):
    pid = tmp_path / "pid"
    calendars = Calendars(assembly_of(leaves=calendar("leaves", body=daemon(pid))), clock)

    calendars.day_off(TODAY, today=TODAY)

    assert ends(int(pid.read_text()))
