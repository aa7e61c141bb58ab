"""A laptop with drop-ins, and what its agent collects with them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from tests.drop_ins import drop

from wfhagent.assembly import assemble
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

MakeRunner = Callable[..., CollectorRunner]


@pytest.fixture
def runner_of(tmp_path: Path, clock: StaticClock) -> MakeRunner:
    """Returns a runner of the drop-ins given as name = source, and of no other collector.

    *tables* are theirs in agent.toml, *keyring* has secrets of plugins by name.
    """

    def make(
        *, tables: str = "", keyring: Mapping[str, str] | None = None, **sources: str
    ) -> CollectorRunner:
        plugins = tmp_path / "plugins"
        for name, source in sources.items():
            drop(plugins, f"{name}.py", source)
        file = tmp_path / "agent.toml"
        settings = SETTINGS.format(data=tmp_path / "data", plugins=plugins)
        file.write_text(settings + tables, encoding="utf-8")
        assembly = replace(assemble(file, {}), read_keyring=(keyring or {}).get)
        return CollectorRunner(assembly, clock=clock, token=lambda: "wfha_secret")

    return make
