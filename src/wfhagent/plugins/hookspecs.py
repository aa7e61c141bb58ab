"""What a plugin module may implement; each hook runs once, at start."""

from typing import Any

import pluggy

from wfhagent.plugin import Calendar, Collector, Transport

PROJECT = "wfhagent"

hookspec = pluggy.HookspecMarker(PROJECT)


@hookspec
def register_collectors() -> list[type[Collector[Any]]]:
    """Return the collector classes of this plugin."""
    return []


@hookspec
def register_transports() -> list[type[Transport[Any]]]:
    """Return the transport classes of this plugin."""
    return []


@hookspec
def register_calendars() -> list[type[Calendar[Any]]]:
    """Return the calendar classes of this plugin."""
    return []
