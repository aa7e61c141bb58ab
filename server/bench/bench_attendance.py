"""What device activity costs: a month of everybody as CSV, a month of one employee, the count."""

import time
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.client import HTTPConnection
from statistics import median
from typing import Any
from urllib.parse import urlencode

from company import fill
from figures import Figure
from postgres import postgres
from served import served

from wfhserver.models.schedules import COMPANY, Shift
from wfhserver.storage.postgres import schedules
from wfhserver.testing import TestServer

PEOPLE = 10_000
DAYS = 31
ROUNDS = 15
CSV_SECONDS, MONTH_MS, COUNT_SECONDS = 5.0, 50.0, 10.0
# Ten hours of today, of which the hours before count as late.
HEARTBEATS = """
INSERT INTO employee_heartbeats ("timestamp", agent_id, status)
SELECT date_trunc('day', $1::timestamptz) + n * interval '300 s' + agent_id % 300 * interval '1 s',
       agent_id, 1
  FROM generate_series(0, 119) AS n CROSS JOIN agents
"""
COUNTED = """
INSERT INTO attendance_days (employee_id, day, zone, first_seen, last_seen, seconds)
SELECT employee_id, day::date, 'Europe/Vienna', day + interval '8 h', day + interval '18 h', 35000
  FROM employees CROSS JOIN generate_series($1::date - 30, $1::date - 1, interval '1 day') AS day
"""


def figures() -> list[Figure]:
    """Measure over HTTP at one worker, and the count of today in this process."""
    with postgres(datetime.now(UTC)) as server:
        now = server.clock.now()
        server.sql(fill, people=PEOPLE, days=DAYS, now=now)
        server.sql(_store, now)
        counts = [_count(server) for _ in range(3)]
        note = f"today of {PEOPLE:,} employees with {120 * PEOPLE:,} heartbeats, every five minutes"
        count = Figure("attendance.count", median(counts), COUNT_SECONDS, 1.0, "s", "lower", note)
        return [*_answers(server, now), count]


async def _store(connection: Any, now: datetime) -> None:
    week = (*[(Shift(480, 1020),)] * 5, (), ())
    await schedules.add(connection, COMPANY, now.date() - timedelta(days=60), week)
    await connection.execute(HEARTBEATS, now, timeout=600)
    await connection.execute(COUNTED, now.date(), timeout=600)
    await connection.execute(
        "INSERT INTO attendance_count (counted_until) VALUES ($1)", now - timedelta(minutes=5)
    )
    await connection.execute("VACUUM (ANALYZE) employee_heartbeats, attendance_days")


def _count(server: TestServer) -> float:
    begun = time.perf_counter()
    server.count_attendance()
    return time.perf_counter() - begun


def _answers(server: TestServer, now: datetime) -> list[Figure]:
    folder, headers = server.settings["data_directory"], server.signed_in()
    days = {"from": str(now.date() - timedelta(days=DAYS - 1)), "to": str(now.date())}
    with served(folder, server.url or "", workers=1) as (_, port):
        connection = HTTPConnection("127.0.0.1", port)

        def ask(path: str, query: dict[str, str]) -> tuple[float, bytes]:
            begun = time.perf_counter()
            connection.request("GET", f"{path}?{urlencode(query)}", headers=headers)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != HTTPStatus.OK:
                raise RuntimeError(f"{answer.status} came: {content!r}")
            return time.perf_counter() - begun, content

        csv = []
        for _ in range(3):
            taken, content = ask("/api/exports/attendance.csv", days)
            if content.count(b"\r\n") != PEOPLE * DAYS + 1:
                raise RuntimeError("rows are missing")
            csv.append(taken)
        months = [
            ask("/api/attendance", {**days, "employee": str(number)})[0] * 1000
            for number in range(1, ROUNDS + 1)
        ]
        connection.close()
    everybody = f"{PEOPLE:,} employees, {DAYS} days; the promise"
    return [
        Figure("attendance.csv", median(csv), CSV_SECONDS, 1.0, "s", "lower", everybody),
        Figure(
            "attendance.month",
            median(months),
            MONTH_MS,
            1.0,
            "ms",
            "lower",
            f"one of {PEOPLE:,} employees; the promise",
        ),
    ]
