"""Plugins of wfhagent that are off by default: used only where IT names them."""

import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest
from tests.drop_ins import collector, drop

from wfhagent.assembly import load_catalog
from wfhagent.plugins import catalog as catalog_module
from wfhagent.plugins.catalog import Catalog
from wfhagent.plugins.first_party import FIRST_PARTY, OFF_BY_DEFAULT, distribution_of
from wfhagent.settings import PluginsSettings

ROOT = Path(__file__).parents[2]
OFF = "off by default; [plugins] enabled in agent.toml turns it on."


class NeverImported(Mapping[str, ModuleType]):
    """Built-in plugins, which the compiled program imports when it asks for their module."""

    def __getitem__(self, name: str) -> ModuleType:
        raise AssertionError(f"{name} was imported")

    def __iter__(self) -> Iterator[str]:
        return iter(OFF_BY_DEFAULT)

    def __len__(self) -> int:
        return len(OFF_BY_DEFAULT)


def problems(catalog: Catalog) -> dict[str, str]:
    return {entry.name: entry.problem for entry in catalog.entries}


def test_the_list_has_every_plugin_of_the_repository():
    projects = {
        file.parent.name: tomllib.loads(file.read_text(encoding="utf-8"))["project"]
        for file in ROOT.glob("plugins/*/pyproject.toml")
    }

    assert set(projects) == FIRST_PARTY
    assert {name: project["name"] for name, project in projects.items()} == {
        name: distribution_of(name) for name in FIRST_PARTY
    }


def test_without_a_word_in_agent_toml_they_are_off_and_that_is_no_fault(tmp_path: Path):
    found = load_catalog({}, PluginsSettings(), tmp_path / "none")

    assert {name for name, why in problems(found).items() if why} == OFF_BY_DEFAULT
    assert {entry.problem for entry in found.entries if entry.unwanted} == {OFF}
    assert not OFF_BY_DEFAULT & set(found.collectors)


def test_what_is_off_is_not_even_imported():
    found = Catalog()

    found.add_built_in(NeverImported())

    assert problems(found) == dict.fromkeys(OFF_BY_DEFAULT, OFF)


def test_one_line_turns_one_on_and_no_other(tmp_path: Path):
    found = load_catalog({}, PluginsSettings(enabled=("disk_space",)), tmp_path / "none")

    assert set(found.collectors) & OFF_BY_DEFAULT == {"disk_space"}


def test_disabled_wins(tmp_path: Path):
    settings = PluginsSettings(enabled=("disk_space",), disabled=("disk_space",))

    found = load_catalog({}, settings, tmp_path / "none")

    assert problems(found)["disk_space"] == "disabled in agent.toml by [plugins] disabled."


def test_a_drop_in_of_the_same_name_is_used(tmp_path: Path):
    drop(tmp_path, "wifi.py", collector(name="wifi"))

    found = load_catalog({}, PluginsSettings(), tmp_path)

    assert [entry.where for entry in found.entries if entry.name == "wifi" and not entry.problem]
    assert "wifi" in found.collectors


def test_a_companys_own_distribution_of_the_same_name_is_used(monkeypatch: pytest.MonkeyPatch):
    module = ModuleType("acme_vpn")
    points = [EntryPoint(name="vpn", value="acme_vpn", group="wfhagent")]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points)
    monkeypatch.setattr(catalog_module, "load", lambda source, built_in: module)
    found = Catalog()

    found.add_installed()

    assert problems(found)["vpn"] != OFF
