"""Which days and hours are planned for whom: schedules, time zones, holidays, leave."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from wfhserver.models.directory import EmployeeStatus, Profile
from wfhserver.models.schedules import (
    COMPANY,
    DayKind,
    Holder,
    HolidayRegion,
    LeaveRange,
    PlannedDay,
    Schedule,
    Shift,
    Week,
)
from wfhserver.schedules.planned import planned_days
from wfhserver.schedules.public_holidays import public_holidays
from wfhserver.storage.postgres import (
    directory,
    employee_imports,
    holiday_choices,
    leave,
    schedules,
    teams,
)
from wfhserver.testing import NOW, TestServer

MONDAY = date(2026, 11, 23)
WORKING, DAY_OFF, HOLIDAY, LEAVE = DayKind


def week(hours: str, days: range = range(5)) -> Week:
    """Return a week with the hours `09:00-17:00`, or several of them, on these weekdays."""
    shifts = tuple(_shift(each) for each in hours.split())
    return tuple(shifts if day in days else () for day in range(7))


def _shift(text: str) -> Shift:
    begin, end = (int(each[:2]) * 60 + int(each[3:]) for each in text.split("-"))
    return Shift(begin, end if end > begin else end + 24 * 60)


FULL_TIME = week("09:00-17:00")
MORNINGS = week("08:00-12:00", range(4))


class Company:
    """A server with employees, as storage writes them."""

    def __init__(self, server: TestServer) -> None:
        self.server = server
        self.numbers: dict[str, int] = {}
        self.sales = COMPANY

    def add(self, name: str, **profile: Any) -> int:
        numbers = self.server.sql(directory.add, [name], NOW)
        self.numbers.update(numbers)
        self.server.sql(directory.write, {numbers[name]: Profile(**profile)})
        return numbers[name]

    def change(self, name: str, **profile: Any) -> None:
        self.server.sql(directory.write, {self.numbers[name]: Profile(**profile)})

    def team(self, name: str, *members: str) -> Holder:
        team_id, _ = self.server.sql(teams.add, name, NOW), None
        self.server.sql(teams.replace_members, team_id, list(members))
        return Holder(team_id=team_id)

    def own(self, name: str) -> Holder:
        return Holder(employee_id=self.numbers[name])

    def schedule(self, holder: Holder, hours: Week | None, since: date = MONDAY) -> None:
        assert self.server.sql(schedules.add, holder, since, hours) is not None

    def holidays(self, holder: Holder, country: str | None, region: str | None = None) -> None:
        self.server.sql(holiday_choices.set_region, HolidayRegion(holder, country, region))

    def day(self, holder: Holder, day: date, *, is_holiday: bool) -> None:
        self.server.sql(
            holiday_choices.add_change, holder, day, is_holiday=is_holiday, name="Company day"
        )

    def leave(self, name: str, first: date, last: date) -> None:
        self.server.sql(leave.add, [(self.numbers[name], first, last)])

    def days(self, name: str, first: date, count: int = 7) -> list[PlannedDay]:
        found = self.planned(first, count)
        return found.get(self.numbers[name], [])

    def planned(self, first: date, count: int = 7) -> dict[int, list[PlannedDay]]:
        last = first + timedelta(days=count - 1)
        found: dict[int, list[PlannedDay]] = self.server.sql(planned_days, None, first, last)
        return found

    def kinds(self, name: str, first: date, count: int = 7) -> list[DayKind]:
        return [each.kind for each in self.days(name, first, count)]

    def revisions(self) -> dict[str, int]:
        rows = self.server.rows("SELECT username, calendar_revision FROM employees")
        return dict(rows)


@pytest.fixture
def company(server: TestServer) -> Company:
    return Company(server)


def local(day: PlannedDay, zone: str) -> list[tuple[str, str]]:
    return [
        (
            begin.astimezone(ZoneInfo(zone)).strftime("%a %H:%M"),
            end.astimezone(ZoneInfo(zone)).strftime("%a %H:%M"),
        )
        for begin, end in day.hours
    ]


def test_without_a_schedule_nothing_is_planned_for_anybody(company: Company) -> None:
    company.add("anna", country="AT")
    company.holidays(COMPANY, "AT")

    assert company.planned(MONDAY) == {}
    assert company.revisions() == {"anna": 0}


def test_leave_needs_no_schedule(company: Company) -> None:
    company.add("anna")
    company.leave("anna", MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))
    company.add("ben", status=EmployeeStatus.ON_LEAVE)

    days = [MONDAY + timedelta(days=number) for number in range(7)]
    assert company.days("anna", MONDAY) == [PlannedDay(day, LEAVE) for day in days[1:3]]
    assert company.days("ben", MONDAY) == [PlannedDay(day, LEAVE) for day in days]


def test_the_end_of_the_last_leave_is_a_change_too(company: Company) -> None:
    company.add("anna")
    company.leave("anna", MONDAY, MONDAY)
    before = company.revisions()["anna"]
    (one,) = company.server.rows(
        "SELECT leave_id, employee_id, first_day, last_day, feed_id FROM leave_ranges"
    )
    company.server.sql(leave.delete, [LeaveRange(*one)])

    assert company.planned(MONDAY) == {}
    assert company.revisions()["anna"] > before > 0


def test_the_company_s_schedule_is_everybody_s_in_their_own_time_zone(company: Company) -> None:
    company.add("anna", time_zone="Europe/Vienna")
    company.add("ravi", time_zone="Asia/Kolkata")
    company.add("zoe")
    company.schedule(COMPANY, FULL_TIME)

    assert company.kinds("anna", MONDAY) == [WORKING] * 5 + [DAY_OFF] * 2
    begins = {name: company.days(name, MONDAY)[0].hours[0][0] for name in company.numbers}
    assert begins == {
        "anna": datetime(2026, 11, 23, 8, tzinfo=UTC),
        "ravi": datetime(2026, 11, 23, 3, 30, tzinfo=UTC),
        "zoe": datetime(2026, 11, 23, 9, tzinfo=UTC),
    }


def test_without_a_time_zone_the_device_s_holds_and_then_the_server_s(
    company: Company, server: TestServer
) -> None:
    for name in ("anna", "bob", "carol"):
        server.agent_token(name, f"{name}-pc")
    for name, zone in (("anna", "Asia/Kolkata"), ("bob", "Nowhere/Land")):
        server.execute(
            "UPDATE agent_presence SET time_zone = $2 WHERE agent_id ="
            " (SELECT agent_id FROM agents WHERE hostname = $1)",
            f"{name}-pc",
            zone,
        )
    company.schedule(COMPANY, FULL_TIME)

    found = server.sql(planned_days, None, MONDAY, MONDAY, zone=ZoneInfo("America/New_York"))
    names = dict(server.rows("SELECT employee_id, username FROM employees"))
    begins = {names[number]: days[0].hours[0][0].hour for number, days in found.items()}
    assert begins == {"anna": 3, "bob": 14, "carol": 14}


def test_a_person_s_schedule_comes_before_the_team_s_and_that_before_the_company_s(
    company: Company,
) -> None:
    for name in ("anna", "bob", "carol"):
        company.add(name)
    sales = company.team("Sales", "anna", "bob")
    company.schedule(COMPANY, FULL_TIME)
    company.schedule(sales, week("06:00-14:00"))
    company.schedule(company.own("anna"), MORNINGS)

    begins = {name: company.days(name, MONDAY)[0].hours[0][0].hour for name in company.numbers}

    assert begins == {"anna": 8, "bob": 6, "carol": 9}


def test_of_several_teams_the_first_by_name_that_has_a_schedule_counts(company: Company) -> None:
    company.add("anna")
    company.schedule(company.team("Support", "anna"), week("06:00-14:00"))
    company.schedule(company.team("Night watch", "anna"), week("22:00-06:00"))
    company.team("Admins", "anna")

    assert company.days("anna", MONDAY)[0].hours[0][0].hour == 22


def test_a_schedule_holds_from_its_date_until_the_next_one(company: Company) -> None:
    company.add("anna")
    company.schedule(COMPANY, FULL_TIME, MONDAY + timedelta(days=1))
    company.schedule(company.own("anna"), MORNINGS, MONDAY + timedelta(days=2))
    company.schedule(company.own("anna"), None, MONDAY + timedelta(days=3))

    days = company.days("anna", MONDAY, 4)

    assert [(each.day.day, each.hours[0][0].hour) for each in days] == [(24, 9), (25, 8), (26, 9)]


def test_a_night_shift_belongs_to_the_day_on_which_it_begins(company: Company) -> None:
    company.add("zoe", time_zone="America/New_York")
    company.schedule(COMPANY, week("22:00-06:00", range(7)), date(2026, 3, 1))
    zone = "America/New_York"

    spring = company.days("zoe", date(2026, 3, 7), 2)
    autumn = company.days("zoe", date(2026, 10, 31), 2)

    assert local(spring[0], zone) == [("Sat 22:00", "Sun 06:00")]
    lengths = [end - begin for day in (*spring, *autumn) for begin, end in day.hours]
    assert lengths == [timedelta(hours=each) for each in (7, 8, 9, 8)]


def test_a_shift_in_an_hour_that_the_clock_leaves_out_is_empty(company: Company) -> None:
    company.add("zoe", time_zone="America/New_York")
    company.schedule(COMPANY, week("02:00-03:00", range(7)), date(2026, 3, 1))

    kinds = company.kinds("zoe", date(2026, 3, 7), 3)

    assert kinds == [WORKING, DAY_OFF, WORKING]


def test_four_mornings_in_kolkata_are_in_the_utc_night(company: Company) -> None:
    company.add("ravi", time_zone="Asia/Kolkata")
    company.schedule(company.own("ravi"), MORNINGS)

    days = company.days("ravi", MONDAY)

    assert [each.kind for each in days] == [WORKING] * 4 + [DAY_OFF] * 3
    assert days[0].hours == (
        (datetime(2026, 11, 23, 2, 30, tzinfo=UTC), datetime(2026, 11, 23, 6, 30, tzinfo=UTC)),
    )


def test_a_day_may_have_several_shifts(company: Company) -> None:
    company.add("anna")
    company.schedule(COMPANY, week("08:00-12:00 13:00-17:00"))

    assert local(company.days("anna", MONDAY)[0], "UTC") == [
        ("Mon 08:00", "Mon 12:00"),
        ("Mon 13:00", "Mon 17:00"),
    ]


def test_holidays_are_those_of_country_and_region(company: Company) -> None:
    for name, country, region in (
        ("anna", "AT", "9"),
        ("clara", "US", None),
        ("dirk", "DE", "SN"),
        ("eva", "DE", "BE"),
        ("ravi", "QQ", None),
    ):
        company.add(name, country=country, region=region)
    company.schedule(COMPANY, week("09:00-17:00", range(7)), date(2026, 1, 1))

    def holidays(name: str) -> list[str]:
        days = company.days(name, date(2026, 11, 1), 56)
        return [f"{each.day:%m-%d}" for each in days if each.kind is HOLIDAY]

    assert holidays("anna") == ["11-01", "12-08", "12-25", "12-26"]
    assert holidays("clara") == ["11-11", "11-26", "12-25"]
    # The Day of Repentance and Prayer is a holiday in Saxony alone.
    assert holidays("dirk") == ["11-18", "12-25", "12-26"]
    assert holidays("eva") == ["12-25", "12-26"]
    assert holidays("ravi") == []


def test_a_chosen_region_comes_before_the_profile_s_and_that_before_the_company_s(
    company: Company,
) -> None:
    christmas = date(2026, 12, 25)
    thanksgiving = date(2026, 11, 26)
    for name in ("anna", "bob"):
        company.add(name, country="US")
    company.add("carol", country="US")
    company.add("dirk")
    company.team("Sales", "anna", "bob")
    sales = Holder(team_id=company.server.value("SELECT team_id FROM teams"))
    company.schedule(COMPANY, FULL_TIME)
    company.holidays(COMPANY, "DE")
    company.holidays(sales, "AT")
    company.holidays(company.own("anna"), None)

    found = {
        name: [company.kinds(name, day, 1)[0] is HOLIDAY for day in (thanksgiving, christmas)]
        for name in company.numbers
    }

    assert found == {
        "anna": [False, False],
        "bob": [False, True],
        "carol": [True, True],
        "dirk": [False, True],
    }


def test_days_are_added_and_removed_by_the_most_specific_who_has_them(company: Company) -> None:
    christmas_eve, christmas = date(2026, 12, 24), date(2026, 12, 25)
    for name in ("anna", "bob", "carol"):
        company.add(name, country="AT")
    sales = company.team("Sales", "anna", "bob")
    company.schedule(COMPANY, FULL_TIME)
    company.day(COMPANY, christmas_eve, is_holiday=True)
    company.day(sales, christmas, is_holiday=False)
    company.day(company.own("anna"), christmas_eve, is_holiday=False)

    found = {name: company.kinds(name, christmas_eve, 2) for name in company.numbers}

    assert found == {
        "anna": [WORKING, WORKING],
        "bob": [HOLIDAY, WORKING],
        "carol": [HOLIDAY, HOLIDAY],
    }


def test_leave_comes_before_holidays_and_weekends(company: Company) -> None:
    company.add("anna", country="US")
    company.add("bob")
    company.schedule(COMPANY, FULL_TIME)
    company.leave("anna", date(2026, 11, 25), date(2026, 11, 28))

    assert company.kinds("anna", MONDAY) == [WORKING] * 2 + [LEAVE] * 4 + [DAY_OFF]
    assert company.kinds("bob", MONDAY) == [WORKING] * 5 + [DAY_OFF] * 2
    assert all(not each.hours for each in company.days("anna", MONDAY)[2:])


def test_somebody_on_leave_has_leave_each_day_and_nothing_is_planned_for_who_left(
    company: Company,
) -> None:
    company.add("anna", status=EmployeeStatus.ON_LEAVE)
    company.add("bob", status=EmployeeStatus.LEFT)
    company.schedule(COMPANY, FULL_TIME)

    assert company.kinds("anna", MONDAY) == [LEAVE] * 7
    assert [*company.planned(MONDAY)] == [company.numbers["anna"]]


def test_only_those_who_are_asked_for_are_planned(company: Company) -> None:
    numbers = [company.add(name) for name in ("anna", "bob")]
    company.schedule(COMPANY, FULL_TIME)

    found = company.server.sql(planned_days, numbers[1:], MONDAY, MONDAY)

    assert [*found] == numbers[1:]


def test_a_year_of_three_people_has_the_right_days_and_hours(company: Company) -> None:
    people = {
        "vienna": ("Europe/Vienna", "AT", week("09:00-17:00"), ("09:00", "17:00")),
        "kolkata": ("Asia/Kolkata", "IN", MORNINGS, ("08:00", "12:00")),
        "new york": ("America/New_York", "US", week("22:00-06:00", range(7)), ("22:00", "06:00")),
    }
    for name, (zone, country, hours, _) in people.items():
        company.add(name, time_zone=zone, country=country)
        company.schedule(company.own(name), hours, date(2026, 1, 1))
    company.leave("vienna", date(2026, 7, 6), date(2026, 7, 19))

    found = company.planned(date(2026, 1, 1), 365)

    for name, (zone, country, hours, (begin, end)) in people.items():
        days = found[company.numbers[name]]
        assert [each.day for each in days] == [
            date(2026, 1, 1) + timedelta(days=n) for n in range(365)
        ]
        for each in days:
            public = each.day in public_holidays(country, None, 2026)
            on_leave = name == "vienna" and date(2026, 7, 6) <= each.day <= date(2026, 7, 19)
            usual = WORKING if hours[each.day.weekday()] else DAY_OFF
            assert each.kind is (LEAVE if on_leave else HOLIDAY if public else usual)
            assert bool(each.hours) == (each.kind is WORKING)
            for start, stop in each.hours:
                local_times = [moment.astimezone(ZoneInfo(zone)) for moment in (start, stop)]
                assert [f"{moment:%H:%M}" for moment in local_times] == [begin, end]
                assert local_times[0].date() == each.day
    lengths = {
        name: sorted({(stop - start).seconds // 3600 for each in found[number]
                      for start, stop in each.hours})
        for name, number in company.numbers.items()
    }  # fmt: skip
    # In two nights the clock is put forward, and back.
    assert lengths == {"vienna": [8], "kolkata": [4], "new york": [7, 8, 9]}


def _schedule_of(company: Company, holder: Holder) -> Schedule:
    found: list[Schedule] = company.server.sql(schedules.all_schedules)
    return next(each for each in found if each.holder == holder)


Change = Callable[[Company], Any]
CHANGES: dict[str, tuple[Change, set[str]]] = {
    "the company's schedule": (
        lambda it: it.schedule(COMPANY, MORNINGS, MONDAY + timedelta(days=7)),
        {"anna", "bob", "carol"},
    ),
    "a team's schedule": (
        lambda it: it.schedule(it.sales, MORNINGS),
        {"anna", "bob"},
    ),
    "a person's schedule": (lambda it: it.schedule(it.own("anna"), MORNINGS), {"anna"}),
    "the last schedule removed": (
        lambda it: it.server.sql(schedules.delete, _schedule_of(it, COMPANY)),
        {"anna", "bob", "carol"},
    ),
    "a week that changed": (
        lambda it: it.server.sql(schedules.change, _schedule_of(it, COMPANY), MORNINGS),
        {"anna", "bob", "carol"},
    ),
    "holidays of a team": (
        lambda it: it.holidays(it.sales, "AT"),
        {"anna", "bob"},
    ),
    "a day of a person": (
        lambda it: it.day(it.own("carol"), MONDAY, is_holiday=True),
        {"carol"},
    ),
    "leave": (lambda it: it.leave("bob", MONDAY, MONDAY), {"bob"}),
    "another time zone": (lambda it: it.change("carol", time_zone="Asia/Kolkata"), {"carol"}),
    "members of a team": (
        lambda it: it.server.sql(teams.replace_members, it.sales.team_id, ["bob", "carol"]),
        {"anna", "carol"},
    ),
    "a team that is deleted": (
        lambda it: it.server.sql(teams.delete, it.sales.team_id),
        {"anna", "bob"},
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_can_change_planned_days_adds_to_the_revision_of_those_it_concerns(
    company: Company, name: str
) -> None:
    for each in ("anna", "bob", "carol"):
        company.add(each)
    company.sales = company.team("Sales", "anna", "bob")
    company.schedule(COMPANY, FULL_TIME)
    before = company.revisions()
    change, concerned = CHANGES[name]

    change(company)

    after = company.revisions()
    assert {each for each in after if after[each] > before[each]} == concerned
    assert set(before.values()) == {1}


def test_the_undo_of_an_import_is_a_change(company: Company) -> None:
    number = company.add("anna")
    company.schedule(COMPANY, FULL_TIME)
    company.server.sql(employee_imports.begin, "user:admin", NOW, [number])

    company.server.sql(employee_imports.undo, [number], [])

    assert company.revisions() == {"anna": 2}
