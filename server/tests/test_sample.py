"""The sample company: the same by seed, plausible, and marked wherever somebody looks."""

import io
from datetime import timedelta
from random import Random  # noqa: TID251 -- made here
from typing import Any

import httpx
import pytest
from PIL import Image

from wfhserver.demo.mail_catcher import mail_catcher
from wfhserver.errors import DemoError
from wfhserver.notifications.mail import MailServer, email_of, send_email
from wfhserver.sample.company import SILENT, Plan, sample_devices
from wfhserver.sample.living import EVERY, LivingCompany
from wfhserver.sample.pictures import SIZE, screen
from wfhserver.settings import Settings
from wfhserver.testing import NOW, TestServer

SMALL = Plan(people=8, days=6)


def test_the_same_seed_makes_the_same_company_and_another_one_another() -> None:
    assert sample_devices(Plan(), NOW) == sample_devices(Plan(), NOW)
    assert sample_devices(Plan(), NOW) != sample_devices(Plan(seed=8), NOW)


def test_the_company_has_the_size_of_its_plan() -> None:
    company = sample_devices(Plan(), NOW)
    teams = [machine.person.team for machine in company]
    worked = [day for machine in company for day in machine.days]
    past = [day for day in worked if day.workday < NOW.date()]

    assert len({machine.person.username for machine in company}) == 40
    assert {teams.count(team) for team in teams} == {8}
    assert len({day.workday for day in worked}) > 20
    for day in worked:
        slots = [log.slot for log in day.logs] + [each.slot for each in day.missed]
        assert sorted(slots) == ([1, 2] if day in past else sorted(slots))
        assert all(log.at <= NOW for log in day.logs)
    assert all(moment <= NOW for machine in company for moment in machine.heartbeats)
    assert sum(len(day.logs) for day in past) > 0.9 * 2 * len(past)
    assert any(day.missed for day in past)


def test_a_screen_is_a_marked_image() -> None:
    content = screen(Random(1), "Sample")
    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, image.size) == ("WEBP", SIZE)
        middle = image.convert("RGB").crop((400, 250, 880, 450))
        reddish = [1 for r, g, b in middle.get_flattened_data() if r > g + 15 and r > b + 15]
    assert len(reddish) > 4000
    assert content == screen(Random(1), "Sample")


def get(server: TestServer, path: str) -> Any:
    answer = server.request("GET", path, headers=server.signed_in(username=path))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_sample_is_shown_like_any_company_and_says_what_it_is(server: TestServer) -> None:
    made = server.sample(SMALL)

    assert get(server, "/api/site")["is_sample"] is True
    presence = get(server, "/api/presence")
    assert sum(presence["counts"].values()) == 9  # One device was set up again.
    assert presence["counts"]["online"] > 2
    assert {row["time_zone"] for row in presence["rows"] if row["last_seen"]} >= {"Europe/Vienna"}
    rows = get(server, "/api/logs?limit=200")["rows"]
    assert len(rows) == made.logs
    shown = next(row for row in rows if row["screenshot_url"])
    detail = get(server, f"/api/logs/{shown['log_id']}")
    assert (detail["extra"], detail["screenshot"]["sample"]) == ({"sample": True}, True)
    headers = server.signed_in(username="viewer")
    for url in (shown["screenshot_url"], shown["thumbnail_url"]):
        assert server.request("GET", url, headers=headers).status_code == 200
    assert made.screenshots == sum(row["screenshot_url"] is not None for row in rows)


@pytest.mark.parametrize("ahead", [0, -2])
def test_the_company_has_part_time_holidays_and_leave_and_works_today(
    server: TestServer, ahead: int
) -> None:
    # A Monday, and a Saturday.
    server.clock.time += timedelta(days=ahead)
    server.sample(Plan(days=20))
    today = server.clock.now().date()
    year = f"first={today.replace(month=1, day=1)}&last={today.replace(month=12, day=31)}"

    schedules = get(server, "/api/schedules")["schedules"]
    rows = get(server, f"/api/planned-days?{year}")["rows"]
    leave = get(server, "/api/leave")["leave"]

    part_time = {each["holder"]["username"] for each in schedules} - {None}
    assert 2 < len(part_time) < 20
    letters = [row["days"][today.timetuple().tm_yday - 1] for row in rows]
    assert letters.count("w") > 30
    assert all(
        row["days"][today.replace(month=12, day=24).timetuple().tm_yday - 1] in "hl" for row in rows
    )
    assert {each["first_day"] > today.isoformat() for each in leave} == {True, False}
    worked = server.rows(
        "SELECT count(*) FROM employee_logs JOIN agents USING (agent_id)"
        " JOIN leave_ranges AS l USING (employee_id)"
        " WHERE workday BETWEEN l.first_day AND l.last_day"
    )
    assert worked == [(0,)]


