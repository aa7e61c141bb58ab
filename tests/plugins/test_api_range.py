"""`wfhagent_api`: a plugin names its versions of the API, and any other agent refuses it."""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.drop_ins import collector, drop

from wfhagent.assembly import load_catalog
from wfhagent.doctor.installation import check_plugins
from wfhagent.errors import PluginError
from wfhagent.plugin import API_VERSION
from wfhagent.plugin_tools.check import check_plugin_at
from wfhagent.plugins import api_range
from wfhagent.plugins.registered import registered
from wfhagent.settings import PluginsSettings
from wfhagent.system.paths import program

SOON = (
    "It is written for plugin API {asked}, and a later agent will have 2. It needs an update "
    "before then."
)


def module_for(**api: Any) -> ModuleType:
    module = ModuleType("battery")
    exec(collector(), vars(module))
    vars(module).update(api)
    return module


@pytest.mark.parametrize(
    "asked", [1, ">=1,<3", " >= 1 , < 3 ", "==1", ">0", "<=1", "!=2,>=1", "<2"]
)
def test_a_range_with_this_version_is_taken(asked: Any):
    assert API_VERSION == 1
    assert registered(module_for(wfhagent_api=asked), "battery.py").collectors


@pytest.mark.parametrize("asked", [2, 0, ">=2", "<1", ">=2,<4", "!=1", ">1", ">=1,<1"])
def test_a_range_without_this_version_is_refused(asked: Any):
    with pytest.raises(PluginError, match=r"battery\.py: ") as refused:
        registered(module_for(wfhagent_api=asked), "battery.py")

    assert f"written for plugin API {asked}, and this agent" in str(refused.value)


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "1",
        ">=",
        ">=1,",
        "~=1",
        ">=1.0",
        ">=1 <3",
        "^1",
        1.0,
        True,
        [1],
        ">=1;<3",
        ">=" + "9" * 99,
    ],
)
def test_what_is_no_range_is_refused_with_an_example(asked: Any):
    with pytest.raises(PluginError) as refused:
        registered(module_for(wfhagent_api=asked), "battery.py")

    assert str(refused.value) == (
        f"battery.py: wfhagent_api is {asked!r}; write a number such as 1, or a range such as "
        '">=1,<3".'
    )


@pytest.mark.parametrize(
    ("line", "asked"),
    [("wfhagent_api = 1", "1"), ('wfhagent_api = ">=1,<2"', ">=1,<2")],
)
def test_one_that_excludes_an_announced_version_is_named_by_check_and_doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, asked: str
):
    file = drop(tmp_path / "plugins", "battery.py", f"{collector()}\n{line}\n")
    catalog = load_catalog({}, PluginsSettings(), file.parent)
    monkeypatch.setattr(api_range, "NEXT_API_VERSION", 2)

    assert SOON.format(asked=asked) in check_plugin_at(file, program=program()).notes
    finding = check_plugins(catalog, PluginsSettings())
    assert finding.ok
    assert f"battery ({SOON.format(asked=asked)})" in finding.detail


def test_nothing_is_named_that_has_the_announced_version_or_names_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    drop(tmp_path, "battery.py", f'{collector()}\nwfhagent_api = ">=1,<3"\n')
    drop(tmp_path, "other.py", collector("other"))
    catalog = load_catalog({}, PluginsSettings(), tmp_path)
    monkeypatch.setattr(api_range, "NEXT_API_VERSION", 2)

    assert "plugin API" not in check_plugins(catalog, PluginsSettings()).detail


def test_nothing_is_named_before_a_version_is_announced():
    assert api_range.deprecation("==1") == ""
