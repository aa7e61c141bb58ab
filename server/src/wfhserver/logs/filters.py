"""The filters for logs, and whether they can be met: for pages and for exports."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from wfhserver.days import ONE_DAY, RetentionCalendar
from wfhserver.errors import Code, Refusal
from wfhserver.facts.conditions import read_condition, without_value
from wfhserver.facts.inventory import read_inventory
from wfhserver.facts.queries import FactFilters, FactNames
from wfhserver.inputs import Day, Input, Number, Text
from wfhserver.messages import N_, _
from wfhserver.models.users import User
from wfhserver.storage.postgres import holds
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.fact_conditions import path_in_document
from wfhserver.storage.postgres.log_pages import LogFilter
from wfhserver.visible_agents import visible_agents


class ScreenshotFilter(StrEnum):
    """Logs with a screenshot, without one, or both."""

    ANY = "any"
    TAKEN = "taken"
    NONE = "none"


_HAS_SCREENSHOT = {
    ScreenshotFilter.ANY: None,
    ScreenshotFilter.TAKEN: True,
    ScreenshotFilter.NONE: False,
}


@dataclass(frozen=True)
class Label:
    """Annotates a filter with its name for readers of a PDF."""

    message: str


class HeartbeatQuery(Input):
    """Filters of people and days. *employee* is a name or a number; the days are workdays.

    A filter is one field: the pages, the audit log and the exports take it from here.
    """

    employee: Annotated[Text | None, Label(N_("employee"))] = None
    team: Annotated[Number | None, Label(N_("team"))] = None
    first: Annotated[Day | None, Label(N_("from"))] = Field(default=None, validation_alias="from")
    last: Annotated[Day | None, Label(N_("to"))] = Field(default=None, validation_alias="to")

    def audit_details(self, people: Iterable[int]) -> dict[str, Any]:
        """Return the filters that are set; *people* are found, and replace a name.

        A name could not be erased there.
        """
        found = self.model_dump(include=_FILTERS, exclude_defaults=True)
        if self.employee is not None:
            found["employee"] = next(iter(people), None)
        return found

    def labeled(self) -> dict[str, Any]:
        """Return the filters that are set, by their translated labels."""
        return {
            _(label.message): "; ".join(value) if isinstance(value, tuple) else value
            for name, field in type(self).model_fields.items()
            for label in field.metadata
            if isinstance(label, Label) and (value := getattr(self, name)) != field.default
        }


class LogQuery(HeartbeatQuery):
    """The filters of logs: of a page, and of both exports.

    *place* is `is:AT`, `is:AT/Graz`, `not:AT` or `not:AT/Graz` of what `/api/places` lists; or any
    text, which is searched for in city and country. *where* are filters on facts, as `/api/facts`
    takes them, and *fact* the facts that are shown.
    """

    screenshot: Annotated[ScreenshotFilter, Label(N_("screenshot"))] = ScreenshotFilter.ANY
    place: Annotated[Text | None, Label(N_("location"))] = None
    where: Annotated[FactFilters, Label(N_("facts"))] = ()
    fact: FactNames = ()

    def audit_details(self, people: Iterable[int]) -> dict[str, Any]:
        """Return the filters that are set; of those on facts no value, which may be personal."""
        found = super().audit_details(people)
        if self.where:
            found["where"] = [without_value(each) for each in self.where]
        return found


_FILTERS = set(LogQuery.model_fields)


async def filter_of(
    connection: AnyConnection, user: User, query: LogQuery, calendar: RetentionCalendar
) -> LogFilter:
    """Return *query* as the storage takes it; Refusal with a sentence for what cannot be."""
    oldest_on_hold = await holds.oldest_log(connection)
    first, last = kept_days(query.first, query.last, calendar, oldest_on_hold)
    facts = await _path_of(connection, user, query, calendar)
    return LogFilter(
        first=first,
        last=last,
        agent_ids=await visible_agents(connection, user, query.employee, query.team),
        has_screenshot=_HAS_SCREENSHOT[query.screenshot],
        place=query.place,
        with_tests=user.sees_test_logs,
        facts=facts,
    )


async def _path_of(
    connection: AnyConnection, user: User, query: LogQuery, calendar: RetentionCalendar
) -> str | None:
    """Return the filters on facts as a jsonpath; Refusal for a fact that no device has."""
    if not (query.where or query.fact):
        return None
    inventory, now = await read_inventory(connection, user), calendar.clock.now()
    for fact in query.fact:
        inventory.column(fact, field="fact")
    conditions = [read_condition(each, inventory, now, field="where") for each in query.where]
    return path_in_document(conditions) if conditions else None


def kept_days(
    first: date | None,
    last: date | None,
    calendar: RetentionCalendar,
    oldest_on_hold: date | None = None,
) -> tuple[date, date]:
    """Return the first and the last workday of a range; without one the end of what is kept.

    Earlier days are allowed down to *oldest_on_hold*, the oldest day that a legal hold keeps.
    """
    oldest, newest = calendar.oldest_kept(), calendar.today() + ONE_DAY
    first, last = first or min(oldest, last or oldest), last or newest
    oldest = min(oldest, oldest_on_hold or oldest)
    if first > last:
        raise Refusal(
            Code.INVALID_FIELD,
            f"The range begins on {first} and ends before that, on {last}.",
            field="from",
        )
    for day, field in ((first, "from"), (last, "to")):
        if not oldest <= day <= newest:
            raise Refusal(
                Code.OUTSIDE_RETENTION,
                f"{day} is outside the retention period. Choose a day from {oldest} to {newest}.",
                field=field,
            )
    return first, last
