"""The module and the test of a new calendar, as text."""

PLUGIN = '''\
"""Calendar `{name}`: say in this line which days it knows, and where from."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from msgspec import field
from wfhagent.plugin import Calendar, Config, Meta, hookimpl

wfhagent_api = 1


class {class_name}Config(Config, frozen=True, kw_only=True):
    """The table `[plugins.{name}]` of agent.toml: a key per line, each with its default."""

    days: Annotated[
        Mapping[str, str],
        Meta(description="Days off, each as month and day, with its reason."),
    ] = field(default_factory=lambda: {{"12-25": "Christmas Day"}})


class {class_name}(Calendar[{class_name}Config]):
    """Replace this by one sentence on which days it knows."""

    name = "{name}"
    time_limit_seconds = 5.0

    def day_off(self, day: date) -> str | None:
        """Return why nobody works on *day*, or None. Only the laptop shows the reason."""
        return self.config.days.get(f"{{day:%m-%d}}")


@hookimpl
def register_calendars() -> list[type[Calendar[{class_name}Config]]]:
    """Register the calendar."""
    return [{class_name}]
'''

TEST = '''\
"""Which days `{name}` knows, and that the agent will take it."""

from datetime import date

from wfhagent.testing import check_plugin

import {name}


def test_the_agent_will_take_it() -> None:
    assert check_plugin({name}) == []


def test_it_knows_a_day_off_and_a_working_day() -> None:
    config = {name}.{class_name}Config(days={{"10-26": "National Day"}})
    calendar = {name}.{class_name}(config)

    assert calendar.day_off(date(2026, 10, 26)) == "National Day"
    assert calendar.day_off(date(2026, 10, 27)) is None
'''
