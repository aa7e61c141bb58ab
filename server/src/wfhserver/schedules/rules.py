"""Which schedule and which holidays hold for somebody: own over team over company. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from wfhserver.models.schedules import (
    COMPANY,
    Holder,
    HolidayChange,
    HolidayRegion,
    PlannedEmployee,
    Schedule,
    Week,
)
from wfhserver.schedules.public_holidays import public_holidays

Holders = tuple[Holder, ...]


class Rules:
    """The schedules, holiday regions and changed days of the company on some days in a row."""

    def __init__(
        self,
        days: Sequence[date],
        schedules: Sequence[Schedule],
        regions: Sequence[HolidayRegion],
        changes: Sequence[HolidayChange],
    ) -> None:
        """*schedules* are in the order of their dates."""
        self._days = days
        self._schedules: dict[Holder, list[Schedule]] = defaultdict(list)
        for each in schedules:
            self._schedules[each.holder].append(each)
        self._regions = {each.holder: each for each in regions}
        self._changes: dict[Holder, dict[date, bool]] = defaultdict(dict)
        for change in changes:
            self._changes[change.holder][change.day] = change.is_holiday
        self._holidays: dict[tuple[Holders, str | None, str | None], frozenset[date]] = {}

    def holders_of(self, employee: PlannedEmployee) -> Holders:
        """Return those of the employee's holders that have any rule, the most specific first."""
        wanted = (
            Holder(employee_id=employee.employee_id),
            *(Holder(team_id=team_id) for team_id in employee.team_ids),
            COMPANY,
        )
        return tuple(
            holder
            for holder in wanted
            if holder in self._schedules or holder in self._regions or holder in self._changes
        )

    def weeks(self, holders: Holders) -> list[Week | None]:
        """Return the week that holds on each of the days; None where there is no schedule."""
        found: list[Week | None] = [None] * len(self._days)
        for holder in reversed(holders):
            for begin, end, week in self._spans(self._schedules.get(holder, [])):
                found[begin:end] = [week] * (end - begin)
        return found

    def _spans(self, schedules: list[Schedule]) -> Iterator[tuple[int, int, Week]]:
        """Yield from which day to before which one a week holds."""
        count = len(self._days)
        begins = [min(max((each.valid_from - self._days[0]).days, 0), count) for each in schedules]
        for each, (begin, end) in zip(schedules, pairwise([*begins, count]), strict=True):
            if each.week is not None:
                yield begin, end, each.week

    def holidays(
        self, holders: Holders, country: str | None, region: str | None
    ) -> frozenset[date]:
        """Return which days are holidays; *country* and *region* are those of the profile."""
        holders = tuple(each for each in holders if each in self._regions or each in self._changes)
        key = (holders, country, region)
        if key not in self._holidays:
            self._holidays[key] = frozenset(self._find_holidays(*key))
        return self._holidays[key]

    def _find_holidays(
        self, holders: Holders, country: str | None, region: str | None
    ) -> Iterator[date]:
        choice = next(self._choices(holders, country, region), None)
        changes: dict[date, bool] = {}
        for holder in reversed(holders):
            changes.update(self._changes.get(holder, {}))
        for day in self._days:
            is_holiday = changes.get(day)
            if is_holiday is None and choice is not None and choice.country is not None:
                is_holiday = day in public_holidays(choice.country, choice.region, day.year)
            if is_holiday:
                yield day

    def _choices(
        self, holders: Holders, country: str | None, region: str | None
    ) -> Iterator[HolidayRegion]:
        """Yield the choices, the most specific first; the profile is before the company."""
        for holder in holders:
            if holder in self._regions and holder != COMPANY:
                yield self._regions[holder]
        if country is not None:
            yield HolidayRegion(COMPANY, country, region)
        if COMPANY in self._regions:
            yield self._regions[COMPANY]
