"""Puts the parts together that every command needs: settings, plugins and their configuration."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import msgspec

from wfhagent.clock import Clock, SystemClock
from wfhagent.deliver.agent_id import NewAgentId
from wfhagent.deliver.backoff import Uniform
from wfhagent.deliver.carry import destination_of
from wfhagent.deliver.courier import Courier
from wfhagent.deliver.dating import Dating
from wfhagent.deliver.enroll import Enroller
from wfhagent.deliver.whereami import CachedWhereami
from wfhagent.errors import PluginError, SettingsError, WfhagentError, describe_error
from wfhagent.identity.keyring import system_keyring
from wfhagent.identity.plugin_secrets import read_plugin_secret
from wfhagent.identity.store import FileKeeper, KeyringKeeper
from wfhagent.identity.windows_keyring import WindowsKeyring, device_account
from wfhagent.outbox.bounds import MEGABYTE, Bounds
from wfhagent.outbox.history import server_retention_days
from wfhagent.outbox.slot_ledger import SlotLedger
from wfhagent.outbox.store import Outbox
from wfhagent.plugin import Config, Server, Transport
from wfhagent.plugin.allowed import settings_of
from wfhagent.plugins.catalog import Catalog
from wfhagent.plugins.declared import AnyPlugin, TransportDeclaration, transport_of
from wfhagent.plugins.examiner import Examiner
from wfhagent.settings import PluginsSettings, Settings, convert_table, read_settings
from wfhagent.settings.secrets import ReadKeyring, remember_environment, remember_texts
from wfhagent.settings.suggest import suggest
from wfhagent.system.known_secrets import mask_secrets
from wfhagent.system.paths import DataPaths, data_paths, drop_in_directory, program
from wfhagent.system.proxy import hide_passwords
from wfhagent.system.user_agents import UserAgent, full_name, ledger_file
from wfhagent.system.zone import local_zone

if TYPE_CHECKING:
    from wfhagent.deliver.quarantine import Quarantine

BuiltIn = Mapping[str, ModuleType]


@dataclass(frozen=True, kw_only=True, slots=True)
class Assembly:
    """What one agent is made of.

    *configs* holds the configuration of every first-party plugin in use: the class of others is in
    child processes only. *quarantines* remembers, by name, which transports keep failing.
    """

    settings: Settings
    paths: DataPaths
    catalog: Catalog
    configs: Mapping[str, Config]
    drop_ins: Path
    program: Sequence[str]
    read_keyring: ReadKeyring = read_plugin_secret
    quarantines: dict[str, "Quarantine"] = field(default_factory=dict)
    _destination: list[str] = field(default_factory=list)

    def transport(self) -> Transport[Any]:
        """Return a new transport of the configured kind; a third-party one runs in a child.

        Raises:
            SettingsError: there is no such transport, or it cannot be used with `[server]`.
            PluginError: a first-party one fails.
        """
        name = self.settings.agent.transport
        if not isinstance(self.catalog.transports.get(name), TransportDeclaration):
            return self.transport_here()
        # Nobody waits with it who has no such transport.
        from wfhagent.deliver.child_transport import ChildTransport  # noqa: PLC0415
        from wfhagent.deliver.quarantine import Quarantine  # noqa: PLC0415
        from wfhagent.deliver.transport_messages import Open  # noqa: PLC0415
        from wfhagent.identity.questions import answers  # noqa: PLC0415

        opening = Open(
            source=self.catalog.sources[name],
            transport=name,
            table=msgspec.to_builtins(self.settings.plugin_tables.get(name, {})),
            config_file=str(self.settings.file),
            server=msgspec.convert(self.settings.server, Server, from_attributes=True),
        )
        return ChildTransport(
            opening,
            program=self.program,
            clock=SystemClock(),
            quarantine=self.quarantines.setdefault(name, Quarantine()),
            reply=answers(opening.table, self.read_keyring, None),
        )

    def transport_here(self) -> Transport[Any]:
        """Return a new transport of the configured kind, which runs in this process.

        Raises:
            SettingsError: there is no such transport, or it cannot be used with `[server]`.
            PluginError: it cannot be imported any more, or it fails.
        """
        name = self.settings.agent.transport
        where = str(self.settings.file)
        try:
            transport_type = self.catalog.transport(name)
        except KeyError as error:
            known = ", ".join(sorted(self.catalog.transports)) or "none"
            raise SettingsError(
                f"{where}: [agent] transport: there is no transport {name!r}; known are {known}. "
                "See `wfhagent plugins`."
            ) from error
        config = self.config_of(name, transport_type.config_type)
        try:
            return transport_type(config, self.settings.server)
        except (ValueError, OSError) as error:
            text = mask_secrets(hide_passwords(str(error), self.settings.server.proxy))
            raise SettingsError(f"{where}: [server] {text}") from error
        except Exception as error:  # the border to other people's code
            text = mask_secrets(hide_passwords(describe_error(error), self.settings.server.proxy))
            raise PluginError(f"Transport {name} cannot be used: {text}.") from error

    def destination(self) -> str:
        """Return where all data goes: `[server] url`, unless the transport names another place."""
        if not self._destination:
            self._destination.append(self._find_destination())
        return self._destination[0]

    def _find_destination(self) -> str:
        found = self.catalog.transports.get(self.settings.agent.transport)
        if found is None or not transport_of(found).own_destination:
            return self.settings.server.url
        try:
            transport = self.transport()
        except WfhagentError:
            # Whoever sends something says why it cannot be used.
            return self.settings.server.url
        try:
            return destination_of(transport)
        finally:
            transport.close()

    def config_of(self, name: str, config_type: type[Config]) -> Config:
        """Return the configuration of the plugin *name*, whether it was read before or not.

        Raises:
            SettingsError: its table is wrong.
        """
        known = self.configs.get(name)
        if isinstance(known, config_type):
            return known
        return convert_table(
            self.settings.plugin_tables.get(name, {}),
            config_type,
            file=self.settings.file,
            table=f"plugins.{name}",
            read_keyring=self.read_keyring,
        )

    def as_user_agent(self, clock: Clock, *, by_hand: bool = False) -> UserAgent:
        """Return what this user's record of agents holds of this one."""
        return UserAgent(
            config=full_name(self.settings.file),
            data_directory=full_name(self.paths.directory),
            server=self.settings.server.url,
            pid=os.getpid(),
            started_at=clock.now(),
            by_hand=by_hand,
        )

    def unused(self) -> Mapping[str, str]:
        """Return why each plugin that somebody wants is not used, by name."""
        return {
            entry.name: f"not used: {entry.problem}"
            for entry in self.catalog.entries
            if entry.problem and not entry.unwanted
        }

    def keeper(self) -> KeyringKeeper | FileKeeper:
        """Return where the identity of this machine is kept."""
        file = FileKeeper(self.paths.credentials)
        if not self.settings.agent.keyring:
            return file
        url, keyring = self.settings.server.url, system_keyring()
        if not isinstance(keyring, WindowsKeyring):
            return KeyringKeeper(file, account=url, keyring=keyring)
        account = device_account(url)
        migrate = partial(keyring.migrate, url, account)
        return KeyringKeeper(file, account=account, keyring=keyring, migrate=migrate)

    def whereami(self, token: str) -> CachedWhereami:
        """Return what asks the server once how it sees this device; *token* may be empty."""
        return CachedWhereami(self.transport, token)

    def server_retention_days(self) -> int | None:
        """Return for how many days the server keeps data; None while it is not known."""
        return server_retention_days(self.paths.outbox)

    def bounds(self) -> Bounds:
        """Return how much may lie in the outbox."""
        settings = self.settings.outbox
        return Bounds(
            keep_days=settings.keep_days,
            max_bytes=settings.max_megabytes * MEGABYTE,
            min_free_bytes=settings.min_free_megabytes * MEGABYTE,
        )

    def zone(self) -> tzinfo:
        """Return the zone whose days the two logs belong to."""
        return local_zone(self.settings.detailed_log.time_zone)

    def slot_ledger(self, outbox: Outbox) -> SlotLedger:
        """Return this user's record of the logs that were taken, for the agent with *outbox*."""
        return SlotLedger(ledger_file(), outbox.number)

    def courier(
        self, outbox: Outbox, transport: Transport[Any], clock: Clock, rng: Uniform
    ) -> Courier:
        """Return the courier of *outbox*; only who holds the agent's lock may run it."""
        dating = Dating(outbox, self.slot_ledger(outbox), clock, self.zone)
        return Courier(
            set_dates=dating.run,
            outbox=outbox,
            transport=transport,
            keeper=self.keeper(),
            enroller=Enroller(
                transport,
                auth_token=self.settings.server.auth_token,
                new_agent_id=NewAgentId(self.paths.new_agent_id),
            ),
            clock=clock,
            rng=rng,
        )


