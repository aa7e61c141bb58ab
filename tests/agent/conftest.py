"""The whole agent on a clock that does not wait.

Collectors of detailed logs run as in real life: as drop-ins, in child processes.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random  # noqa: TID251 -- seeded
from types import ModuleType

import pytest
from tests.agent.loopback import MONDAY, SCREENSHOT_DROP_IN, WHO, LoopbackServer, MakeAgent
from tests.drop_ins import drop

from wfhagent.agent.agent import Agent
from wfhagent.assembly import Assembly, load_catalog
from wfhagent.os_session.watch import SessionWatch
from wfhagent.plugin import Config
from wfhagent.settings import Settings, parse_settings
from wfhagent.system.paths import DataPaths
from wfhagent.testing import FakeTransport, StaticClock


@pytest.fixture
def server(clock: StaticClock) -> LoopbackServer:
    return LoopbackServer(clock)


@pytest.fixture
def clock() -> StaticClock:
    return StaticClock(MONDAY)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    raw = {
        "server": {"url": "https://127.0.0.1:8443", "auth_token": "wfhe_1"},
        "agent": {"keyring": False},
        "detailed_log": {"time_zone": "UTC"},
    }
    return parse_settings(raw, tmp_path / "agent.toml")


@pytest.fixture
def make_agent(
    tmp_path: Path, settings: Settings, server: LoopbackServer, clock: StaticClock
) -> Iterator[MakeAgent]:
    drop_ins = tmp_path / "plugins"
    drop(drop_ins, "picture.py", SCREENSHOT_DROP_IN)
    who = ModuleType("who")
    exec(WHO, vars(who))

    class TestAssembly(Assembly):
        def transport(self) -> FakeTransport:
            return server.transport

    opened: list[Agent] = []
    rng = Random(7)

    def make(
        session: SessionWatch | None = None,
        *,
        folder: str = "data",
        own: StaticClock = clock,
        changed: Settings = settings,
    ) -> Agent:
        catalog = load_catalog({"who": who}, settings.plugins, drop_ins)
        catalog.transports["https"] = FakeTransport
        assembly = TestAssembly(
            settings=changed,
            paths=DataPaths(directory=tmp_path / folder),
            catalog=catalog,
            configs={name: Config() for name in ("who", "https")},
            drop_ins=drop_ins,
            program=[sys.executable, "-m", "wfhagent"],
        )
        opened.append(Agent(assembly, own, session=session, rng=rng))
        return opened[-1]

    yield make
    for agent in opened:
        agent.__exit__(None, None, None)
