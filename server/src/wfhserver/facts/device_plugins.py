"""The plugins of one device: where each is from, which fail, and which wait for a restart."""

from datetime import datetime
from typing import Any

import msgspec

from wfhserver.errors import Code, Refusal
from wfhserver.ingest.plugin_reports import ReportedPlugin
from wfhserver.models.users import User
from wfhserver.storage.postgres import plugin_sets
from wfhserver.storage.postgres.connection import Database


class DevicePlugin(msgspec.Struct, frozen=True, kw_only=True):
    """A plugin of a device.

    *kind*, *origin* and *api* are null for one that the agent has not in use. *sha256* is the hash
    of a third-party plugin's code, *facts* how many it declares. *problem* is one sentence, empty
    when there is none. In quarantine since *quarantined_since*, the agent leaves it alone until
    *quarantined_until*, which is null while it is tried again.
    """

    name: str
    kind: str | None
    origin: str | None
    version: str
    api: int | None
    sha256: str
    facts: int
    problem: str
    quarantined_since: datetime | None
    quarantined_until: datetime | None
    restart_pending: bool


class DevicePlugins(msgspec.Struct, frozen=True, kw_only=True):
    """The plugins of a device by name, as it reported them at *reported_at*; null is never.

    How they do is what its last heartbeat says, at *last_seen*.
    """

    agent_id: int
    employee_id: int
    username: str
    hostname: str
    last_seen: datetime | None
    reported_at: datetime | None
    plugins: list[DevicePlugin]


class _Quarantine(msgspec.Struct, frozen=True):
    since: datetime
    why: str
    until: datetime | None = None


class _Health(msgspec.Struct, frozen=True):
    """What is looked at; each may be anything, for agents write it."""

    failing: Any = None
    quarantine: Any = None
    restart_pending: Any = None


async def device_plugins(database: Database, user: User, agent_id: int) -> DevicePlugins:
    """Return the plugins of a device; Refusal `not_found` when the user may not see it."""
    async with database.connection() as connection:
        found = await plugin_sets.of_device(connection, user.sees_teams_of, agent_id)
    if found is None:
        raise Refusal(Code.NOT_FOUND, "Device not found among those that you can see.")
    return DevicePlugins(
        agent_id=found.agent_id,
        employee_id=found.employee_id,
        username=found.username,
        hostname=found.hostname,
        last_seen=found.last_seen,
        reported_at=found.reported_at,
        plugins=_plugins_of(
            msgspec.convert(found.plugins, list[ReportedPlugin]), _health_of(found.health)
        ),
    )


def _plugins_of(reported: list[ReportedPlugin], health: _Health) -> list[DevicePlugin]:
    """Return the plugins of both, by name."""
    found = {each.name: _row(each.name, each) for each in reported}
    for name, why in _members(health.failing):
        # Where there are too many the agent says how many more, under this name.
        if name != "...":
            found[name] = _changed(found, name, problem=str(why))
    for name, each in _members(health.quarantine):
        if (pause := _quarantine_of(each)) is not None:
            found[name] = _changed(
                found,
                name,
                problem=pause.why,
                quarantined_since=pause.since,
                quarantined_until=pause.until,
            )
    pending = health.restart_pending if isinstance(health.restart_pending, list) else []
    for name in map(str, pending):
        found[name] = _changed(found, name, restart_pending=True)
    return [found[name] for name in sorted(found)]


def _changed(found: dict[str, DevicePlugin], name: str, **changes: Any) -> DevicePlugin:
    return msgspec.structs.replace(found.get(name) or _row(name), **changes)


def _row(name: str, reported: ReportedPlugin | None = None) -> DevicePlugin:
    """Return a plugin without any trouble; one that was not *reported* is not in use."""
    return DevicePlugin(
        name=name,
        kind=reported.kind if reported else None,
        origin=reported.origin if reported else None,
        version=reported.version if reported else "",
        api=reported.api if reported else None,
        sha256=reported.sha256 if reported else "",
        facts=len(reported.facts) if reported else 0,
        problem="",
        quarantined_since=None,
        quarantined_until=None,
        restart_pending=False,
    )


def _members(found: Any) -> list[tuple[str, Any]]:
    return list(found.items()) if isinstance(found, dict) else []


def _quarantine_of(found: Any) -> _Quarantine | None:
    try:
        return msgspec.convert(found, _Quarantine)
    except msgspec.ValidationError:
        return None


def _health_of(text: str | None) -> _Health:
    try:
        return msgspec.json.decode(text or "{}", type=_Health)
    except msgspec.MsgspecError:
        return _Health()