def assemble(config_file: Path, built_in: BuiltIn, *, afresh: bool = False) -> Assembly:
    """Read *config_file*, load the plugins and check their tables.

    With *afresh* a drop-in that failed before is looked at again, however often it did.

    Raises:
        SettingsError: the file, or a table of a plugin in it, is wrong.
    """
    settings = read_settings(config_file)
    paths = data_paths(settings.agent.data_directory)
    drop_ins = drop_in_directory(settings.plugins.directory, config_file)
    # Before any plugin is imported: what it raises then may show them.
    remember_environment(settings.plugin_tables)
    examiner = Examiner(
        program=program(),
        verdicts=paths.verdicts,
        tables=settings.plugin_tables,
        config_file=config_file,
        afresh=afresh,
    )
    catalog = load_catalog(built_in, settings.plugins, drop_ins, examiner)
    return Assembly(
        settings=settings,
        paths=paths,
        catalog=catalog,
        configs=_configs(settings, catalog),
        drop_ins=drop_ins,
        program=program(),
    )


def load_catalog(
    built_in: BuiltIn,
    settings: PluginsSettings,
    drop_ins: Path,
    examiner: Examiner | None = None,
) -> Catalog:
    """Return all plugins: the ones compiled in, else the installed ones, then the drop-ins.

    Without an *examiner* nothing is remembered, and no table is checked.
    """
    catalog = Catalog(disabled=settings.disabled, enabled=settings.enabled)
    if built_in:
        catalog.add_built_in(built_in)
    else:
        catalog.add_installed()
    if examiner is None:
        examiner = Examiner(program=program(), tables={}, config_file=Path("agent.toml"))
    catalog.add_drop_ins(drop_ins, settings.trusted, settings.trusted_keys)
    catalog.examine(examiner.examine)
    return catalog


