"""Plugins are found, checked and isolated: a broken one costs nothing but itself."""

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from wfhagent.host.catalog import Catalog, Origin
from wfhagent.host.trust import tree_hash

BATTERY = """
from wfhagent.plugin import Collector, Config, Context, Fact, Facts, hookimpl

class Battery(Collector[Config]):
    name = "battery"
    facts = (Fact("percent", what="Charge in percent", why="To plan updates"),)

    def collect(self, context: Context) -> Facts:
        return {"percent": 80}

@hookimpl
def register_collectors():
    return [Battery]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "plugins"
    folder.mkdir(mode=0o755)
    return folder


def drop(folder: Path, name: str, source: str) -> Path:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(source)
    file.chmod(0o644)
    return file


def load(folder: Path, **trusted: str) -> Catalog:
    catalog = Catalog()
    catalog.add_drop_ins(folder, {name.replace("_py", ".py"): h for name, h in trusted.items()})
    return catalog


def problem(catalog: Catalog, name: str) -> str:
    (found,) = [entry for entry in catalog.entries if entry.name == name]
    return found.problem


def test_one_file_is_a_plugin(folder: Path):
    drop(folder, "battery.py", BATTERY)

    catalog = load(folder)

    assert catalog.entries[0].origin is Origin.DROP_IN
    assert catalog.entries[0].collectors == ["battery"]
    assert list(catalog.collectors) == ["battery"]


def test_a_folder_is_a_plugin_and_may_import_its_own_modules(folder: Path):
    private = "wfhagent_dropin_battery"
    drop(folder, "battery/__init__.py", f"from {private}.parts import *\n")
    drop(folder, "battery/parts.py", BATTERY)

    assert list(load(folder).collectors) == ["battery"]


def test_loading_leaves_the_search_path_alone(folder: Path):
    drop(folder, "battery.py", BATTERY)
    before = list(sys.path)

    load(folder)

    assert sys.path == before


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import sys; sys.exit(3)", "SystemExit"),
        ("this is no Python", "SyntaxError"),
        (BATTERY.replace("register_collectors", "register_colectors"), "register_colectors"),
        (BATTERY.replace("return [Battery]", "return Battery"), "must return a list"),
        (BATTERY.replace("return [Battery]", "return [int]"), "neither Collector nor Transport"),
        (BATTERY.replace("def collect(", "def colect("), "does not define collect"),
        (BATTERY.replace('name = "battery"', 'name = "bat-tery"'), "must be an identifier"),
        (BATTERY.replace("return [Battery]", "raise OSError('boom')"), "OSError: boom"),
        (BATTERY + "\nwfhagent_api = 99\n", "plugin API 99, and this is 1"),
    ],
)
def test_a_broken_plugin_is_named_and_the_others_work(folder: Path, source: str, message: str):
    drop(folder, "broken.py", source)
    drop(folder, "other.py", BATTERY.replace('"battery"', '"other"'))

    catalog = load(folder)

    assert message in problem(catalog, "broken")
    assert list(catalog.collectors) == ["other"]


def test_a_name_that_is_taken_is_refused_and_both_are_named(folder: Path):
    module = ModuleType("built_in_battery")
    exec(BATTERY, vars(module))
    drop(folder, "battery.py", BATTERY)

    catalog = Catalog()
    catalog.add_built_in({"battery": module})
    catalog.add_drop_ins(folder, {})

    refused = catalog.entries[1].problem
    assert "built_in_battery" in refused
    assert str(folder / "battery.py") in refused


def test_a_disabled_plugin_is_not_even_loaded(folder: Path, capsys: pytest.CaptureFixture[str]):
    drop(folder, "battery.py", "print('loaded')")

    catalog = Catalog(disabled=("battery",))
    catalog.add_drop_ins(folder, {})

    assert "disabled" in problem(catalog, "battery")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("mode", [0o666, 0o664])
def test_a_plugin_that_others_may_write_is_refused(folder: Path, mode: int):
    drop(folder, "battery.py", BATTERY).chmod(mode)

    assert "others may write it" in problem(load(folder), "battery")


def test_a_plugin_in_a_folder_that_others_may_write_is_refused(folder: Path):
    drop(folder, "battery.py", BATTERY)
    folder.chmod(0o777)

    assert "others may write it" in problem(load(folder), "battery")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="chown needs root")
def test_a_plugin_of_a_third_person_is_refused(folder: Path):
    os.chown(drop(folder, "battery.py", BATTERY), 4242, 4242)

    assert "neither you nor root" in problem(load(folder), "battery")


def test_with_trusted_hashes_only_those_are_loaded(folder: Path):
    file = drop(folder, "battery.py", BATTERY)
    drop(folder, "other.py", BATTERY.replace('"battery"', '"other"'))

    catalog = load(folder, battery_py=tree_hash(file))

    assert list(catalog.collectors) == ["battery"]
    assert "does not name it" in problem(catalog, "other")


def test_a_changed_file_in_a_folder_changes_its_hash(folder: Path):
    drop(folder, "battery/__init__.py", BATTERY)
    part = drop(folder, "battery/parts.py", "x = 1")
    before = tree_hash(folder / "battery")

    part.write_text("x = 2")

    assert tree_hash(folder / "battery") != before


def test_no_drop_in_folder_is_no_error(tmp_path: Path):
    assert load(tmp_path / "nowhere").entries == []
