"""Collector `screenshot`: takes a small screenshot of the desktop."""

from typing import Any

from wfhagent.plugin import Collector, hookimpl
from wfhagent_screenshot.collector import Screenshot


@hookimpl
def register_collectors() -> list[type[Collector[Any]]]:
    """Register the collector."""
    return [Screenshot]
