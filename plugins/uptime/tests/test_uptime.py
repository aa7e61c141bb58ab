"""When the device was started, by the server's time, whatever the laptop's clock shows."""

from datetime import UTC, datetime, timedelta

import psutil
import pytest

import wfhagent_uptime
from wfhagent.clock import SystemClock
from wfhagent.plugin import Absent, Config
from wfhagent.testing import check_collector, check_plugin, make_context
from wfhagent.testing.stand_ins import NOW
from wfhagent_uptime import Uptime, since_boot


def collect() -> dict[str, object]:
    return dict(Uptime(Config()).collect(make_context(now=NOW)))


def test_its_declarations_are_in_order_and_this_machine_was_started():
    uptime = collect()["uptime"]

    assert check_collector(Uptime) == []
    assert check_plugin(wfhagent_uptime) == []
    assert isinstance(uptime, float)
    assert uptime > 0


def test_a_clock_that_is_years_off_changes_neither(monkeypatch: pytest.MonkeyPatch):
    wrong = datetime(2019, 1, 1, 12, tzinfo=UTC)
    started = wrong - timedelta(days=3)
    monkeypatch.setattr(SystemClock, "laptop_time", lambda _: wrong)
    monkeypatch.setattr(psutil, "boot_time", started.timestamp)

    assert collect() == {"last_boot": NOW - timedelta(days=3), "uptime": 3 * 86400.0}


def test_a_boot_in_the_future_is_now():
    assert since_boot(NOW.timestamp() + 30, NOW) == timedelta(0)


def test_parts_of_a_second_are_no_precision_that_anybody_needs():
    assert since_boot(NOW.timestamp() - 61.4, NOW) == timedelta(seconds=61)


def test_a_system_that_does_not_know_has_a_reason(monkeypatch: pytest.MonkeyPatch):
    def refuse() -> float:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(psutil, "boot_time", refuse)

    reason = Absent("PermissionError: [Errno 13] Permission denied")
    assert collect() == {"last_boot": reason, "uptime": reason}
