"""`wfhagent example`: an agent.toml to fill in."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, ModuleType

import typer

from wfhagent.assembly import load_catalog
from wfhagent.cli.options import ConfigOption
from wfhagent.errors import SettingsError
from wfhagent.plugin.allowed import Setting, settings_of
from wfhagent.plugins.catalog import Catalog
from wfhagent.plugins.examined import Examined
from wfhagent.plugins.examiner import Examiner
from wfhagent.plugins.first_party import OFF_BY_DEFAULT
from wfhagent.plugins.source import Source
from wfhagent.process.logging_setup import log_to_stderr
from wfhagent.settings import PluginsSettings, read_settings
from wfhagent.settings.example import render
from wfhagent.system.paths import config_file, drop_in_directory, program

Tables = Mapping[str, Sequence[Setting]]


def example(context: typer.Context, config: ConfigOption = None) -> None:
    """Print an agent.toml with every setting and its default, to fill in.

    It has the settings of all plugins, also of third-party ones that the agent.toml in use loads.
    """
    log_to_stderr("critical")
    third_party = third_party_tables(config, context.obj)
    typer.echo(full_example(context.obj, third_party=third_party), nl=False)


def full_example(
    built_in: Mapping[str, ModuleType], third_party: Tables = MappingProxyType({})
) -> str:
    """Return an agent.toml with all settings: of the core, and of the plugins that came with it.

    *built_in* are the plugins that are compiled in; without them the installed ones are taken.
    *third_party* are the settings of further plugins by name.
    """
    catalog = load_catalog(
        built_in, PluginsSettings(enabled=tuple(OFF_BY_DEFAULT)), Path("no-drop-ins")
    )
    in_use = {**catalog.collectors, **catalog.transports, **catalog.calendars}
    installed = {
        name: settings_of(plugin.config_type)
        for name, plugin in in_use.items()
        if isinstance(plugin, type)
    }
    tables = {**third_party, **installed}
    return render({name: settings for name, settings in tables.items() if settings})


def third_party_tables(config: Path | None, built_in: Mapping[str, ModuleType]) -> Tables:
    """Return the settings of each third-party plugin, also of one that has not got them all yet."""
    try:
        file = config_file(config)
        settings = read_settings(file)
        plugins, tables = settings.plugins, settings.plugin_tables
    except SettingsError:
        # Whoever asks for an example may have no agent.toml yet.
        file, plugins, tables = config or Path("agent.toml"), PluginsSettings(), {}
    examiner = Examiner(program=program(), tables=tables, config_file=file)
    known: list[Examined] = []

    def examine(sources: Sequence[Source]) -> Sequence[Examined]:
        known.extend(found := examiner.examine(sources))
        return found

    catalog = Catalog(disabled=plugins.disabled, enabled=plugins.enabled)
    if not built_in:
        catalog.add_installed()
    drop_ins = drop_in_directory(plugins.directory, file)
    catalog.add_drop_ins(drop_ins, plugins.trusted, plugins.trusted_keys)
    catalog.examine(examine)
    return {one.name: one.settings for found in known for one in found.declarations()}
