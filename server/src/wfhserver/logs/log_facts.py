"""The facts of plugins in logs: those that a query names, or all of one log with their meaning."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from wfhserver.facts.inventory import Inventory
from wfhserver.models.facts import FactColumn
from wfhserver.storage.postgres import log_pages, plugin_sets
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.log_pages import LogKey, StoredLog, StoredLogDetail

_EXTRA = msgspec.json.Decoder(dict[str, Any])


class LogFact(msgspec.Struct, frozen=True):
    """A fact that a plugin of the device declares; null is missing, and *missing* says why."""

    column: FactColumn
    value: Any
    missing: str


async def facts_of(
    connection: AnyConnection, rows: Sequence[object], names: Sequence[str]
) -> dict[LogKey, dict[str, Any]]:
    """Return the facts *names* of those *rows* that are logs, as far as they have them."""
    if not names:
        return {}
    logs = [row for row in rows if isinstance(row, StoredLog)]
    found = await log_pages.extras(connection, logs)
    return {key: _chosen(_EXTRA.decode(extra), names) for key, extra in found.items()}


async def declared_facts(
    connection: AnyConnection, row: StoredLogDetail, absent: Mapping[str, str]
) -> list[LogFact]:
    """Return every fact in a log that a plugin of its device declares, or that is missing."""
    plugins = await plugin_sets.of_agent(connection, row.agent_id)
    columns = Inventory(plugins).columns
    values = _chosen(_EXTRA.decode(row.extra), list(columns))
    return [
        LogFact(column, values.get(name), absent.get(name, ""))
        for name, column in columns.items()
        if name in values or name in absent
    ]


def _chosen(extra: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    found = {}
    for name in names:
        plugin, _, fact = name.partition(".")
        facts = extra.get(plugin)
        if isinstance(facts, dict) and facts.get(fact) is not None:
            found[name] = facts[fact]
    return found
