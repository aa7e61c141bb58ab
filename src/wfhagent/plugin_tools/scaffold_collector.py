"""The module and the test of a new collector, as text."""

PLUGIN = '''\
"""Collector `{name}`: say in this line what it collects, and what it never does."""

import platform
from typing import Annotated

from wfhagent.plugin import (
    Absent,
    Collector,
    Config,
    Context,
    Fact,
    Facts,
    FactType,
    Meta,
    Occasion,
    Personal,
    hookimpl,
)

wfhagent_api = 1


class {class_name}Config(Config, frozen=True, kw_only=True):
    """The table `[plugins.{name}]` of agent.toml: a key per line, each with its default."""

    with_version: Annotated[bool, Meta(description="Say its version too.")] = True


class {class_name}(Collector[{class_name}Config]):
    """Replace this by one sentence on what it asks, and whom."""

    name = "{name}"
    # All that may travel. The privacy page is made of these sentences.
    facts = (
        Fact(
            "system",
            what="Name and version of the operating system",
            why="To see which machines need an update",
            personal=Personal.NO,
            # A column of the dashboard, and checked before it travels.
            type=FactType.TEXT,
            label="System",
        ),
    )
    occasions = frozenset({{Occasion.DETAILED_LOG}})
    time_limit_seconds = 5.0

    def collect(self, context: Context) -> Facts:
        """Return the facts. What cannot be had is Absent, with the reason; errors may be raised."""
        system = platform.system()
        if not system:
            return {{"system": Absent("Python does not know this system")}}
        context.log.debug("This is %s", system)
        version = f" {{platform.release()}}" if self.config.with_version else ""
        return {{"system": system + version}}


@hookimpl
def register_collectors() -> list[type[Collector[{class_name}Config]]]:
    """Register the collector."""
    return [{class_name}]
'''

TEST = '''\
"""What `{name}` gives, and that the agent will take it. `wfhagent plugin test` runs this."""

import platform

from wfhagent.testing import check_plugin, make_context

import {name}


def test_the_agent_will_take_it() -> None:
    assert check_plugin({name}) == []


def test_it_names_the_system() -> None:
    config = {name}.{class_name}Config(with_version=False)

    facts = {name}.{class_name}(config).collect(make_context())

    assert facts == {{"system": platform.system()}}
'''
