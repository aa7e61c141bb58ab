"""What the plugins of all devices declare, as one list of columns."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from wfhserver.errors import Code, Refusal
from wfhserver.ingest.plugin_reports import DeclaredFact, ReportedPlugin
from wfhserver.models.facts import FactColumn, FactType, PluginFacts, PluginVersion
from wfhserver.models.users import User
from wfhserver.storage.postgres import plugin_sets
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.facts import WantedFact
from wfhserver.storage.postgres.plugin_sets import StoredPluginSet
from wfhserver.suggest import suggest


class Inventory:
    """The plugins of the devices that a user may see, by name."""

    def __init__(self, sets: Sequence[StoredPluginSet]) -> None:
        reported: dict[str, list[tuple[int, ReportedPlugin]]] = defaultdict(list)
        self._sets: dict[str, list[int]] = defaultdict(list)
        for each in sets:
            for plugin in msgspec.convert(each.plugins, list[ReportedPlugin]):
                reported[plugin.name].append((each.devices, plugin))
                self._sets[plugin.name].append(each.plugin_set_id)
        self.plugins = [_plugin_of(name, reported[name]) for name in sorted(reported)]
        self.columns = {column.fact: column for each in self.plugins for column in each.facts}

    def column(self, fact: str, *, field: str) -> FactColumn:
        """Return the column of *fact*, `plugin.name`; Refusal with the one that was meant."""
        found = self.columns.get(fact)
        if found is not None:
            return found
        meant = suggest(fact, self.columns)
        hint = f" Did you mean {meant!r}?" if meant else ""
        raise Refusal(Code.INVALID_FIELD, f"No device has the fact {fact!r}.{hint}", field=field)

    def columns_of(self, plugin: str, *, field: str) -> list[FactColumn]:
        """Return the columns of *plugin*; Refusal when no device has it."""
        if plugin in self._sets:
            return [each for each in self.columns.values() if each.plugin == plugin]
        meant = suggest(plugin, self._sets)
        hint = f" Did you mean {meant!r}?" if meant else ""
        raise Refusal(
            Code.INVALID_FIELD, f"No device has the plugin {plugin!r}.{hint}", field=field
        )

    def wanted(self, column: FactColumn) -> WantedFact:
        """Return where the storage finds the values of *column*."""
        return WantedFact(column.plugin, column.name, self.sets_of(column.plugin))

    def sets_of(self, plugin: str) -> list[int]:
        """Return the sets that have *plugin*."""
        return self._sets.get(plugin, [])


async def read_inventory(connection: AnyConnection, user: User) -> Inventory:
    """Return the plugins of the devices that *user* may see."""
    return Inventory(await plugin_sets.sets(connection, user.sees_teams_of))


def _plugin_of(name: str, reported: list[tuple[int, ReportedPlugin]]) -> PluginFacts:
    versions: Counter[tuple[str, str, str]] = Counter()
    for devices, plugin in reported:
        versions[plugin.version, plugin.sha256, plugin.origin] += devices
    return PluginFacts(
        plugin=name,
        kind=reported[0][1].kind,
        devices=sum(devices for devices, _ in reported),
        versions=[
            PluginVersion(version=version, sha256=sha256, origin=origin, devices=devices)
            for (version, sha256, origin), devices in versions.most_common()
        ],
        facts=list(_columns_of(name, reported)),
    )


def _columns_of(name: str, reported: list[tuple[int, ReportedPlugin]]) -> Iterable[FactColumn]:
    declared: dict[str, list[tuple[int, ReportedPlugin, DeclaredFact]]] = defaultdict(list)
    for devices, plugin in reported:
        for fact in plugin.facts:
            if fact.name in _FIELDS:
                continue
            declared[fact.name].append((devices, plugin, fact))
    for fact_name, found in declared.items():
        by_type: Counter[str | None] = Counter()
        for devices, _, fact in found:
            by_type[fact.type] += devices
        usual, count = by_type.most_common(1)[0]
        _, plugin, fact = next(each for each in found if each[2].type == usual)
        yield FactColumn(
            fact=f"{name}.{fact_name}",
            plugin=name,
            name=fact_name,
            label=fact.label or fact.what,
            what=fact.what,
            why=fact.why,
            # The most personal that anybody declares: what is shown may be of that device.
            personal=max((each[2].personal for each in found), key=_PERSONAL.index),
            type=FactType(usual or FactType.ANY),
            unit=fact.unit,
            choices=list(fact.choices),
            occasions=list(plugin.occasions),
            devices=by_type.total(),
            differs=by_type.total() - count,
        )


_PERSONAL = ("no", "indirect", "direct")
# Facts that travel in fields of the protocol, whoever collects them: lists and logs show them.
_FIELDS = frozenset(
    ("username", "hostname", "time_zone", "local_ip", "public_ip", "location", "screenshot")
)
