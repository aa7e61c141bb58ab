"""`wfhagent example`: an agent.toml to fill in."""

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import typer

from wfhagent.assembly import load_catalog
from wfhagent.plugins.first_party import OFF_BY_DEFAULT
from wfhagent.settings import PluginsSettings
from wfhagent.settings.example import render


def example(context: typer.Context) -> None:
    """Print an agent.toml with every setting and its default, to fill in."""
    typer.echo(full_example(context.obj), nl=False)


def full_example(built_in: Mapping[str, ModuleType]) -> str:
    """Return an agent.toml with all settings, of the core and of the plugins that came with it.

    *built_in* are the plugins that are compiled in; without them the installed ones are taken.
    """
    catalog = load_catalog(
        built_in, PluginsSettings(enabled=tuple(OFF_BY_DEFAULT)), Path("no-drop-ins")
    )
    in_use = {**catalog.collectors, **catalog.transports, **catalog.calendars}
    return render(
        {
            name: plugin.config_type
            for name, plugin in in_use.items()
            if isinstance(plugin, type) and plugin.config_type.__struct_fields__
        }
    )
