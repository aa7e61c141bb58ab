"""Device activity of a day is counted from heartbeats, whenever and in whatever order they come."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from random import Random  # noqa: TID251 -- made here

import httpx

from wfhserver.models.directory import Profile
from wfhserver.storage.postgres import directory
from wfhserver.storage.postgres.attendance_count import count_all_again, exclusive_count
from wfhserver.storage.postgres.connection import Database
from wfhserver.testing import NOW, TestServer, bearer, heartbeat_body

MINUTE = timedelta(minutes=1)
MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
Row = tuple[date, str, str, int]


def every(minutes: float, begin: datetime, count: int) -> list[datetime]:
    return [begin + minutes * n * MINUTE for n in range(count)]


def send(
    server: TestServer,
    token: str,
    moments: Iterable[datetime],
    hostname: str = "laptop-7",
    **facts: object,
) -> None:
    beats = [heartbeat_body(timestamp=at.isoformat(), hostname=hostname, **facts) for at in moments]

    async def scenario(client: httpx.AsyncClient) -> None:
        for begin in range(0, len(beats), 100):
            body = beats[begin : begin + 100]
            answer = await client.post("/api/heartbeat", json=body, headers=bearer(token))
            assert answer.status_code == 200, answer.text

    server.run(scenario)


def days(server: TestServer) -> list[Row]:
    """Return day, first and last heartbeat of that day's zone, and minutes."""
    server.count_attendance()
    return stored(server)


def stored(server: TestServer) -> list[Row]:
    found = server.rows(
        "SELECT day, to_char(first_seen AT TIME ZONE zone, 'HH24:MI'),"
        " to_char(last_seen AT TIME ZONE zone, 'HH24:MI'), seconds FROM attendance_days"
        " ORDER BY employee_id, day"
    )
    return [(row[0], row[1], row[2], row[3] // 60) for row in found]


def test_time_between_heartbeats_counts_unless_it_is_longer_than_two_intervals(
    server: TestServer,
) -> None:
    token = server.agent_token()
    # An hour; a lunch of an hour; half an hour, with one heartbeat lost.
    afternoon = [MORNING + n * MINUTE for n in (120, 125, 135, 140, 145, 150)]
    send(server, token, [*every(5, MORNING, 13), *afternoon])

    assert days(server) == [(date(2026, 11, 23), "08:00", "10:30", 90)]


def test_one_heartbeat_alone_is_a_day_without_duration(server: TestServer) -> None:
    send(server, server.agent_token(), [MORNING])

    assert days(server) == [(date(2026, 11, 23), "08:00", "08:00", 0)]


def test_two_devices_of_an_employee_at_once_count_once(server: TestServer) -> None:
    first, second = server.agent_token(), server.agent_token(hostname="desktop-1")
    send(server, first, every(5, MORNING, 13))
    send(server, second, every(5, MORNING + 32 * MINUTE, 13), hostname="desktop-1")

    assert days(server) == [(date(2026, 11, 23), "08:00", "09:32", 92)]


def test_an_agent_with_a_longer_interval_is_measured_by_that(server: TestServer) -> None:
    token = server.agent_token()
    send(server, token, every(15, MORNING, 5), health={"heartbeat_seconds": 900})

    assert days(server) == [(date(2026, 11, 23), "08:00", "09:00", 60)]


def test_a_day_begins_at_midnight_of_the_employee(server: TestServer) -> None:
    token = server.agent_token()
    # 23:58 to 00:28 in Kolkata.
    evening = datetime(2026, 11, 22, 18, 28, tzinfo=UTC)
    send(server, token, every(5, evening, 7), time_zone="Asia/Kolkata")

    assert days(server) == [
        (date(2026, 11, 22), "23:58", "23:58", 2),
        (date(2026, 11, 23), "00:03", "00:28", 28),
    ]


def test_a_day_of_twenty_three_hours_is_counted_whole(server: TestServer) -> None:
    server.clock.time = datetime(2027, 3, 29, 12, 0, tzinfo=UTC)
    saturday = datetime(2027, 3, 27, 23, 0, tzinfo=UTC)
    token = server.agent_token()
    send(server, token, every(5, saturday, 12 * 23 + 1), time_zone="Europe/Vienna")

    sunday = days(server)[0]

    assert sunday == (date(2027, 3, 28), "00:00", "23:55", 23 * 60)


def test_heartbeats_that_come_days_later_change_their_day(server: TestServer) -> None:
    token = server.agent_token()
    monday = every(5, MORNING, 7)
    send(server, token, monday)
    assert days(server) == [(date(2026, 11, 23), "08:00", "08:30", 30)]

    server.clock.pause(3 * 86400)
    server.count_attendance()
    send(server, token, every(5, MORNING + 35 * MINUTE, 6))

    assert days(server)[0] == (date(2026, 11, 23), "08:00", "09:00", 60)


def test_a_mark_is_forgotten_when_its_day_was_counted(server: TestServer) -> None:
    send(server, server.agent_token(), [NOW - timedelta(days=2)])
    assert server.value("SELECT count(*) FROM attendance_late") == 1

    server.clock.pause(300)
    server.count_attendance()

    assert server.value("SELECT count(*) FROM attendance_late") == 0


def test_heartbeats_in_time_leave_no_mark(server: TestServer) -> None:
    send(server, server.agent_token(), every(5, NOW - 55 * MINUTE, 11))

    assert server.value("SELECT count(*) FROM attendance_late") == 0


def test_whatever_comes_when_days_are_in_the_end_as_if_counted_once(server: TestServer) -> None:
    rng = Random(20)
    tokens = {name: server.agent_token(hostname=name) for name in ("laptop-7", "desktop-1")}
    begin = NOW - timedelta(days=3)
    beats = [
        (name, begin + minute * MINUTE)
        for name in tokens
        for minute in range(0, 3 * 24 * 60, 5)
        if rng.random() < 0.7
    ]
    # Most come at once, others up to a day later.
    arrivals = sorted(
        (at + timedelta(hours=rng.choice((0, 0, 0, 0.5, 1, 3, 24))), name, at) for name, at in beats
    )
    for hour in range(0, 4 * 24 + 1, 8):
        server.clock.time = begin + timedelta(hours=hour)
        due = [each for each in arrivals if hour - 8 < (each[0] - begin) / (60 * MINUTE) <= hour]
        for name, token in tokens.items():
            moments = [at for _, by, at in due if by == name]
            if moments:
                send(server, token, moments, hostname=name, time_zone="America/New_York")
        if rng.random() < 0.6:
            server.count_attendance()
    step_by_step = days(server)

    server.execute("DELETE FROM attendance_days")
    server.sql(count_all_again)

    assert len(step_by_step) == 4
    assert days(server) == step_by_step


def test_days_are_counted_again_when_a_profile_gets_another_zone(server: TestServer) -> None:
    send(server, server.agent_token(), every(5, MORNING, 13))
    assert days(server) == [(date(2026, 11, 23), "08:00", "09:00", 60)]

    alice = server.value("SELECT employee_id FROM employees")
    server.sql(directory.write, {alice: Profile(time_zone="Pacific/Kiritimati")})

    assert days(server) == [(date(2026, 11, 23), "22:00", "23:00", 60)]


def test_one_worker_counts_at_a_time(server: TestServer) -> None:
    send(server, server.agent_token(), [MORNING])

    async def main() -> None:
        database = Database(server.url or "", connections=2)
        async with exclusive_count(database) as first, exclusive_count(database) as second:
            assert first is not None
            assert second is None

    asyncio.run(main())