def _configs(settings: Settings, catalog: Catalog) -> Mapping[str, Config]:
    _refuse_unknown_tables(settings, catalog)
    for sentence in catalog.wrong_tables.values():
        raise SettingsError(sentence)
    in_use = (
        *catalog.collectors.values(),
        *catalog.transports.values(),
        *catalog.calendars.values(),
    )
    for one in in_use:
        _remember_secrets(one, settings.plugin_tables.get(one.name, {}))
    return {
        one.name: convert_table(
            settings.plugin_tables.get(one.name, {}),
            one.config_type,
            file=settings.file,
            table=f"plugins.{one.name}",
            read_keyring=read_plugin_secret,
        )
        for one in in_use
        if isinstance(one, type)
    }


def _remember_secrets(one: AnyPlugin, table: Mapping[str, Any]) -> None:
    """Mask from now on what agent.toml has as a secret setting of *one*."""
    if table:
        declared = settings_of(one.config_type) if isinstance(one, type) else one.settings
        for setting in declared:
            if setting.secret:
                remember_texts(table.get(setting.key))


def _refuse_unknown_tables(settings: Settings, catalog: Catalog) -> None:
    unused = {entry.name for entry in catalog.entries if entry.problem} | catalog.unused_names
    for name in settings.plugin_tables:
        if name not in catalog.sources and name not in unused:
            hint = suggest(name, catalog.sources, otherwise="known are")
            raise SettingsError(f"{settings.file}: [plugins.{name}]: no such plugin; {hint}")


def require_collector(catalog: Catalog, name: str) -> None:
    """Raise PluginError, with the nearest name, unless a collector *name* is in use."""
    if name in catalog.collectors:
        return
    hint = suggest(name, catalog.collectors, otherwise="in use are")
    raise PluginError(f"There is no collector {name!r}; {hint} See `wfhagent plugins`.")
