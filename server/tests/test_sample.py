"""The sample company: the same by seed, plausible, and marked wherever somebody looks."""

import io
from datetime import timedelta
from random import Random  # noqa: TID251 -- made here
from typing import Any

import pytest
from PIL import Image

from wfhserver.errors import DemoError
from wfhserver.sample.company import Plan, machines
from wfhserver.sample.living import EVERY, LivingCompany
from wfhserver.sample.pictures import SIZE, screen
from wfhserver.testing import NOW, TestServer

SMALL = Plan(people=8, days=6)


def test_the_same_seed_makes_the_same_company_and_another_one_another() -> None:
    assert machines(Plan(), NOW) == machines(Plan(), NOW)
    assert machines(Plan(), NOW) != machines(Plan(seed=8), NOW)


def test_the_company_is_as_large_as_it_is_said_to_be() -> None:
    company = machines(Plan(), NOW)
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


def test_a_screen_is_a_picture_and_marked() -> None:
    content = screen(Random(1), "Sample")
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.size) == ("WEBP", SIZE)
        middle = picture.convert("RGB").crop((400, 250, 880, 450))
        reddish = [1 for r, g, b in middle.get_flattened_data() if r > g + 15 and r > b + 15]
    assert len(reddish) > 4000
    assert content == screen(Random(1), "Sample")


def told(house: TestServer, path: str) -> Any:
    answer = house.ask("GET", path, headers=house.signed_in(username=path))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_sample_is_shown_like_any_company_and_says_what_it_is(house: TestServer) -> None:
    made = house.sample(SMALL)

    assert told(house, "/api/site")["is_sample"] is True
    presence = told(house, "/api/presence")
    assert sum(presence["counts"].values()) == 9  # One machine was set up anew.
    assert presence["counts"]["online"] > 2
    assert {row["time_zone"] for row in presence["rows"] if row["last_seen"]} >= {"Europe/Vienna"}
    rows = told(house, "/api/logs?limit=200")["rows"]
    assert len(rows) == made.logs
    shown = next(row for row in rows if row["screenshot_url"])
    detail = told(house, f"/api/logs/{shown['log_id']}")
    assert (detail["extra"], detail["screenshot"]["sample"]) == ({"sample": True}, True)
    headers = house.signed_in(username="viewer")
    for url in (shown["screenshot_url"], shown["thumbnail_url"]):
        assert house.ask("GET", url, headers=headers).status_code == 200
    assert made.screenshots == sum(row["screenshot_url"] is not None for row in rows)


def test_a_sample_replaces_a_sample_and_nothing_else(house: TestServer) -> None:
    first, second = house.sample(SMALL), house.sample(SMALL)
    assert first == second
    assert house.value("SELECT count(*) FROM employees") == 8

    house.execute("DELETE FROM sample")
    with pytest.raises(DemoError, match="--data"):
        house.sample(SMALL)
    assert house.value("SELECT count(*) FROM employees") == 8


def test_a_sample_keeps_living_while_the_demo_runs(house: TestServer) -> None:
    house.sample(Plan(days=3))
    # Longer than a session lasts.
    house.clock.time += timedelta(hours=8)
    headers = house.signed_in(username="looks")
    house.clock.time -= timedelta(hours=8)

    def online() -> set[str]:
        rows = house.ask("GET", "/api/presence", headers=headers).json()["rows"]
        return {row["hostname"] for row in rows if row["state"] == "online"}

    async def begin(connection: Any) -> LivingCompany:
        return await LivingCompany.of(connection, Plan(), house.clock.now())

    async def pass_an_hour(connection: Any, company: LivingCompany) -> None:
        for _ in range(60):
            house.clock.time += EVERY
            await company.go_on(connection, house.clock.time)

    before, hours, company = online(), [], house.sql(begin)
    for _ in range(6):
        house.sql(pass_an_hour, company)
        hours.append(online())

    assert len(before) > 20
    assert all(len(hour) > 0.7 * len(before) for hour in hours)
    # Breaks are taken, and ended.
    assert len({frozenset(hour) for hour in hours}) > 1
    last = house.value("SELECT max(timestamp) FROM employee_heartbeats")
    assert house.clock.time - last < timedelta(minutes=2)
