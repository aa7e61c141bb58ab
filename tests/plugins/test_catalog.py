"""Plugins are found, checked and isolated: a broken one does not affect the others."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, ModuleType

import pytest
from tests.drop_ins import drop
from tests.modes import of_modes
from tests.wine import one_case_under_wine, symbolic_links

from wfhagent.assembly import load_catalog
from wfhagent.errors import DROP_IN_PREFIX
from wfhagent.plugins.catalog import Catalog
from wfhagent.plugins.examiner import Examiner
from wfhagent.plugins.source import Origin
from wfhagent.plugins.tree import read_tree
from wfhagent.settings import PluginsSettings
from wfhagent.system.paths import program

NOTHING: Mapping[str, str] = MappingProxyType({})

BATTERY = """
from wfhagent.plugin import Collector, Config, Context, Fact, Facts, Personal, hookimpl

class Battery(Collector[Config]):
    name = "battery"
    facts = (Fact("percent", "Charge in percent", "To plan updates", Personal.NO),)

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


def load(
    folder: Path, trusted: Mapping[str, str] = NOTHING, disabled: Sequence[str] = ()
) -> Catalog:
    """Return the drop-ins in *folder*, looked at by real child processes."""
    settings = PluginsSettings(trusted=dict(trusted), disabled=tuple(disabled))
    catalog = Catalog(disabled=settings.disabled)
    examiner = Examiner(program=program(), tables={}, config_file=folder / "agent.toml")
    catalog.add_drop_ins(folder, settings.trusted)
    catalog.examine(examiner.examine)
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


def test_a_plugin_that_registers_nothing_on_this_system_is_in_order(folder: Path):
    drop(folder, "battery.py", BATTERY.replace("return [Battery]", "return []"))

    assert problem(load(folder), "battery") == ""


def test_a_folder_is_a_plugin_and_may_import_its_own_modules(folder: Path):
    private = "wfhagent_dropin_battery"
    drop(folder, "battery/__init__.py", f"from {private}.parts import *\n")
    drop(folder, "battery/parts.py", BATTERY)

    assert list(load(folder).collectors) == ["battery"]


def test_looking_at_a_drop_in_imports_nothing_here(folder: Path):
    drop(folder, "battery.py", BATTERY)
    path, modules = list(sys.path), set(sys.modules)

    load(folder)

    # In this process the drop-in is not even imported.
    assert sys.path == path
    assert not [name for name in set(sys.modules) - modules if name.startswith(DROP_IN_PREFIX)]


@one_case_under_wine
@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero (broken.py, line 1)"),
        ("import nonesuch.part", "does not have nonesuch: make this plugin a folder"),
        ("this is no Python", "SyntaxError"),
        ("", "it has no hook; is @hookimpl before"),
        (
            BATTERY.replace("register_collectors", "register_colectors"),
            "no hook 'register_colectors'",
        ),
        (BATTERY.replace("register_collectors()", "register_collectors(a)"), "take no argument"),
        (BATTERY.replace("return [Battery]", "return Battery"), "must return a list"),
        (BATTERY.replace("return [Battery]", "return [int]"), "which is no Collector"),
        (BATTERY.replace("def collect(", "def colect("), "does not define collect"),
        (BATTERY.replace('name = "battery"', 'name = "bat-tery"'), "is 'bat-tery'; it must be"),
        (
            BATTERY.replace("return [Battery]", "raise OSError('boom')"),
            "OSError: boom (broken.py, line",
        ),
        (BATTERY + "\nwfhagent_api = 99\n", "plugin API 99, and this agent"),
        (BATTERY.replace('"To plan updates"', '""'), "needs what it is, and why it is"),
        (BATTERY.replace("facts = (", "facts = str("), "must be a tuple of Fact"),
        (BATTERY.replace("    facts =", "    time_limit_seconds = 0\n    facts ="), "above 0"),
        (BATTERY.replace("return [Battery]", "return [Battery, Battery]"), "the name 'battery'"),
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

    catalog = load_catalog({"battery": module}, PluginsSettings(), folder)

    refused = catalog.entries[1].problem
    assert "built_in_battery" in refused
    assert str(folder / "battery.py") in refused


