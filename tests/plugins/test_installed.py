"""Installed plugins: those of others are known by what they declare, and run in children."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.drop_ins import CRASHED, calendar, collector
from tests.third_party import INSTALLED, Provide, provide, transport

from wfhagent.assembly import load_catalog
from wfhagent.plugins.catalog import Catalog
from wfhagent.plugins.declared import CollectorDeclaration
from wfhagent.plugins.entry import Entry
from wfhagent.settings import PluginsSettings


@pytest.fixture
def add(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Provide:
    return provide(INSTALLED, tmp_path, monkeypatch)


def load(folder: Path) -> Catalog:
    return load_catalog({}, PluginsSettings(), folder / "plugins")


def entry(catalog: Catalog, name: str, where: str) -> Entry:
    (found,) = [one for one in catalog.entries if (one.name, one.where) == (name, where)]
    return found


def test_what_it_declares_is_known_and_nothing_of_it_is_imported(add: Provide, tmp_path: Path):
    add("battery", collector())

    catalog = load(tmp_path)

    assert isinstance(catalog.collectors["battery"], CollectorDeclaration)
    assert entry(catalog, "battery", "company-battery").version == "1.0"
    assert "company_battery" not in sys.modules
    assert len(catalog.sources["battery"].digest) == 64


@pytest.mark.parametrize(
    ("at_import", "problem"),
    [
        ("import os; os._exit(0)", "ended with 0 before it answered"),
        ("import ctypes; ctypes.string_at(0)", CRASHED),
        ("import json; json.loads = None; import nonesuch", "No module named 'nonesuch'"),
    ],
    ids=["exits", "crashes", "patches"],
)
def test_one_that_fails_at_import_is_named_and_the_others_work(
    add: Provide, tmp_path: Path, at_import: str, problem: str
):
    add("broken", collector("broken", at_import=at_import))
    add("holidays", calendar())
    add("pigeon", transport(tmp_path / "carried"))

    catalog = load(tmp_path)

    assert problem in entry(catalog, "broken", "company-broken").problem
    assert list(catalog.calendars) == ["holidays"]
    assert "pigeon" in catalog.transports
    assert isinstance(catalog.transports["https"], type)


def test_it_cannot_take_the_place_of_one_that_comes_with_the_agent(add: Provide, tmp_path: Path):
    add("https", transport(tmp_path / "carried", "https"))

    catalog = load(tmp_path)

    assert "the name 'https' is taken" in entry(catalog, "https", "company-https").problem
    assert isinstance(catalog.transports["https"], type)


SETTINGS = """
[server]
url = "https://127.0.0.1:9"
[agent]
data_directory = '{data}'
keyring = false
"""
LOADED = """
import sys
from pathlib import Path
import wfhagent.process.light_msgspec
from wfhagent.agent.run import assemble
from wfhagent.clock import SystemClock
from wfhagent.collect.runner import CollectorRunner
from wfhagent.plugin import Occasion
assembly = assemble(Path(sys.argv[1]), {})
assembly.transport().close()
CollectorRunner(assembly, clock=SystemClock(), token=str).run(Occasion.HEARTBEAT)
print(*sys.modules)
"""


def test_without_third_party_plugins_the_agent_loads_nothing_for_them(tmp_path: Path):
    config = tmp_path / "agent.toml"
    config.write_text(SETTINGS.format(data=tmp_path / "data"))

    done = subprocess.run(
        [sys.executable, "-c", LOADED, os.fspath(config)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )

    loaded = set(done.stdout.split())
    assert {"wfhagent_https.transport", "wfhagent.process.child.call"} <= loaded
    assert not loaded & {
        *("wfhagent.deliver.child_transport", "wfhagent.deliver.quarantine"),
        *("wfhagent.deliver.transport_messages", "wfhagent.process.child.lasting"),
        *("wfhagent.process.child.keeper", "wfhagent.process.child.serve"),
    }
