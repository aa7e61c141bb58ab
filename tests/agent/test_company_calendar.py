"""The company's calendar: the agent gets it, keeps it, and only ever collects less by it."""

from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
from tests.agent.loopback import MONDAY, LoopbackServer, MakeAgent, let_pass

from wfhagent.cli.status import screen
from wfhagent.plugin import ParcelKind
from wfhagent.settings import Settings
from wfhagent.status import COMPANY_CALENDAR, ComingDayOff, Status, read_status
from wfhagent.testing import StaticClock
from wfhagent.tray.view import State, look_at

MIDNIGHT = MONDAY.replace(hour=0)


def at(hour: float, day: int = 0) -> datetime:
    """Return a time of Monday, November 23, 2026, or so many days later."""
    return MIDNIGHT + timedelta(days=day, hours=hour)


def status_of(folder: Path) -> Status:
    status = read_status(folder / "data" / "status.json")
    assert status is not None
    return status


def taken(server: LoopbackServer) -> list[datetime]:
    return [datetime.fromisoformat(log["timestamp"]) for log in server.logs]


def calls(server: LoopbackServer, kind: ParcelKind) -> list[datetime]:
    return [when for when, which in server.calls if which is kind]


def test_both_logs_come_within_the_hours_of_the_calendar(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    server.plan((at(13), at(17)))
    let_pass(make_agent(), clock, until=at(23))

    assert len(server.logs) == 2
    assert all(at(13) <= moment < at(17) for moment in taken(server))
    assert len(calls(server, ParcelKind.CALENDAR)) == 1


def test_on_a_day_off_of_the_company_no_log_is_taken_and_the_employee_sees_who_says_so(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer, tmp_path: Path
):
    server.plan((at(9, day=1), at(17, day=1)))
    agent = make_agent()
    let_pass(agent, clock, until=at(20))

    assert server.logs == []
    status = status_of(tmp_path)
    assert status.day_off == "a day off in your company's calendar"
    assert status.days_off[0] == ComingDayOff(day=date(2026, 11, 23), calendar=COMPANY_CALENDAR)
    # Not the weekend, which agent.toml says already.
    assert [each.day.day for each in status.days_off] == [23, 25, 26, 27]
    shown = screen(status, clock.now())
    assert "no log is taken today: a day off in your company's calendar" in shown
    assert "Monday, November 23 (company calendar); Wednesday, November 25 (company" in shown
    look = look_at(status, clock.now())
    assert look.state is State.PAUSED
    assert look.sentence == "Connected; a day off in your company's calendar"

    let_pass(agent, clock, until=at(20, day=1))
    assert len(server.logs) == 2


def test_the_server_learns_that_a_log_is_missing_because_of_its_own_calendar(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    server.plan((at(9), at(17)))
    agent = make_agent()
    let_pass(agent, clock, until=at(18))
    clock.advance(2 * 86_400)
    let_pass(agent, clock, until=clock.now() + timedelta(minutes=10))
    missed = [slot for heartbeat in server.heartbeats for slot in heartbeat.get("missed", ())]
    assert {slot["reason"] for slot in missed} == {"no working day (company calendar)"}


def test_hours_added_by_the_server_are_not_used(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    # Sunday, and the night: agent.toml has Monday to Friday from 08:00 to 22:00.
    clock.advance(-86_400)
    server.plan((at(0, day=-1), at(24, day=-1)))
    let_pass(make_agent(), clock, until=at(0))

    assert server.logs == []


def test_a_new_calendar_takes_effect_with_the_next_heartbeat_and_draws_again(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    server.plan((at(20), at(22)))
    agent = make_agent()
    let_pass(agent, clock, until=at(9))
    server.plan((at(9), at(11)), revision=2)
    let_pass(agent, clock, until=at(22))

    assert len(server.logs) == 2
    assert all(at(9) <= moment < at(11) for moment in taken(server))
    assert len(calls(server, ParcelKind.CALENDAR)) == 2


def test_offline_the_last_calendar_holds_also_after_a_restart(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    server.plan((at(13), at(17)), (at(13, day=1), at(14, day=1)))
    agent = make_agent()
    let_pass(agent, clock, until=at(7))
    agent.__exit__(None, None, None)
    server.down = True
    again = make_agent()
    let_pass(again, clock, until=at(23, day=1))
    server.down = False
    let_pass(again, clock, until=clock.now() + timedelta(minutes=20))

    moments = taken(server)
    assert len(moments) == 4
    assert all(at(13) <= moment < at(17) for moment in moments[:2])
    assert all(at(13, day=1) <= moment < at(14, day=1) for moment in moments[2:])


def test_the_calendar_of_another_employee_is_not_used(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer, tmp_path: Path
):
    server.plan()
    agent = make_agent()
    let_pass(agent, clock, until=at(7))
    agent.__exit__(None, None, None)
    file = tmp_path / "data" / "company-calendar.json"
    stored = msgspec.json.decode(file.read_bytes())
    assert stored["username"] == "alice"
    file.write_bytes(msgspec.json.encode({**stored, "username": "bob"}))
    server.calendar = None
    let_pass(make_agent(), clock, until=at(22))

    assert len(server.logs) == 2


def test_a_damaged_file_is_fetched_again(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer, tmp_path: Path
):
    server.plan()
    agent = make_agent()
    let_pass(agent, clock, until=at(7))
    agent.__exit__(None, None, None)
    (tmp_path / "data" / "company-calendar.json").write_bytes(b"\0\0")
    let_pass(make_agent(), clock, until=at(22))

    assert server.logs == []
    assert len(calls(server, ParcelKind.CALENDAR)) == 2


def test_an_answer_that_is_no_calendar_changes_nothing_and_is_not_asked_for_all_the_time(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    server.plan()
    assert server.calendar is not None
    server.calendar["working_hours"] = [{"start": "soon", "end": "2026-11-23T10:00:00"}]
    let_pass(make_agent(), clock, until=at(8))

    assert len(calls(server, ParcelKind.CALENDAR)) == 1
    let_pass(make_agent(folder="other"), clock, until=at(22))
    assert server.logs


def test_the_calendar_is_fetched_again_each_day(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    server.plan()
    agent = make_agent()
    for day in range(4):
        assert server.calendar is not None
        server.plan()
        let_pass(agent, clock, until=at(7, day=day))

    assert len(calls(server, ParcelKind.CALENDAR)) == 4


def test_with_only_in_working_hours_nothing_is_sent_outside(
    make_agent: MakeAgent,
    clock: StaticClock,
    server: LoopbackServer,
    settings: Settings,
    tmp_path: Path,
):
    quiet = msgspec.structs.replace(
        settings,
        heartbeat=msgspec.structs.replace(settings.heartbeat, only_in_working_hours=True),
    )
    agent = make_agent(changed=quiet)
    let_pass(agent, clock, until=at(7.9))
    assert server.calls == []
    assert status_of(tmp_path).rests
    assert "nothing is collected or sent outside working hours" in screen(
        status_of(tmp_path), clock.now()
    )

    let_pass(agent, clock, until=at(30))
    sent = [when for when, _kind in server.calls]
    assert sent
    assert all(at(8) <= when < at(22) for when in sent)
    assert len(server.logs) == 2
    silent = server.heartbeats[-1]["health"]["silent"]
    assert datetime.fromisoformat(silent["from"]) == at(22)
    assert datetime.fromisoformat(silent["until"]) == at(8, day=1)


def test_the_server_may_ask_for_silence_outside_working_hours(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    server.plan((at(9), at(12)), (at(13), at(15)), (at(9, day=1), at(12, day=1)), only=True)
    agent = make_agent()
    let_pass(agent, clock, until=at(23, day=1))

    sent = [when for when, _kind in server.calls if when >= at(6.5)]
    in_hours = [
        at(9) <= when < at(12) or at(13) <= when < at(15) or at(9, day=1) <= when < at(12, day=1)
        for when in sent
    ]
    assert len(sent) > 90
    assert all(in_hours)