def test_a_disabled_plugin_is_not_even_loaded(folder: Path):
    trace = folder.parent / "loaded"
    drop(folder, "battery.py", f"open({str(trace)!r}, 'w')")

    catalog = load(folder, disabled=["battery"])

    assert "disabled" in problem(catalog, "battery")
    assert not trace.exists()


@of_modes
@pytest.mark.parametrize("mode", [0o666, 0o664])
def test_a_plugin_that_others_may_write_is_refused(folder: Path, mode: int):
    drop(folder, "battery.py", BATTERY).chmod(mode)

    assert "can be changed by other users" in problem(load(folder), "battery")


@of_modes
def test_a_plugin_in_a_folder_that_others_may_write_is_refused(folder: Path):
    drop(folder, "battery.py", BATTERY)
    folder.chmod(0o777)

    assert "can be changed by other users" in problem(load(folder), "battery")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="chown needs root")
def test_a_plugin_of_a_third_person_is_refused(folder: Path):
    os.chown(drop(folder, "battery.py", BATTERY), 4242, 4242)

    assert "neither to you nor to root" in problem(load(folder), "battery")


def test_with_trusted_hashes_only_those_are_loaded(folder: Path):
    file = drop(folder, "battery.py", BATTERY)
    drop(folder, "other.py", BATTERY.replace('"battery"', '"other"'))

    catalog = load(folder, {"battery.py": read_tree(file).digest})

    assert list(catalog.collectors) == ["battery"]
    assert "does not name it" in problem(catalog, "other")


def test_a_changed_file_in_a_folder_changes_its_hash(folder: Path):
    drop(folder, "battery/__init__.py", BATTERY)
    part = drop(folder, "battery/parts.py", "x = 1")
    before = read_tree(folder / "battery").digest

    part.write_text("x = 2")

    assert read_tree(folder / "battery").digest != before


def test_no_drop_in_folder_is_no_error(tmp_path: Path):
    assert load(tmp_path / "nowhere").entries == []


@symbolic_links
def test_a_symbolic_link_is_refused(folder: Path, tmp_path: Path):
    drop(folder, "battery/__init__.py", BATTERY)
    (tmp_path / "elsewhere").mkdir()
    (folder / "battery" / "vendored").symlink_to(tmp_path / "elsewhere")

    assert "is a symbolic link" in problem(load(folder), "battery")


@of_modes
def test_bytecode_that_others_may_write_is_refused(folder: Path):
    drop(folder, "battery/__init__.py", BATTERY)
    cache = folder / "battery" / "__pycache__"
    cache.mkdir(mode=0o755)
    cache.chmod(0o777)

    assert "can be changed by other users" in problem(load(folder), "battery")


def test_a_folder_that_is_no_package_says_which_one_to_copy(folder: Path):
    drop(folder, "battery/src/battery.py", BATTERY)

    assert "has no __init__.py" in problem(load(folder), "battery")


def test_two_drop_ins_of_one_name_are_refused(folder: Path):
    drop(folder, "battery.py", BATTERY)
    drop(folder, "battery/__init__.py", BATTERY)

    catalog = load(folder)

    assert [bool(entry.problem) for entry in catalog.entries] == [False, True]
    assert "the name 'battery' is taken by" in catalog.entries[1].problem


def test_two_drop_ins_that_give_the_same_collector_are_refused(folder: Path):
    drop(folder, "battery.py", BATTERY)
    drop(folder, "charge.py", BATTERY)

    catalog = load(folder)

    assert "'battery' is already in use by" in problem(catalog, "charge")
    assert catalog.sources["battery"].name == "battery"


def test_an_unreadable_folder_is_reported(folder: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(_self: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)

    assert "cannot be read: [Errno 13]" in problem(load(folder), "plugins")
