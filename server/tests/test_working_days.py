"""Days on which no log is expected: weekends, and days off that an agent names."""

from datetime import date, timedelta
from typing import Any

import pytest

from wfhserver.presence.working_days import DayOff, day_off_of, working_days_between
from wfhserver.testing import NOW, TestServer, bearer, heartbeat_body, log_request

FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "working_days", "day_off", "rest"),
    [
        (MONDAY, None, None, None),
        (SATURDAY, None, None, DayOff.WEEKEND),
        (SATURDAY, ["sat", "sun"], None, None),
        (FRIDAY, ["mon", "tue"], None, DayOff.DAY_OFF),
        (MONDAY, None, "2026-11-23", DayOff.DAY_OFF),
        (MONDAY, None, "2026-11-20", None),
        # An agent may say anything.
        (MONDAY, {"mon": 1}, ["2026-11-23"], None),
        (SATURDAY, ["Saturday", None, {}], 7, DayOff.WEEKEND),
    ],
)
def test_a_day_is_at_work_or_not(
    day: date, working_days: Any, day_off: Any, rest: DayOff | None
) -> None:
    assert day_off_of(day, working_days, day_off) is rest


def test_working_days_are_counted_one_by_one() -> None:
    for weekdays in (frozenset(range(5)), frozenset({2}), frozenset(range(7))):
        for length in range(30):
            last = MONDAY + timedelta(days=length)
            between = [MONDAY + timedelta(days=n) for n in range(1, length)]
            counted = sum(day.weekday() in weekdays for day in between)
            assert working_days_between(MONDAY, last, weekdays) == counted


def outcomes(server: TestServer, workday: date) -> list[str]:
    employee = server.value("SELECT employee_id FROM employees")
    headers = server.signed_in(username=f"anna{workday}{server.clock.time}")
    answer = server.request("GET", f"/api/employees/{employee}/days/{workday}", headers=headers)
    assert answer.status_code == 200, answer.text
    return [slot["outcome"] for slot in answer.json()["agents"][0]["slots"]]


def rest_now(server: TestServer) -> str | None:
    headers = server.signed_in(username=f"boss{server.clock.time}")
    (row,) = server.request("GET", "/api/presence", headers=headers).json()["rows"]
    found: str | None = row["rest"]
    return found


def say(server: TestServer, token: str, **fields: Any) -> None:
    answer = server.request(
        "POST", "/api/heartbeat", json=heartbeat_body(**fields), headers=bearer(token)
    )
    assert answer.status_code == 200, answer.text


def test_a_weekend_is_no_failure_and_nothing_is_still_to_come(server: TestServer) -> None:
    token = server.agent_token()
    server.execute("UPDATE agents SET enrolled_at = '2026-11-10'")
    assert (outcomes(server, FRIDAY), outcomes(server, SATURDAY)) == (
        ["unknown"] * 2,
        ["weekend"] * 2,
    )
    assert (outcomes(server, MONDAY), rest_now(server)) == (["open"] * 2, None)

    server.clock.time = NOW - timedelta(days=1)
    say(server, token, timestamp=server.clock.time.isoformat())
    assert (outcomes(server, date(2026, 11, 22)), rest_now(server)) == (["weekend"] * 2, "weekend")


def test_a_device_of_another_week_has_other_days_off(server: TestServer) -> None:
    token = server.agent_token()
    server.execute("UPDATE agents SET enrolled_at = '2026-11-10'")
    say(server, token, health={"working_days": ["sat", "sun"]})

    assert (outcomes(server, SATURDAY), outcomes(server, FRIDAY)) == (
        ["unknown"] * 2,
        ["day_off"] * 2,
    )
    assert (outcomes(server, MONDAY), rest_now(server)) == (["day_off"] * 2, "day_off")


def test_a_day_off_of_a_calendar_is_shown_on_the_day_and_afterwards(server: TestServer) -> None:
    token = server.agent_token()
    server.execute("UPDATE agents SET enrolled_at = '2026-11-10'")
    reason = "no working day (calendar holidays)"
    missed = [{"workday": "2026-11-20", "slot": slot, "reason": reason} for slot in (1, 2)]
    say(server, token, health={"day_off": "2026-11-23"}, missed=missed)

    assert outcomes(server, FRIDAY) == ["day_off", "day_off"]
    assert (outcomes(server, MONDAY), rest_now(server)) == (["day_off"] * 2, "day_off")


def test_a_device_with_a_log_was_at_work_whatever_its_week_is_now(server: TestServer) -> None:
    token = server.agent_token()
    server.execute("UPDATE agents SET enrolled_at = '2026-11-10'")
    saturday = {"workday": "2026-11-21", "timestamp": "2026-11-21T10:00:00Z"}
    assert server.request("POST", "/api/log", **log_request(token, **saturday)).status_code == 201

    assert outcomes(server, SATURDAY) == ["unknown", "log"]
