"""A name that clashes is refused before anything is made, with what it clashes with."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from tests.drop_ins import collector

from wfhagent.errors import PluginError
from wfhagent.plugin_tools import names
from wfhagent.plugin_tools.imports import promised
from wfhagent.plugin_tools.names import FIRST_PARTY, check_name
from wfhagent.plugin_tools.new import make_plugin
from wfhagent.plugins.reserved import RESERVED
from wfhagent.settings import PluginsSettings
from wfhagent.testing import check_plugin

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Battery", "lower-case letters"),
        ("my-plugin", "lower-case letters"),
        ("2nd", "lower-case letters"),
        ("../escape", "lower-case letters"),
        ("", "lower-case letters"),
        ("bätterie", "lower-case letters"),
        ("_hidden", "leading underscore"),
        ("class", "a keyword of Python"),
        ("platform", "a module of Python"),
        ("psutil", "a module that plugins import"),
        ("httpx", "a module that plugins import"),
        ("pytest", "a module that plugins import"),
        ("wfhagent", "names that begin with wfhagent"),
        ("wfhagent_battery", "names that begin with wfhagent"),
        ("network", "a plugin of wfhagent"),
        ("trusted", "a key of \\[plugins\\] in agent.toml"),
        ("config", "the name Config, which a plugin imports"),
        ("any", "the name Any, which a plugin imports"),
    ],
)
def test_an_unusable_name_is_refused_with_a_reason(tmp_path: Path, name: str, reason: str):
    with pytest.raises(PluginError, match=reason):
        make_plugin(name, tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_plugin_that_is_installed_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "wfhagent_charge.py").touch()
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(PluginError, match="'charge' is a plugin that is installed here"):
        check_name("charge")


@pytest.mark.parametrize("name", ["ip", "id", "geo", "files", "ident", "docking_station", "plugin"])
def test_a_name_that_only_looks_like_another_one_can_be_used(name: str):
    check_name(name)


def test_a_folder_of_that_name_is_no_other_module(tmp_path: Path):
    for command in (["new", "ip"], ["check", "ip"]):
        done = subprocess.run(
            [sys.executable, "-m", "wfhagent", "plugin", *command],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", sorted({one.partition(".")[0] for one in promised()}))
def test_every_module_that_is_promised_is_refused(name: str):
    with pytest.raises(PluginError):
        check_name(name)


def test_the_compiled_program_asks_its_own_modules(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(names, "compiled", lambda: "a program")
    monkeypatch.setattr(names, "promised", lambda: pytest.fail("there is no such file"))

    with pytest.raises(PluginError, match="a module that plugins import"):
        check_name("psutil")
    check_name("battery")


def test_the_lists_of_names_are_complete():
    assert {folder.name for folder in (ROOT / "plugins").iterdir()} == FIRST_PARTY
    assert frozenset(PluginsSettings.__struct_fields__) == RESERVED


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_the_agent_refuses_a_plugin_whose_table_has_another_meaning(name: str):
    module = ModuleType("battery")
    exec(collector(name), module.__dict__)

    (problem,) = check_plugin(module)

    assert f"Gauge.name is {name!r}, which is a key of [plugins] in agent.toml" in problem
