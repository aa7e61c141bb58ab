"""Collector `geoip`: roughly where this machine is, from its public address."""

from typing import Any

from wfhagent.plugin import Collector, hookimpl
from wfhagent_geoip.collector import GeoIP


@hookimpl
def register_collectors() -> list[type[Collector[Any]]]:
    """Register the collector."""
    return [GeoIP]
