"""Puts the parts together that every command needs: settings, plugins and their configuration."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from wfhagent.clock import Clock
from wfhagent.credentials import FileKeeper, KeyringKeeper
from wfhagent.deliver.backoff import Uniform
from wfhagent.deliver.courier import Courier
from wfhagent.errors import PluginError, SettingsError
from wfhagent.host.catalog import Catalog
from wfhagent.outbox.bounds import MEGABYTE, Bounds
from wfhagent.outbox.store import Outbox
from wfhagent.paths import DataPaths, data_paths, drop_in_directory, program
from wfhagent.plugin import Config, Server, Transport
from wfhagent.settings import PluginsSettings, Settings, convert_table, read_settings

BuiltIn = Mapping[str, ModuleType]


@dataclass(frozen=True, kw_only=True, slots=True)
class Assembly:
    """What one agent is made of. *configs* holds the configuration of every plugin in use."""

    settings: Settings
    paths: DataPaths
    catalog: Catalog
    configs: Mapping[str, Config]
    drop_ins: Path
    program: Sequence[str]

    def transport(self) -> Transport[Any]:
        """Return a new transport of the configured kind.

        Raises:
            SettingsError: there is no such transport, or it cannot be used with `[server]`.
        """
        return make_transport(
            self.catalog,
            self.settings.agent.transport,
            self.configs.get(self.settings.agent.transport),
            self.settings.server,
            where=str(self.settings.file),
        )

    def keeper(self) -> KeyringKeeper | FileKeeper:
        """Return where the identity of this machine is kept."""
        file = FileKeeper(self.paths.credentials)
        if not self.settings.agent.keyring:
            return file
        return KeyringKeeper(file, account=self.settings.server.url)

    def bounds(self) -> Bounds:
        """Return how much may lie in the outbox."""
        settings = self.settings.outbox
        return Bounds(
            keep_days=settings.keep_days,
            max_bytes=settings.max_megabytes * MEGABYTE,
            min_free_bytes=settings.min_free_megabytes * MEGABYTE,
        )

    def courier(
        self, outbox: Outbox, transport: Transport[Any], clock: Clock, rng: Uniform
    ) -> Courier:
        """Return the courier of *outbox*; only who holds the agent's lock may run it."""
        return Courier(
            outbox=outbox,
            transport=transport,
            keeper=self.keeper(),
            auth_token=self.settings.server.auth_token,
            clock=clock,
            rng=rng,
        )


def assemble(config_file: Path, built_in: BuiltIn) -> Assembly:
    """Read *config_file*, load the plugins and check their tables.

    Raises:
        SettingsError: the file, or a table of a plugin in it, is wrong.
    """
    settings = read_settings(config_file)
    drop_ins = drop_in_directory(settings.plugins.directory)
    catalog = load_catalog(built_in, settings.plugins, drop_ins)
    return Assembly(
        settings=settings,
        paths=data_paths(settings.agent.data_directory),
        catalog=catalog,
        configs=_configs(settings, catalog),
        drop_ins=drop_ins,
        program=program(),
    )


def load_catalog(built_in: BuiltIn, settings: PluginsSettings, drop_ins: Path) -> Catalog:
    """Return all plugins: the ones compiled in, else the installed ones, then the drop-ins."""
    catalog = Catalog(disabled=settings.disabled)
    if built_in:
        catalog.add_built_in(built_in)
    else:
        catalog.add_installed()
    catalog.add_drop_ins(drop_ins, settings.trusted)
    return catalog


def make_transport(
    catalog: Catalog, name: str, config: Config | None, server: Server, *, where: str
) -> Transport[Any]:
    """Return a new transport called *name*; *where* is for messages."""
    transport_type = catalog.transports.get(name)
    if transport_type is None or config is None:
        known = ", ".join(sorted(catalog.transports)) or "none"
        raise SettingsError(
            f"{where}: [agent] transport: there is no transport {name!r}; known are {known}. "
            "See `wfhagent plugins`."
        )
    try:
        return transport_type(config, server)
    except (ValueError, OSError) as error:
        raise SettingsError(f"{where}: [server] {error}") from error


def _configs(settings: Settings, catalog: Catalog) -> Mapping[str, Config]:
    types = {
        name: plugin.config_type
        for name, plugin in (*catalog.collectors.items(), *catalog.transports.items())
    }
    unused = {entry.name for entry in catalog.entries if entry.problem}
    for name in settings.plugin_tables:
        if name not in types and name not in unused:
            nearest = difflib.get_close_matches(name, types, n=1)
            hint = f"did you mean {nearest[0]}?" if nearest else f"known are {', '.join(types)}."
            raise SettingsError(f"{settings.file}: [plugins.{name}]: no such plugin; {hint}")
    return {
        name: convert_table(
            settings.plugin_tables.get(name, {}),
            config_type,
            file=settings.file,
            table=f"plugins.{name}",
        )
        for name, config_type in types.items()
    }


def require_collector(catalog: Catalog, name: str) -> None:
    """Raise PluginError, with the nearest name, unless a collector *name* is in use."""
    if name in catalog.collectors:
        return
    nearest = difflib.get_close_matches(name, catalog.collectors, n=1)
    known = ", ".join(catalog.collectors) or "none"
    hint = f"did you mean {nearest[0]}?" if nearest else f"in use are {known}."
    raise PluginError(f"There is no collector {name!r}; {hint} See `wfhagent plugins`.")
