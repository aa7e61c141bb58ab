"""The server learns which plugins are left alone, and which wait for a restart of the agent."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.agent.loopback import MONDAY, LoopbackServer, MakeAgent, let_pass
from tests.drop_ins import collector, drop

from wfhagent.agent.restart import Restart
from wfhagent.assembly import load_catalog
from wfhagent.settings import read_settings
from wfhagent.testing import StaticClock

HOUR = timedelta(hours=1)


def last_health(server: LoopbackServer) -> dict[str, Any]:
    health: dict[str, Any] = server.heartbeats[-1]["health"]
    return health


def test_a_collector_that_dies_is_in_quarantine_for_an_hour(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer, tmp_path: Path
):
    dies = collector(body="import os; os._exit(3)")
    drop(tmp_path / "plugins", "battery.py", dies)
    agent = make_agent()

    let_pass(agent, clock, until=MONDAY + timedelta(minutes=15))

    found = [each["health"]["quarantine"]["battery"] for each in server.heartbeats]
    moments = {(each["since"], each["until"]) for each in found}
    assert len(moments) == 1
    since, until = map(datetime.fromisoformat, *moments)
    assert until - since == HOUR
    assert found[0]["why"].startswith("its process ended")
    assert last_health(server)["failing"]["battery"].startswith(found[0]["why"])


def test_a_plugin_that_is_installed_waits_for_a_restart(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer, tmp_path: Path
):
    agent = make_agent()
    let_pass(agent, clock, until=MONDAY + HOUR)
    before = last_health(server)
    drop(tmp_path / "plugins", "battery.py", collector())
    let_pass(agent, clock, until=MONDAY + 2 * HOUR)
    installed = last_health(server)
    let_pass(make_agent(), clock, until=MONDAY + 3 * HOUR)

    assert "restart_pending" not in before
    assert installed["restart_pending"] == ["battery"]
    assert "restart_pending" not in last_health(server)


AGENT_TOML = '[server]\nurl = "https://127.0.0.1:9"\n[plugins]\n'


class Laptop:
    """A laptop whose agent has started with the drop-ins `kept`, `broken` and `off`."""

    def __init__(self, folder: Path) -> None:
        self.plugins = folder / "plugins"
        self.file = folder / "agent.toml"
        self.configure(disabled=["off"])
        drop(self.plugins, "kept/__init__.py", collector("kept"))
        drop(self.plugins, "broken.py", "raise ValueError")
        drop(self.plugins, "off.py", collector("off"))
        settings = read_settings(self.file)
        catalog = load_catalog({}, settings.plugins, self.plugins)
        self.restart = Restart(settings, catalog, self.plugins)

    def configure(self, **settings: Any) -> None:
        lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
        self.file.write_text(AGENT_TOML + "\n".join(lines), encoding="utf-8")


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    return Laptop(tmp_path)


def test_nothing_is_pending_while_nothing_changes(laptop: Laptop):
    assert laptop.restart.pending() == []


def test_each_plugin_that_another_start_would_change_is_named(laptop: Laptop):
    drop(laptop.plugins, "kept/__init__.py", collector("kept", body="x = 2"))
    drop(laptop.plugins, "broken.py", collector("broken"))
    drop(laptop.plugins, "new.py", collector("new"))
    drop(laptop.plugins, "off.py", collector("off", body="x = 2"))

    assert laptop.restart.pending() == ["broken", "kept", "new"]


def test_what_is_put_back_is_not_pending(laptop: Laptop):
    drop(laptop.plugins, "kept/__init__.py", collector("kept", body="x = 2"))
    changed = laptop.restart.pending()
    drop(laptop.plugins, "kept/__init__.py", collector("kept"))

    assert (changed, laptop.restart.pending()) == (["kept"], [])


def test_a_removed_plugin_is_pending(laptop: Laptop):
    (laptop.plugins / "kept" / "__init__.py").unlink()

    assert laptop.restart.pending() == ["kept"]


def test_a_plugin_that_agent_toml_switches_is_pending(laptop: Laptop):
    laptop.configure(enabled=["power", "screenshot"], disabled=["kept", "off"])

    assert laptop.restart.pending() == ["kept", "power"]


def test_a_plugin_that_is_no_longer_trusted_is_pending(laptop: Laptop):
    key = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"
    laptop.configure(disabled=["off"], trusted_keys=[key])

    assert laptop.restart.pending() == ["kept"]


def test_a_wrong_agent_toml_changes_nothing(laptop: Laptop):
    laptop.file.write_text("[plugins\n", encoding="utf-8")

    assert laptop.restart.pending() == []
