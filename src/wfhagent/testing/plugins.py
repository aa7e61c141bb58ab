"""What the agent would say of a plugin, for the plugin's own tests."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType, ModuleType
from typing import Any

from wfhagent.collect.days_off import reason_of
from wfhagent.collect.reading import read
from wfhagent.errors import PluginError, SettingsError, describe_error
from wfhagent.plugin import Calendar, Collector, Config
from wfhagent.plugins.declared import problems_of
from wfhagent.plugins.registered import registered
from wfhagent.settings import convert_table
from wfhagent.testing.stand_ins import NOW, make_context


def check_collector(collector: type[Collector[Config]]) -> list[str]:
    """Return what is wrong with the declarations of *collector*, one sentence each."""
    return problems_of(collector)


def check_plugin(
    module: ModuleType, tables: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
) -> list[str]:
    """Return what the agent would refuse or drop of the plugin *module*, one sentence each.

    Its collectors are asked once for each of their occasions, and its calendars for one day, in
    this process: a plugin's test fails where the agent would lose facts. *tables* are those of
    agent.toml by name, such as `{"battery": {"unit": "hours"}}`; without one a plugin has its
    defaults.
    """
    try:
        found = registered(module, module.__name__)
    except PluginError as error:
        return [str(error)]
    problems: list[str] = []
    for one in found.classes():
        try:
            config = convert_table(
                tables.get(one.name, {}),
                one.config_type,
                file="agent.toml",
                table=f"plugins.{one.name}",
            )
        except SettingsError as error:
            hint = f' In a test: check_plugin(module, {{"{one.name}": {{…}}}}).'
            problems.append(f"{error}{'' if one.name in tables else hint}")
            continue
        if issubclass(one, Collector):
            problems += _check_answers(one, config)
        elif issubclass(one, Calendar):
            problems += _check_day(one(config))
    return problems


def _check_day(calendar: Calendar[Config]) -> list[str]:
    try:
        reason_of(calendar, NOW.date())
    except Exception as error:  # noqa: BLE001 -- the border to other people's code
        return [f"{type(calendar).__name__}.day_off: {describe_error(error)}"]
    return []


def _check_answers(collector: type[Collector[Config]], config: Config) -> list[str]:
    problems = []
    for occasion in sorted(collector.occasions):
        with TemporaryDirectory(prefix="wfhagent-", ignore_cleanup_errors=True) as folder:
            reading = read(collector(config), make_context(occasion, folder=Path(folder)))
        if reading.failure:
            problems.append(f"{collector.__name__}.collect: {reading.failure}")
        problems += [
            f"{collector.__name__} gives {name} and does not declare it: it would be dropped"
            for name in reading.undeclared
        ]
    return problems