def test_a_sample_replaces_a_sample_and_nothing_else(server: TestServer) -> None:
    first, second = server.sample(SMALL), server.sample(SMALL)
    assert first == second
    assert server.value("SELECT count(*) FROM employees") == 8

    server.execute("DELETE FROM sample")
    with pytest.raises(DemoError, match="--data"):
        server.sample(SMALL)
    assert server.value("SELECT count(*) FROM employees") == 8


def test_a_sample_keeps_living_while_the_demo_runs(server: TestServer) -> None:
    server.sample(Plan(days=3))
    # Longer than a session lasts.
    server.clock.time += timedelta(hours=8)
    headers = server.signed_in(username="looks")
    server.clock.time -= timedelta(hours=8)

    def online() -> set[str]:
        rows = server.request("GET", "/api/presence", headers=headers).json()["rows"]
        return {row["hostname"] for row in rows if row["state"] == "online"}

    async def begin(connection: Any) -> LivingCompany:
        return await LivingCompany.of(connection, Plan(), server.clock.now())

    async def pass_an_hour(connection: Any, company: LivingCompany) -> None:
        for _ in range(60):
            server.clock.time += EVERY
            await company.go_on(connection, server.clock.time)

    before, hours, company = online(), [], server.sql(begin)
    for _ in range(6):
        server.sql(pass_an_hour, company)
        hours.append(online())

    assert len(before) > 20
    assert all(len(hour) > 0.7 * len(before) for hour in hours)
    # Breaks are taken, and ended.
    assert len({frozenset(hour) for hour in hours}) > 1
    last = server.value("SELECT max(timestamp) FROM employee_heartbeats")
    assert server.clock.time - last < timedelta(minutes=2)


def test_the_alert_of_a_silent_device_arrives_at_the_mail_catcher_of_the_demo(
    server: TestServer,
) -> None:
    with mail_catcher() as catcher:
        empty = httpx.get(catcher.url).text
        server.settings |= {
            "smtp_host": "127.0.0.1",
            "smtp_port": catcher.port,
            "smtp_security": "none",
        }
        server.sample(Plan())
        server.deliver()
        page = httpx.get(catcher.url).text

    silent = sample_devices(Plan(), NOW)[SILENT].person
    assert "No mail yet." in empty
    assert f"Device silent: {silent.display_name} ({silent.hostname})" in page
    assert "To it@example.com" in page
    assert f"To {silent.email}" in page
    assert page.count("<article>") == 2 + (silent.team in ("Engineering", "Support"))
    open_alerts = get(server, "/api/alerts?resolved=false")["rows"]
    assert [each["kind"] for each in open_alerts] == ["device_silent"]
    # The server agrees with the alert when it looks itself.
    server.check_alerts()
    open_alerts = get(server, "/api/alerts?resolved=false&limit=200")["rows"]
    assert silent.username in [each["username"] for each in open_alerts]


def test_a_mail_on_the_page_of_the_demo_is_text(server: TestServer) -> None:
    mail = email_of(
        sender="wfhserver@example.com",
        to=["it@example.com"],
        subject="<script>",
        body="<b>bold</b>",
        message_id="1",
        at=NOW,
    )
    with mail_catcher() as catcher:
        settings = Settings(smtp_host="127.0.0.1", smtp_port=catcher.port, smtp_security="none")
        mail_server = MailServer.of(settings)
        assert mail_server is not None
        send_email(mail_server, mail)
        page = httpx.get(catcher.url).text

    assert "&lt;script&gt;" in page
    assert "<b>" not in page
