"""Which plugins the devices have: sets of plugins, and how many devices have which."""

from datetime import datetime
from typing import Any

import msgspec

from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.visibility import visible_to

_SETS = f"""
SELECT s.plugin_set_id, s.plugins::text, counted.devices
  FROM (SELECT g.plugin_set_id, count(*)::int AS devices
          FROM agent_plugins AS g JOIN agents AS a USING (agent_id)
          JOIN employees AS e USING (employee_id)
         WHERE a.revoked_at IS NULL AND {visible_to("$1")}
         GROUP BY g.plugin_set_id) AS counted
  JOIN plugin_sets AS s USING (plugin_set_id)
 ORDER BY counted.devices DESC, s.plugin_set_id DESC
"""  # noqa: S608 -- our own condition
_OF_AGENT = """
SELECT s.plugin_set_id, s.plugins::text
  FROM agent_plugins AS g JOIN plugin_sets AS s USING (plugin_set_id) WHERE g.agent_id = $1
"""
_OF_DEVICE = f"""
SELECT a.agent_id, a.employee_id, e.username, a.hostname, p.last_seen, p.health::text,
       g.reported_at, s.plugins::text
  FROM agents AS a JOIN employees AS e USING (employee_id) JOIN agent_presence AS p USING (agent_id)
  LEFT JOIN agent_plugins AS g USING (agent_id) LEFT JOIN plugin_sets AS s USING (plugin_set_id)
 WHERE a.agent_id = $2 AND {visible_to("$1")}
"""  # noqa: S608 -- our own condition
_PLUGINS = msgspec.json.Decoder(list[dict[str, Any]])


class StoredPluginSet(msgspec.Struct, frozen=True):
    """The plugins that *devices* devices have, each as it was reported."""

    plugin_set_id: int
    plugins: list[dict[str, Any]]
    devices: int


class StoredDevicePlugins(msgspec.Struct, frozen=True):
    """A device, its *plugins* as it reported them at *reported_at*, and its *health* as JSON."""

    agent_id: int
    employee_id: int
    username: str
    hostname: str
    last_seen: datetime | None
    health: str | None
    reported_at: datetime | None
    plugins: list[dict[str, Any]]


async def sets(connection: AnyConnection, sees_teams_of: int | None) -> list[StoredPluginSet]:
    """Return the sets of the devices that the user may see, those of most devices first."""
    rows = await connection.fetch(_SETS, sees_teams_of)
    return [
        StoredPluginSet(row["plugin_set_id"], _PLUGINS.decode(row["plugins"]), row["devices"])
        for row in rows
    ]


async def of_agent(connection: AnyConnection, agent_id: int) -> list[StoredPluginSet]:
    """Return the set of one device; none when it has reported none."""
    rows = await connection.fetch(_OF_AGENT, agent_id)
    return [
        StoredPluginSet(row["plugin_set_id"], _PLUGINS.decode(row["plugins"]), 1) for row in rows
    ]


async def of_device(
    connection: AnyConnection, sees_teams_of: int | None, agent_id: int
) -> StoredDevicePlugins | None:
    """Return a device with its set, empty when it has reported none; None if it is not seen."""
    row = await connection.fetchrow(_OF_DEVICE, sees_teams_of, agent_id)
    if row is None:
        return None
    plugins = [] if row["plugins"] is None else _PLUGINS.decode(row["plugins"])
    return StoredDevicePlugins(**{**row, "plugins": plugins})
