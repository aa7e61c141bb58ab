"""A laptop with third-party plugins, and what its agent collects with them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.third_party import DROP_IN, WAYS, provide

from wfhagent.assembly import Assembly, assemble
from wfhagent.collect.runner import CollectorRunner
from wfhagent.testing import StaticClock

SETTINGS = """
[server]
url = "https://127.0.0.1:9"
[agent]
data_directory = '{data}'
keyring = false
[plugins]
directory = '{plugins}'
disabled = ["geoip", "idle", "identity", "network", "screenshot"]
"""

MakeAssembly = Callable[..., Assembly]
MakeRunner = Callable[..., CollectorRunner]


@pytest.fixture
def way() -> str:
    """How the agent gets plugins; a test may ask for another way."""
    return DROP_IN


every_way = pytest.mark.parametrize("way", WAYS)
"""Marks a test of plugins that the agent must survive, however they were loaded."""


@pytest.fixture
def assembly_of(tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch) -> MakeAssembly:
    """Returns an agent's parts with the plugins given as name = source, and no other collector.

    *tables* are theirs in agent.toml, *keyring* has secrets of plugins by name.
    """
    add = provide(way, tmp_path, monkeypatch)

    def make(
        *, tables: str = "", keyring: Mapping[str, str] | None = None, **sources: str
    ) -> Assembly:
        for name, source in sources.items():
            add(name, source)
        file = tmp_path / "agent.toml"
        settings = SETTINGS.format(data=tmp_path / "data", plugins=tmp_path / "plugins")
        file.write_text(settings + tables, encoding="utf-8")
        return replace(assemble(file, {}), read_keyring=(keyring or {}).get)

    return make


@pytest.fixture
def runner_of(assembly_of: MakeAssembly, clock: StaticClock) -> MakeRunner:
    """Returns a runner of the plugins that `assembly_of` takes, and of no other collector."""

    def make(**given: Any) -> CollectorRunner:
        return CollectorRunner(assembly_of(**given), clock=clock, token=lambda: "wfha_secret")

    return make
